"""The set-up script on machines that lack things: one line to type, no traceback; and nothing done twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "resources/packaging/setup.sh"
PLAIN_COMMANDS = ["cat", "cksum", "dirname", "env", "id", "mktemp", "rm", "sh", "tail"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="setup.sh is for POSIX shells")


class Machine:
    """A made-up machine: a copy of the set-up's own files, and a PATH that holds only what is put there."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in (SCRIPT, "core/platform_check.py", "uv.lock", "pyproject.toml"):
            target = self.checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        for name in PLAIN_COMMANDS:
            real = shutil.which(name)
            assert real is not None
            (self.bin / name).symlink_to(real)
        # What lies in the machine's own sbin folders must not be found either.
        script = self.checkout / SCRIPT
        script.write_text(script.read_text().replace("PATH=$PATH:", ": not here "))

    def add(self, name: str, body: str) -> None:
        """Put a command on the PATH."""
        command = self.bin / name
        command.write_text(f"#!/bin/sh\n{body}\n")
        command.chmod(0o755)

    def set_up(self, what: str = "run") -> subprocess.CompletedProcess[str]:
        """Run the real script as a user would, without a terminal."""
        return subprocess.run(
            [self.bin / "sh", SCRIPT, what],
            cwd=self.checkout,
            env={"PATH": str(self.bin), "HOME": str(self.checkout)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a shell and nothing else."""
    return Machine(tmp_path)


def only_line(text: str) -> str:
    """The one line that was said."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


def test_without_python_and_apt_it_says_what_to_install(machine: Machine) -> None:
    done = machine.set_up()
    assert done.returncode == 69
    assert only_line(done.stderr) == (
        "Outtray: Outtray needs what Debian calls: python3 python3-venv. "
        "Please install them with your system's own installer."
    )
    assert done.stdout == ""


def test_without_the_right_to_install_it_says_the_line_to_type(machine: Machine) -> None:
    """A Debian whose python3 has no venv, and a user who is not root and has no passwordless sudo."""
    machine.add("apt-get", "exit 99")
    machine.add("dpkg-query", "exit 1")
    machine.add("python3", "exit 1")
    (machine.bin / "id").unlink()
    machine.add("id", "echo 1000")
    machine.add("sudo", "exit 1")
    done = machine.set_up()
    assert done.returncode == 69
    assert only_line(done.stderr) == (
        "Outtray: Outtray needs more of this machine. Type: sudo apt-get install python3-venv"
    )


def test_with_the_right_to_install_it_installs_without_a_question(machine: Machine, tmp_path: Path) -> None:
    (machine.bin / "id").unlink()
    machine.add("id", "echo 0")
    machine.add("dpkg-query", "exit 1")
    machine.add("apt-cache", "exit 0")
    machine.add("apt-get", f'echo "$DEBIAN_FRONTEND $*" >>"{tmp_path}/asked"; echo "no route to host"; exit 100')
    done = machine.set_up()
    assert done.returncode == 69
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("noninteractive ")
    assert "--no-remove python3 python3-venv" in asked
    assert "no route to host" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("Type: apt-get install python3 python3-venv")


def test_uv_that_cannot_fetch_says_so_and_leaves_no_stamp(machine: Machine) -> None:
    machine.add("uv", 'case $1 in --version) echo "uv 0.9.0" ;; *) exit 2 ;; esac')
    done = machine.set_up()
    assert done.returncode == 69
    assert only_line(done.stderr).endswith("Is there a network? Then type: make run")
    assert not list(machine.checkout.glob(".venv/outtray-*"))


def test_a_second_run_does_nothing(machine: Machine, tmp_path: Path) -> None:
    python = os.path.realpath(sys.executable)
    made = f'mkdir -p .venv/bin; ln -sf "{python}" .venv/bin/python; echo "$*" >>"{tmp_path}/asked"'
    machine.add("uv", f'case $1 in --version) echo "uv 0.9.0" ;; *) {made} ;; esac')
    for name in ("mkdir", "ln"):
        (machine.bin / name).symlink_to(str(shutil.which(name)))
    assert machine.set_up("check").returncode == 0
    assert (tmp_path / "asked").read_text() == "sync --frozen --inexact --quiet --group dev\n"

    again = machine.set_up("check")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (tmp_path / "asked").read_text().count("\n") == 1

    with (machine.checkout / "uv.lock").open("a") as lock:
        lock.write("\n")
    assert machine.set_up("check").returncode == 0
    assert (tmp_path / "asked").read_text().count("\n") == 2


def test_unknown_words_are_refused(machine: Machine) -> None:
    done = machine.set_up("everything")
    assert done.returncode == 64
    assert only_line(done.stderr) == "usage: setup.sh run|check|test|torture|bench|package|package-test"


def test_the_long_tests_go_on_without_the_servers_that_need_root(machine: Machine, tmp_path: Path) -> None:
    """Exim and OpenSMTPD need roots of their own; a user who is not root is told so in a sentence, and goes on."""
    made = f'mkdir -p .venv/bin; ln -sf "{sys.executable}" .venv/bin/python'
    machine.add("uv", f'case $1 in --version) echo "uv 0.9.0" ;; *) {made} ;; esac')
    machine.add("python3", "exit 0")
    for name in ("mkdir", "ln"):
        (machine.bin / name).symlink_to(str(shutil.which(name)))
    (machine.checkout / "core" / "platform_check.py").write_text("")
    (machine.bin / "id").unlink()
    machine.add("id", "echo 1000")
    machine.add("apt-get", "exit 99")
    done = machine.set_up("torture")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert (
        "Outtray: Exim and OpenSMTPD are not tried: they need root, and a system whose packages come by apt." in lines
    )
    assert lines[-1] == "Outtray: ready for make torture"


@pytest.mark.skipif(not Path("/etc/os-release").exists(), reason="roots are made where packages come by apt")
def test_a_root_that_cannot_be_made_is_said_and_the_others_are_made(machine: Machine, tmp_path: Path) -> None:
    """The mirror and its components are those of this machine's apt; what debootstrap leaves half made is not used."""
    made = f'mkdir -p .venv/bin; ln -sf "{sys.executable}" .venv/bin/python'
    machine.add("uv", f'case $1 in --version) echo "uv 0.9.0" ;; *) {made} ;; esac')
    for name in ("mkdir", "ln", "sed", "sort", "paste"):
        (machine.bin / name).symlink_to(str(shutil.which(name)))
    (machine.checkout / "core" / "platform_check.py").write_text("")
    (machine.bin / "id").unlink()
    machine.add("id", "echo 0")
    machine.add("dpkg-query", "printf 'install ok installed'")
    codename = '$(. /etc/os-release; echo "$VERSION_CODENAME")'
    machine.add(
        "apt-get",
        f'echo "{codename}-updates http://elsewhere.test main"\n'
        f'for part in main contrib universe; do echo "{codename} http://mirror.test/debian $part"; done',
    )
    machine.add("debootstrap", f'echo "$*" >>"{tmp_path}/asked"; case $* in *exim*) echo "no route"; exit 1 ;; esac')
    done = machine.set_up("torture")
    assert done.returncode == 0, done.stderr
    assert "Outtray: exim is not tried: its root could not be made." in done.stdout.splitlines()
    roots = machine.checkout / ".cache" / "roots"
    assert [path.name for path in roots.glob("*.ready")] == ["opensmtpd.ready"]
    asked = (tmp_path / "asked").read_text().splitlines()
    assert all(line.endswith("http://mirror.test/debian") for line in asked)
    assert ["--components=main,universe" in line for line in asked] == [True, True]

    again = machine.set_up("torture")
    assert again.returncode == 0, again.stderr
    assert len((tmp_path / "asked").read_text().splitlines()) == 3
