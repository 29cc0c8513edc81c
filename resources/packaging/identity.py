"""Who the packaged program is: one name, one id, one version and one time for every file that is made of it."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from core.version import version
from resources import APP_ID

__all__ = ["version"]  # it stands in pyproject.toml alone

ROOT = Path(__file__).parents[2]
NAME = "outtray"
DEVELOPERS = "The Outtray developers"
#: Nobody has this address: whoever publishes a package puts their own here (RFC 2606, section 2).
MAINTAINER = f"{DEVELOPERS} <developers@outtray.invalid>"
SUMMARY = "desktop outbox: nothing that was accepted is lost"


def made_at() -> int:
    """Return the time that every file of the package bears, in seconds: of the commit, or SOURCE_DATE_EPOCH.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(told)
    if shutil.which("git"):
        done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip():
            return int(done.stdout)
    return int((ROOT / "pyproject.toml").stat().st_mtime)


def filled(text: str) -> str:
    """Put name, version and the others into a template, where it says `@VERSION@`. Raises `KeyError` for others."""
    words = {
        "ID": APP_ID,
        "VERSION": version(),
        "DATE": datetime.fromtimestamp(made_at(), UTC).date().isoformat(),
        "DEVELOPERS": DEVELOPERS,
        "DEVELOPER_ID": APP_ID.rpartition(".")[0],
    }
    return re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)
