"""The whole job by a screen reader: every part is found, read and used through AT-SPI, from outside."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.paths import Home
from tests.sessions import practised

_CLIENT = Path(__file__).with_name("screen_reader.py")


@pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's")
def test_the_main_job_through_a_screen_reader(display: str, home: Home, tmp_path: Path) -> None:
    """Fields are found by their names and filled, Send and Undo pressed, Accepted and Practised read; nothing is seen
    but what the program tells assistive technology.
    """
    if shutil.which("dbus-run-session") is None or not Path("/usr/libexec/at-spi-bus-launcher").exists():
        pytest.skip("This needs an accessibility bus: apt-get install dbus-daemon at-spi2-core")
    home.settings.write_text("undo_s = 5\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OUTTRAY", "QT_", "DBUS"))}
    environ |= {"DISPLAY": display, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, str(_CLIENT), str(home.root)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    steps: dict[str, list[Any]] = {}
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue  # the bus has its own say
        for key, value in json.loads(line).items():
            steps.setdefault(key, []).append(value)
    assert steps["field"] == ["To", "Subject", "Message"]
    assert all(steps["description"])
    assert steps["said"][0].startswith("Accepted ")
    assert steps["back"] == [{"Subject": "Hello", "Message": "Dear Ann"}]
    assert "ann@example.com" in steps["to_again"][0]
    assert any(row.startswith("Queued, ann@example.com, Hello") for row in steps["rows"][0])
    assert any(row.startswith("Practised, ann@example.com, Hello") for row in steps["rows"][1])
    assert len(practised(home)) == 1
