"""The packaged program, and a Debian that has nothing, for the tests of `make package-test`."""

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.displays import display
from tests.package import bare
from tests.package.bare import Bare, Camera, copied
from tests.smtp.certificates import Authority

__all__ = ["display"]  # a fixture: pytest finds it here

DIST = Path(__file__).resolve().parents[2] / "dist"


@pytest.fixture(scope="session")
def deb() -> Path:
    """The .deb that `make package` made."""
    found = sorted(DIST.glob("outtray_*.deb"))
    if not found:
        pytest.skip("There is no .deb to try. Type: make package")
    return found[-1]


@pytest.fixture(scope="session")
def root(deb: Path) -> Iterator[Bare]:
    """A bare Debian in which the .deb was installed, without what is only recommended. Tests leave it as it is."""
    with new_root() as made:
        made.install(str(deb))
        yield made


@pytest.fixture
def installed(root: Bare) -> Iterator[Bare]:
    """The same, with a new home."""
    subprocess.run(["rm", "-rf", str(root.home)], check=True)
    root.as_root("install", "-d", "-m", "700", "-o", bare.USER, "-g", bare.USER, bare.HOME)
    yield root
    root.end()


@pytest.fixture
def screen(display: str) -> Camera:
    """A screen, and a keyboard before it."""
    return Camera(display)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of the tests."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def pictures() -> Path:
    """Where pictures of the screen go, to be looked at."""
    folder = DIST.parent / "shots" / "package"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_root() -> AbstractContextManager[Bare]:
    """Copy the bare Debian; skips where there is none."""
    if not bare.ROOT.with_suffix(".ready").exists():
        pytest.skip("There is no bare Debian here, which needs root and Debian's packages. Type: make package-test")
    return copied()
