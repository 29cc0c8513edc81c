"""Where nothing is installed, no Python and no Qt: the .deb, its window, its commands."""

import email
import email.policy
import json
import logging
import socket
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.package.bare import HOME, USER, Bare, Camera, wait
from tests.smtp.certificates import Authority

_TITLE = "Outtray"


class _Window:
    """The installed program's window on a screen."""

    def __init__(self, bare: Bare, screen: Camera, language: str = "C.UTF-8") -> None:
        self.bare, self.screen = bare, screen
        self._environ = {"DISPLAY": screen.display, "LANG": language}
        self.process = bare.start("outtray", environ=self._environ)
        wait(lambda: screen.front() == _TITLE, "the window is in front")
        wait(lambda: self.status().get("owner") == "window", "the window has opened the outbox")

    def again(self, *words: str) -> int:
        """Start the program once more, as a menu or a browser does, and return how it ended."""
        return self.bare.start("outtray", *words, environ=self._environ).wait(60)

    def status(self) -> dict[str, object]:
        done = subprocess.run(
            self.bare._words(("outtray", "status", "--json"), "1000"),
            capture_output=True,
            env=self.bare._environ(None),
        )
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {}

    def fill_in(self, text: str) -> None:
        self.screen.press("alt+1")
        self.screen.type("ben@example.com")
        self.screen.press("Tab")
        self.screen.type("Hello")
        self.screen.press("Tab")
        self.screen.type(text)

    def quit(self) -> None:
        self.screen.press("ctrl+q")
        assert self.process.wait(60) == 0


def test_it_needs_nothing_that_is_not_installed_with_it(installed: Bare) -> None:
    """dpkg is content, every library that a program or library of it is linked to is found, and there is no Python."""
    assert "Status: install ok installed" in installed.as_root("dpkg", "-s", "outtray")
    assert installed.as_root("dpkg", "--verify", "outtray") == ""
    assert not list(installed.folder.glob("usr/bin/python3*"))
    libraries = installed.as_root(
        *("find", "/usr/lib/outtray", "-name", "*.so*", "-exec"),
        *("sh", "-c", 'LD_LIBRARY_PATH=/usr/lib/outtray/_internal ldd "$@" 2>/dev/null', "-", "{}", "+"),
    )
    assert "libQt6Core.so.6 => /usr/lib/outtray/" in libraries
    assert [line for line in libraries.splitlines() if "not found" in line] == []


def test_the_main_job_by_a_keyboard(installed: Bare, screen: Camera, pictures: Path) -> None:
    """The window opens on a screen; typed, Ctrl+Enter: practised, with the text in the mail folder."""
    window = _Window(installed, screen)
    window.fill_in("Dear Ben")
    screen.press("ctrl+Return")
    wait(lambda: window.status().get("sent") == 1, "it is practised")
    screen.picture(pictures / "main-job.png")
    (mail,) = (installed.outbox / "mail" / "new").iterdir()
    assert b"Dear Ben" in mail.read_bytes()
    window.quit()


def test_a_second_start_raises_the_first_window(installed: Bare, screen: Camera) -> None:
    """Another program is in front; a second start brings the window back, and a mailto: fills its form."""
    window = _Window(installed, screen)
    other = subprocess.Popen(["xmessage", "-display", screen.display, "In front"])
    try:
        wait(lambda: screen.front() == "xmessage", "another window is in front")
        assert window.again("mailto:ann@example.com?subject=Tickets&body=Two%20please") == 0
        wait(lambda: screen.front() == _TITLE, "the window is in front again")
    finally:
        other.kill()
        other.wait()
    screen.press("ctrl+Return")
    wait(lambda: window.status().get("sent") == 1, "what the link said is practised")
    (row,) = installed.run("outtray", "list", "--json").stdout.splitlines()
    assert (json.loads(row)["to"], json.loads(row)["subject"]) == ("ann@example.com", "Tickets")
    window.quit()


def _is(window: _Window, name: str, value: object) -> bool:
    return window.status().get(name) is value


def test_pause_and_resume_as_the_menu_entry_does(installed: Bare, screen: Camera) -> None:
    """The actions of the menu entry reach the open window."""
    window = _Window(installed, screen)
    entry = (installed.folder / "usr/share/applications/org.outtray.Outtray.desktop").read_text("utf-8")
    for action, is_paused in (("pause", True), ("resume", False)):
        assert f"Exec=outtray {action}\n" in entry
        assert window.again(action) == 0
        wait(partial(_is, window, "paused", is_paused), f"it did {action}")
    window.quit()


