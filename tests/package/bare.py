"""A Debian that has nothing, with the packaged program in it: its processes, its screen, its keyboard."""

import contextlib
import os
import shlex
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.displays import Screen

#: Made by `make package-test`.
ROOT = Path(__file__).resolve().parents[2] / ".cache" / "roots" / "bare"
#: On a slow machine that does other things as well.
PATIENCE_S = 100.0
#: Somebody who uses the program there.
USER = "ann"
HOME = f"/home/{USER}"
_ID = "1000"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
#: What the offscreen platform says of windows that are raised.
_OF_THE_PLATFORM = "This plugin does not support "


class Bare:
    """A copy of the root, which a test may change. Its processes see its files only, and this machine's network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def home(self) -> Path:
        """The user's home, seen from outside."""
        return self.folder / HOME[1:]

    @property
    def outbox(self) -> Path:
        """Where the program keeps everything, seen from outside."""
        return self.home / ".local" / "share" / "outtray"

    def install(self, *what: str, has_recommended: bool = False) -> None:
        """Install packages: names, or paths of .deb files outside."""
        words = []
        for each in what:
            if each.endswith(".deb"):
                shutil.copy(each, self.folder / "tmp")
            words.append(f"/tmp/{Path(each).name}" if each.endswith(".deb") else each)
        more = [] if has_recommended else ["--no-install-recommends"]
        self.as_root("apt-get", "-q", "-y", "-o", "Acquire::Retries=5", "install", *more, *words)

    def as_root(self, *words: str) -> str:
        """Run a command to its end as root, and return what it says."""
        environ = {"PATH": _PATH, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", **_proxies()}
        done = subprocess.run(self._words(words, "0"), capture_output=True, text=True, env=environ, timeout=600)
        assert done.returncode == 0, f"{shlex.join(words)}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def run(
        self, *words: str, environ: Mapping[str, str] | None = None, typed: str = "", ends_with: int = 0
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end as the user."""
        done = subprocess.run(
            self._words(words, _ID),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            env=self._environ(environ),
        )
        done.stderr = "\n".join(line for line in done.stderr.splitlines() if not line.startswith(_OF_THE_PLATFORM))
        assert done.returncode == ends_with, (done.returncode, done.stdout, done.stderr)
        return done

    def start(self, *words: str, environ: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Start a command as the user; it is ended with the root at the latest."""
        process = subprocess.Popen(self._words(words, _ID), env=self._environ(environ))
        self._started.append(process)
        return process

    def end(self) -> None:
        """End what was started and is still there."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _environ(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {"HOME": HOME, "USER": USER, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", **(more or {})}

    def _words(self, words: Sequence[str], user: str) -> list[str]:
        root = shlex.quote(str(self.folder))
        lines = [
            f"mount -t proc proc {root}/proc",
            f"mount --bind /dev {root}/dev",
            f"mkdir -p {root}/tmp/.X11-unix /tmp/.X11-unix",
            f"mount --bind /tmp/.X11-unix {root}/tmp/.X11-unix",
            # exec: whoever ends the process that was started ends the command.
            f"exec chroot --userspec={user}:{user} {root} {shlex.join(words)}",
        ]
        return ["unshare", "--mount", "sh", "-c", " && ".join(lines)]


@contextlib.contextmanager
def copied() -> Iterator[Bare]:
    """Copy the root, with a user in it; the copy is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="outtray-bare-") as made:
        folder = Path(made) / "root"
        subprocess.run(["cp", "-a", "--reflink=auto", str(ROOT), str(folder)], check=True)
        # Where packages come from, as this machine knows it.
        for name in ("/etc/resolv.conf", "/etc/hosts"):
            shutil.copyfile(name, folder / name[1:])
        for name in ("/etc/apt", "/etc/ssl/certs", "/usr/share/keyrings", "/usr/local/share/ca-certificates"):
            if Path(name).is_dir():
                shutil.rmtree(folder / name[1:], ignore_errors=True)
                shutil.copytree(name, folder / name[1:])
        bare = Bare(folder)
        bare.as_root("useradd", "--create-home", "--uid", _ID, USER)
        try:
            bare.as_root("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")
        except AssertionError as error:
            pytest.skip(f"Nothing can be installed in a bare Debian here: {error}")
        try:
            yield bare
        finally:
            bare.end()


class Camera(Screen):
    """A screen of which pictures are taken."""

    def picture(self, path: Path) -> None:
        """Save the window in front as a PNG."""
        before = b""
        while (dump := self._dump()) != before:  # until everything is painted
            before = dump
            time.sleep(1)
        # An X window dump (XWDFile.h): a head of 25 numbers, the colours, the lines.
        head = struct.unpack(">25I", dump[:100])
        size, width, height, bits, line, colours = head[0], head[4], head[5], head[11], head[12], head[19]
        pixels = dump[size + colours * 12 :]
        Image.frombytes("RGB", (width, height), pixels, "raw", {24: "BGR", 32: "BGRX"}[bits], line).save(path)

    def _dump(self) -> bytes:
        words = ["xwd", "-id", self.xdotool("getactivewindow"), "-silent", "-display", self.display]
        return subprocess.run(words, capture_output=True, check=True).stdout


def wait(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something in another process is so."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, f"waited in vain until {what}"
        time.sleep(0.05)  # what happens in another process sends no signal


def _proxies() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
