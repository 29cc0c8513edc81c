"""No bytes of a stranger break a promise or end in a traceback: good inputs, changed ones, and any at all."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzzing.targets import TARGETS, Target, near

EXAMPLES = 300


def tried(target: Target) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(near(target.seeds))
    def one(data: bytes) -> None:
        target.call(data)

    one()


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_break_it(name: str) -> None:
    """B4, C1, C2, C9: replies, addresses, letters, settings, the door, links, the log and drafts, against any bytes."""
    target = TARGETS[name]
    for seed in target.seeds:
        target.call(seed)
    tried(target)


def test_what_is_broken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters find it where the guard looks at nothing, and the log where a line break stays."""
    monkeypatch.setattr("core.mail.guard.check", lambda *_: None)
    with pytest.raises((AssertionError, ExceptionGroup)):
        tried(TARGETS["changed letters"])
    monkeypatch.setattr("core.outbox.log.plain", lambda text: text)
    with pytest.raises((AssertionError, ExceptionGroup)):
        tried(TARGETS["log"])