def test_japanese_shows(installed: Bare, screen: Camera, pictures: Path) -> None:
    """With the font that is recommended, the window speaks Japanese where the system does; the picture is looked at."""
    installed.install("fonts-noto-cjk")
    window = _Window(installed, screen, "ja_JP.UTF-8")
    screen.picture(pictures / "japanese.png")
    screen.press("F1")
    wait(lambda: screen.front() == "キーの一覧 — Outtray", "the keys are shown, in Japanese")
    screen.picture(pictures / "japanese-keys.png")
    screen.press("Escape")
    wait(lambda: screen.front() == _TITLE, "the window is in front again")
    window.quit()


def test_a_command_line_for_scripts(installed: Bare) -> None:
    """`send --json` prints the receipt and delivers; `doctor` lacks nothing, and can start processes of its own."""
    receipt = json.loads(installed.run("outtray", "send", "ann@example.com", "--json", typed="Hello\n").stdout)
    assert receipt["deliveries"][0]["to"] == "ann@example.com"
    assert json.loads(installed.run("outtray", "status", "--json").stdout)["sent"] == 1
    said = installed.run("outtray", "doctor").stdout
    assert "LACK" not in said
    assert "one was started and answered" in said
    assert "none that keeps passwords" in said
    assert installed.run("outtray", "--version").stdout.startswith("Outtray ")
    assert installed.run("outtray", "frobnicate", ends_with=64).stderr.count("\n") == 0


def test_a_keyring_keeps_passwords(installed: Bare) -> None:
    """Where a Secret Service runs, `doctor` names it, and an account's password goes there and nowhere else."""
    installed.install("gnome-keyring", "dbus-daemon", "libpam-gnome-keyring")
    script = (
        "echo secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && outtray doctor"
        " && echo s3cret-word | outtray account add school --address a@school.example --host 127.0.0.1"
        " --password-stdin && outtray account list"
    )
    said = installed.run("dbus-run-session", "--", "sh", "-c", script, environ={"XDG_RUNTIME_DIR": HOME}).stdout
    assert "SecretService" in said
    assert "school" in said
    found = subprocess.run(["grep", "-r", "-l", "s3cret-word", str(installed.home)], capture_output=True, text=True)
    assert found.stdout == ""


class _Mailbox:
    """Takes every message."""

    def __init__(self) -> None:
        self.taken: list[tuple[bool, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append((session.ssl is not None, envelope.content))
        return "250 2.0.0 Taken"


@pytest.fixture
def mailbox(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[_Mailbox, int]]:
    """A mail server on this machine that speaks STARTTLS and insists on it."""
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # it would tell of who does not trust it
    mailbox = _Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=port, tls_context=authority.good(), require_starttls=True
    )
    controller.start()
    yield mailbox, port
    controller.stop()


def test_mail_goes_out_by_tls(installed: Bare, authority: Authority, mailbox: tuple[_Mailbox, int]) -> None:
    """A real delivery: STARTTLS, a certificate that is checked, the message whole. Where it is not trusted: none."""
    taken, port = mailbox
    ca = installed.home / "ca.pem"
    ca.write_bytes(authority.ca_file.read_bytes())
    add = ("outtray", "account", "add", "school", "--address", "info@school.example", "--host", "127.0.0.1")
    installed.run(*add, "--port", str(port), "--security", "starttls", "--ca", f"{HOME}/ca.pem")
    installed.run("outtray", "account", "test", "school")
    installed.run("outtray", "send", "ann@example.com", "-s", "Größe", "-m", "こんにちは")
    ((is_safe, content),) = taken.taken
    assert is_safe
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Subject"] == "Größe"
    (row,) = installed.run("outtray", "list", "--json").stdout.splitlines()
    assert (json.loads(row)["state"], json.loads(row)["last_code"]) == ("sent", 250)

    installed.run("outtray", "account", "remove", "school")
    installed.run(*add, "--port", str(port), "--security", "starttls")
    installed.run("outtray", "send", "ann@example.com", "-m", "not trusted", ends_with=78)
    assert len(taken.taken) == 1


def test_it_belongs_to_root_and_can_be_read_by_all(installed: Bare) -> None:
    """Nobody but root can change the program that all run."""
    listed = installed.as_root("find", "/usr/lib/outtray", "/usr/bin/outtray", "!", "-type", "l", "-printf", "%u %m\n")
    assert set(listed.split("\n")) - {""} <= {"root 755", "root 644"}
    assert USER not in listed
