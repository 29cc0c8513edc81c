"""The executor without threads."""

from functools import partial
from typing import Any

import pytest

from core.executor import POOLS, Executor, Inline


def never(told: object) -> None:
    pytest.fail(f"called with {told!r}")


def divide() -> int:
    return 1 // 0


def raise_error() -> None:
    divide()


def test_inline_runs_at_once() -> None:
    """Inline: everything runs at once, where it was asked for, whatever the pool."""
    executor: Executor = Inline()
    ran: list[str] = []
    for pool in POOLS:
        executor.start(pool, partial(ran.append, pool))
    executor.post(lambda: ran.append("posted"))
    assert ran == [*POOLS, "posted"]


def test_inline_gives_result() -> None:
    """`submit` calls `done` with the result."""
    results: list[int] = []
    Inline().submit("reads", lambda: 42, results.append, never)
    assert results == [42]


def test_inline_gives_error() -> None:
    """`submit` calls `failed` with the error."""
    errors: list[BaseException] = []
    Inline().submit("reads", divide, never, errors.append)
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_inline_error_is_never_silent() -> None:
    """Without `failed`, the error is raised to whoever asked; `start` raises it too."""
    with pytest.raises(ZeroDivisionError):
        Inline().submit("reads", divide)
    with pytest.raises(ZeroDivisionError):
        Inline().start("reads", raise_error)
    with pytest.raises(ZeroDivisionError):
        Inline().ticket(None, None).reject(ZeroDivisionError())


def test_inline_error_in_done_is_not_given_to_failed() -> None:
    """`failed` is told of the job's error only; what `done` raises is raised."""

    def done(_: Any) -> None:
        raise KeyError("in done")

    with pytest.raises(KeyError, match="in done"):
        Inline().submit("reads", lambda: 1, done, never)


def test_inline_ticket_gives_result_or_error() -> None:
    """A ticket's `done` or `failed` is called at once."""
    told: list[Any] = []
    Inline().ticket(told.append, never).resolve("value")
    error = ValueError("no")
    Inline().ticket(never, told.append).reject(error)
    assert told == ["value", error]
