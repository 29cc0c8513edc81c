"""The table that closes a run of the tests: the faults that were tried, by harm, and what became of every delivery."""

import dataclasses
from collections.abc import Callable
from typing import Any

from tests import judge
from tests.catalogue import FAULTS, Harm, faults_of
from tests.judge import Verdict

#: The rest of the tests has homes as well.
_OTHERS = "all other tests"


def record(record_property: Callable[[str, object], None], docstring: str | None, verdict: Verdict) -> None:
    """Put a test's verdict into its report, which also travels from another process of the tests."""
    record_property("faults", faults_of(docstring))
    record_property("verdict", dataclasses.asdict(verdict))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table: a line for each harm, and one for the tests that look for no fault."""
    rows = {harm.value: Verdict() for harm in Harm} | {_OTHERS: Verdict()}
    tried: set[str] = set()
    for reports in terminalreporter.stats.values():
        for report in reports:
            said = dict(getattr(report, "user_properties", ()))
            if "verdict" not in said or report.when != "teardown":
                continue
            faults = said["faults"]
            name = FAULTS[faults[0]][0].value if faults and faults[0] in FAULTS else _OTHERS
            rows[name] += Verdict(**said["verdict"])
            tried.update(faults)
    if any(rows.values()):
        terminalreporter.section("what became of what was accepted")
        terminalreporter.write_line(judge.table(rows))
        terminalreporter.write_line(f"{len(tried)} of the {len(FAULTS)} faults of the catalogue were tried.")
