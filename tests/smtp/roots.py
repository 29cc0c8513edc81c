"""Roots of their own for mail servers whose packages cannot be on one machine together; `make torture` makes them."""

import contextlib
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.smtp.daemons import PATH, Daemon, need

_ROOTS = Path(__file__).resolve().parents[2] / ".cache" / "roots"
#: Where the instance's folder is, seen from inside.
INSIDE = "/mnt"


class Root:
    """An instance's folder, and the root in which its server runs: many instances can share a root.

    Everything the server writes is below the instance's folder: that is mounted over the places inside, in a mount
    namespace that nobody else sees. Its processes are in a pid namespace, which ends with its first process.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        #: The instance's folder, seen from outside.
        self.folder = folder

    def run(self, *words: str) -> str:
        """Run a command inside to its end, and return what it says."""
        done = subprocess.run(self._words({}, words), capture_output=True, text=True, check=True, env={"PATH": PATH})
        return done.stdout.strip()

    def owned_by(self, user: str, *names: str) -> None:
        """Give parts of the instance's folder to a user of the root's; "" for the folder itself."""
        self.run("chown", user, *(f"{INSIDE}/{name}" for name in names))

    def daemon(self, name: str, words: tuple[str, ...], port: int, places: Mapping[str, str]) -> Daemon:
        """Return a server that is not started yet. `places`: where a part of the instance's folder is also seen."""
        return Daemon(name, self._words(places, words), port, self.folder / "said", {"PATH": PATH})

    def _words(self, places: Mapping[str, str], words: tuple[str, ...]) -> list[str]:
        root = shlex.quote(str(self._root))
        mounts = {"": INSIDE, **places}
        lines = [
            f"mkdir -p {root}{place} && mount --bind {shlex.quote(str(self.folder / name))} {root}{place}"
            for name, place in mounts.items()
        ]
        lines += [f"mount -t proc proc {root}/proc", f"chroot {root} {shlex.join(words)}"]
        # The shell stays, as the namespace's first process: a set-user-id program such as Exim forgets that it is to
        # end with its parent.
        inside = " && ".join(lines) + "; exit $?"
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", inside]


@contextlib.contextmanager
def instance(what: str, name: str) -> Iterator[Root]:
    """Make an instance's folder for a server of the root `name`; it is removed at the end.

    Skips the test, and says why, where the root is not there or this machine lets nobody into it.
    """
    need(what, {"unshare": "util-linux", "setpriv": "util-linux", "chroot": "coreutils"})
    root = _ROOTS / name
    if not (_ROOTS / f"{name}.ready").exists():
        pytest.skip(f"Needs {what} in a root of its own (.cache/roots/{name}): make torture makes it.")
    with tempfile.TemporaryDirectory(prefix=f"outtray-{name}-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        made_inside = Root(root, folder)
        try:
            made_inside.run("true")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"Needs namespaces of its own for {what}, and this machine refuses: {error.stderr.strip()}.")
        yield made_inside
