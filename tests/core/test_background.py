"""The statements that hold for one `BackgroundTasks`, without Qt. Those with a window or a pool are elsewhere."""

import asyncio
import functools
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.background import BackgroundTasks, GroupError, GroupState, TaskState
from core.errors import Fault, OuttrayError
from tests.fakes import FakeClock


class Trace:
    """Writes down who ran, in order."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    def write(self, line: object) -> object:
        self.lines.append(line)
        return line

    async def write_later(self, line: object) -> object:
        await asyncio.sleep(0)
        self.lines.append(line)
        return line


@pytest.fixture
def trace() -> Trace:
    return Trace()


def fail(message: str) -> None:
    raise ValueError(message)


def states(tasks: BackgroundTasks) -> list[str]:
    return [str(task.state) for task in tasks]


# Order


def test_nothing_runs_before_the_group_is_run(trace: Trace) -> None:
    """S1 Tasks run only after the confirmation: adding one runs nothing."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "log")
    assert trace.lines == []
    trace.write("confirmed")
    tasks.run()
    assert trace.lines == ["confirmed", "log"]


def test_in_order_of_adding(trace: Trace) -> None:
    """S2 The tasks of one group run one after another, in the order added."""
    tasks = BackgroundTasks()
    for number in range(100):
        tasks.add_task(trace.write_later if number % 3 else trace.write, number)
    tasks.run()
    assert trace.lines == list(range(100))


def test_one_after_another() -> None:
    """S2 A task has ended before the next begins, async ones too."""
    running = 0
    seen: list[int] = []

    async def be_seen() -> None:
        nonlocal running
        running += 1
        await asyncio.sleep(0)
        seen.append(running)
        running -= 1

    tasks = BackgroundTasks()
    for _ in range(5):
        tasks.add_task(be_seen)
    tasks.run()
    assert seen == [1] * 5


def test_dependency_comes_first_because_it_was_added_first(trace: Trace) -> None:
    """S3 Order of adding decides, not nesting; S4 a dependency adds to the same group."""

    def get_query(tasks: BackgroundTasks, q: str) -> str:
        if q:
            tasks.add_task(trace.write, f"found query: {q}")
        return q

    def send(tasks: BackgroundTasks, email: str, q: str) -> None:
        get_query(tasks, q)
        tasks.add_task(trace.write, f"message to {email}")

    for q in ("ann", ""):
        tasks = BackgroundTasks()
        send(tasks, "ann@example.com", q)
        tasks.run()
    assert trace.lines == ["found query: ann", "message to ann@example.com", "message to ann@example.com"]


def test_task_added_by_a_running_task_runs(trace: Trace) -> None:
    """S10 A task may add a further task to its running group; it runs, after those that were there."""
    tasks = BackgroundTasks()

    def add_more(left: int) -> None:
        trace.write(left)
        if left:
            tasks.add_task(add_more, left - 1)

    tasks.add_task(add_more, 2)
    tasks.add_task(trace.write, "there before")
    tasks.run()
    assert trace.lines == [2, "there before", 1, 0]


def test_task_added_by_the_last_task_runs(trace: Trace) -> None:
    """S10 Also when it is added by the last task, and by an async one."""
    tasks = BackgroundTasks()

    async def add() -> None:
        tasks.add_task(trace.write, "added")

    tasks.add_task(add)
    tasks.run()
    assert trace.lines == ["added"]


def test_nothing_is_added_to_a_group_that_ended(trace: Trace) -> None:
    """S10 A task that would never run is refused, never silently forgotten."""
    ended, cancelled = BackgroundTasks(), BackgroundTasks()
    ended.run()
    cancelled.cancel()
    for tasks in (ended, cancelled):
        with pytest.raises(Fault, match="would never run"):
            tasks.add_task(trace.write, "late")


def test_adding_from_many_threads_while_running_loses_nothing() -> None:
    """S10 Whatever `add_task` took runs, also when other threads add while the group runs."""
    ran: list[int] = []
    taken: list[int] = []
    tasks = BackgroundTasks()
    begin = threading.Barrier(5)

    def add(first: int) -> None:
        begin.wait()
        for number in range(first, first + 500):
            try:
                tasks.add_task(ran.append, number)
            except Fault:
                return
            taken.append(number)

    tasks.add_task(begin.wait)
    threads = [threading.Thread(target=add, args=(first,)) for first in range(0, 2000, 500)]
    for thread in threads:
        thread.start()
    tasks.run()
    for thread in threads:
        thread.join()
    assert sorted(ran) == sorted(taken)


# Kinds of functions


class AsyncCall:
    """A callable object with an async `__call__`."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    async def __call__(self, line: str) -> object:
        return await self.trace.write_later(line)


def test_plain_and_async_functions_run(trace: Trace) -> None:
    """S5 Plain functions and async functions both run, with positional and keyword arguments."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "plain")
    tasks.add_task(trace.write, line="plain, by keyword")
    tasks.add_task(trace.write_later, "async")
    tasks.add_task(trace.write_later, line="async, by keyword")
    tasks.run()
    assert trace.lines == ["plain", "plain, by keyword", "async", "async, by keyword"]


def test_async_functions_run_on_one_loop_of_the_running_thread() -> None:
    """S5 An async function runs on an event loop of the worker thread: one for the whole group."""
    seen: list[tuple[asyncio.AbstractEventLoop, int]] = []

    async def look() -> None:
        seen.append((asyncio.get_running_loop(), threading.get_ident()))

    tasks = BackgroundTasks()
    tasks.add_task(look)
    tasks.add_task(look)
    worker = threading.Thread(target=tasks.run)
    worker.start()
    ident = worker.ident
    worker.join()
    (loop, thread), other = seen
    assert (loop, thread) == other
    assert thread == ident
    assert loop.is_closed()


def test_what_was_left_on_the_loop_is_cancelled() -> None:
    """S5 The loop ends with the run; what an async function left running on it is cancelled, not forgotten."""
    ends: list[str] = []

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async def leave_behind() -> None:
        _left.append(asyncio.create_task(wait_for_ever()))
        await asyncio.sleep(0)

    _left: list[Any] = []
    tasks = BackgroundTasks()
    tasks.add_task(leave_behind)
    tasks.run()
    assert ends == ["cancelled"]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_async_call_counts_as_async(trace: Trace, depth: int) -> None:
    """S6 A callable object with an async `__call__`, and a partial of one, count as async."""
    call: Callable[..., Any] = AsyncCall(trace)
    for _ in range(depth):
        call = functools.partial(call)
    tasks = BackgroundTasks()
    task = tasks.add_task(call, "async call")
    tasks.run()
    assert trace.lines == ["async call"]
    assert task.result == "async call"


@pytest.mark.parametrize("depth", [1, 2])
def test_partial_of_async_counts_as_async(trace: Trace, depth: int) -> None:
    """S6 A `functools.partial` of an async function counts as async."""
    call: Callable[..., Any] = trace.write_later
    for _ in range(depth):
        call = functools.partial(call)
    tasks = BackgroundTasks()
    tasks.add_task(functools.partial(call, line="partial"))
    tasks.run()
    assert trace.lines == ["partial"]


def test_coroutine_of_a_plain_function_is_an_error(trace: Trace) -> None:
    """X2 A plain function that returns a coroutine is an error that is shown; and Python has no warning."""

    def forget(line: str) -> Coroutine[Any, Any, object]:
        return trace.write_later(line)

    async def forget_too(line: str) -> Coroutine[Any, Any, object]:
        return trace.write_later(line)

    for func in (forget, forget_too):
        tasks = BackgroundTasks()
        task = tasks.add_task(func, "forgotten")
        with pytest.raises(GroupError) as caught:
            tasks.run()
        assert "returned the coroutine Trace.write_later, which nobody awaits" in str(caught.value.exceptions[0])
        assert task.state is TaskState.FAILED
    assert trace.lines == []


def test_other_awaitable_of_a_plain_function_is_an_error() -> None:
    """X2 The same for whatever else would have to be awaited."""

    class Promise:
        def __await__(self) -> Generator[None, None, None]:
            yield

    def promise() -> Awaitable[None]:
        return Promise()

    tasks = BackgroundTasks()
    tasks.add_task(promise)
    with pytest.raises(GroupError) as caught:
        tasks.run()
    assert "which nobody awaits" in str(caught.value.exceptions[0])


def test_what_would_run_nothing_is_refused(trace: Trace) -> None:
    """X2 A generator function, an async one and a coroutine already made are refused when added."""

    def generate() -> Iterator[int]:
        yield 1

    async def generate_later() -> Any:
        yield 1

    tasks = BackgroundTasks()
    for func in (generate, generate_later, functools.partial(generate)):
        with pytest.raises(TypeError, match="would run nothing"):
            tasks.add_task(func)
    with pytest.raises(TypeError, match="already called"):
        tasks.add_task(trace.write_later("called"))  # type: ignore[arg-type]
    assert len(tasks) == 0


def test_async_task_inside_a_running_loop_is_an_error_that_is_shown(trace: Trace) -> None:
    """S5 A group run where a loop runs already (in an async test, say) fails; it does not forget."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write_later, "nested")

    async def run_inside() -> None:
        tasks.run()

    with pytest.raises(GroupError):
        asyncio.run(run_inside())
    assert states(tasks) == ["failed"]


# Arguments


def takes_one(one: int) -> None:
    """Take one argument."""


@pytest.mark.parametrize(
    ("args", "kwargs"), [((), {}), ((1, 2), {}), ((1,), {"one": 1}), ((1,), {"two": 2}), ((), {"two": 2})]
)
def test_arguments_are_checked_when_added(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """X1 Whether the callable can take its arguments is checked when it is added, not when it runs."""

    async def takes_one_later(one: int) -> None:
        """Take one argument."""

    tasks = BackgroundTasks()
    for func in (takes_one, takes_one_later, functools.partial(takes_one), lambda one: one):
        with pytest.raises(TypeError, match="argument"):
            tasks.add_task(func, *args, **kwargs)
    assert len(tasks) == 0


def test_error_about_arguments_names_the_function() -> None:
    """X1 The error says which function, how it is called, and what is wrong."""
    with pytest.raises(TypeError, match=r"takes_one\(one: int\) -> None: missing a required argument: 'one'"):
        BackgroundTasks().add_task(takes_one)


def test_builtin_without_signature_is_taken(trace: Trace) -> None:
    """X1 A builtin without a signature: that it can be called."""
    tasks = BackgroundTasks()
    task = tasks.add_task(max, 1, 3, 2)
    tasks.run()
    assert task.result == 3


def test_what_cannot_be_called_is_refused() -> None:
    """X1 What cannot be called is refused when added."""
    with pytest.raises(TypeError, match="cannot be called"):
        BackgroundTasks().add_task("write_log")  # type: ignore[arg-type]


def test_keywords_of_every_name_are_passed_on() -> None:
    """X1 A task's own keywords may be named as `add_task`'s parameters are."""
    tasks = BackgroundTasks()
    task = tasks.add_task(dict, func=1, self=2)
    tasks.run()
    assert task.result == {"func": 1, "self": 2}


def test_containers_are_copied_when_added() -> None:
    """X3 Arguments that are a list, dict, set or bytearray are copied when added, with those inside them."""
    seen: list[Any] = []

    def look(*args: Any, **kwargs: Any) -> None:
        seen.append((args, kwargs))

    people = ["ann"]
    headers: dict[str, Any] = {"to": ["ann"], "pair": (["ann"], 1)}
    tags = {"a"}
    body = bytearray(b"one")
    tasks = BackgroundTasks()
    tasks.add_task(look, people, headers, (tags,), body, people=people)
    people.append("bob")
    headers["to"].append("bob")
    headers["pair"][0].append("bob")
    headers["cc"] = []
    tags.add("b")
    body += b"two"
    tasks.run()
    args = (["ann"], {"to": ["ann"], "pair": (["ann"], 1)}, ({"a"},), bytearray(b"one"))
    assert seen == [(args, {"people": ["ann"]})]


def test_other_arguments_are_passed_as_they_are() -> None:
    """X3 Only containers are copied: what is in them, and everything else, stays the same object."""

    class Thing:
        pass

    def look(thing: Thing, things: list[Thing]) -> tuple[Thing, Thing]:
        return thing, things[0]

    thing, lock = Thing(), threading.Lock()
    tasks = BackgroundTasks()
    task = tasks.add_task(look, thing, [thing, lock])
    tasks.run()
    assert task.result == (thing, thing)


def test_container_in_itself_and_kinds_of_containers() -> None:
    """X3 A list in itself is copied once; a defaultdict stays one; the same list twice stays the same."""
    from collections import defaultdict

    round_: list[Any] = []
    round_.append(round_)
    kinds = defaultdict(list, a=[1])
    tasks = BackgroundTasks()
    task = tasks.add_task(lambda *args: args, round_, kinds, kinds)
    kinds["a"].append(2)
    tasks.run()
    own_round, own_kinds, again = task.result
    assert own_round[0] is own_round
    assert own_round is not round_
    assert own_kinds == {"a": [1]}
    assert own_kinds["b"] == []
    assert again is own_kinds


# Errors


def test_first_error_stops_the_rest(trace: Trace) -> None:
    """S7 The first task that raises stops the rest of its group, by default."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "first")
    tasks.add_task(fail, "second")
    tasks.add_task(trace.write, "third")
    with pytest.raises(GroupError, match="1 of 3 tasks failed") as caught:
        tasks.run()
    assert trace.lines == ["first"]
    assert states(tasks) == ["done", "failed", "skipped"]
    assert [str(error) for error in caught.value.exceptions] == ["second"]


def test_other_groups_go_on(trace: Trace) -> None:
    """S7 An error stops its own group only."""
    broken, sound = BackgroundTasks(), BackgroundTasks()
    broken.add_task(fail, "broken")
    sound.add_task(trace.write, "sound")
    with pytest.raises(GroupError):
        broken.run()
    sound.run()
    assert trace.lines == ["sound"]


def test_group_goes_on_after_errors_and_lists_all(trace: Trace) -> None:
    """X5 With `on_error="continue"` the others still run; all errors are then listed, in order."""
    tasks = BackgroundTasks(on_error="continue")

    async def fail_later(message: str) -> None:
        raise LookupError(message)

    tasks.add_task(fail, "one")
    tasks.add_task(trace.write, "between")
    tasks.add_task(fail_later, "two")
    tasks.add_task(trace.write, "last")
    with pytest.raises(GroupError, match="2 of 4 tasks failed") as caught:
        tasks.run()
    assert trace.lines == ["between", "last"]
    assert [repr(error) for error in caught.value.exceptions] == ["ValueError('one')", "LookupError('two')"]
    assert tasks.errors == caught.value.exceptions
    assert isinstance(caught.value, OuttrayError)


def test_on_error_has_two_values() -> None:
    """X5 A misspelt `on_error` is refused at once."""
    with pytest.raises(ValueError, match="ignore"):
        BackgroundTasks(on_error="ignore")  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_leaving_ends_the_group(trace: Trace, error: BaseException) -> None:
    """S8 SystemExit and KeyboardInterrupt end the group at once, also with "continue", and come out of it."""

    def leave() -> None:
        raise error

    tasks = BackgroundTasks(on_error="continue")
    tasks.add_task(fail, "before")
    tasks.add_task(leave)
    tasks.add_task(trace.write, "after")
    with pytest.raises(type(error)) as caught:
        tasks.run()
    assert isinstance(caught.value.__cause__, GroupError)
    assert states(tasks) == ["failed", "failed", "skipped"]
    assert tasks.state is GroupState.ENDED


def test_async_task_that_cancels_itself_is_an_error() -> None:
    """S8 An async task that gives itself up has failed; it is not silent."""

    async def give_up() -> None:
        raise asyncio.CancelledError

    tasks = BackgroundTasks()
    tasks.add_task(give_up)
    with pytest.raises(GroupError) as caught:
        tasks.run()
    assert "cancelled from inside" in str(caught.value.exceptions[0])


# What can be asked


def test_each_task_can_be_asked(fake_clock: FakeClock) -> None:
    """X4 Each task has an id, a state, a start, an end, a result or an error, which can be asked for."""
    tasks = BackgroundTasks(on_error="continue", clock=fake_clock)

    def work(seconds: int) -> str:
        fake_clock.advance(seconds)
        return f"worked {seconds} s"

    begin = fake_clock.now_ms()
    first = tasks.add_task(work, 2)
    second = tasks.add_task(fail, "no")
    third = tasks.add_task(work, seconds=1)
    assert [task.id for task in tasks] == [1, 2, 3]
    assert states(tasks) == ["waiting"] * 3
    assert (first.started_at, first.ended_at, first.result, first.error) == (None, None, None, None)
    with pytest.raises(GroupError):
        tasks.run()
    assert (first.state, first.result, first.error) == ("done", "worked 2 s", None)
    assert (first.started_at, first.ended_at) == (begin, begin + 2000)
    assert (second.state, second.result, repr(second.error)) == ("failed", None, "ValueError('no')")
    assert (second.started_at, second.ended_at) == (begin + 2000, begin + 2000)
    assert (third.started_at, third.ended_at) == (begin + 2000, begin + 3000)


def test_running_task_can_be_asked() -> None:
    """X4 While it runs, a task says so, and so does its group."""
    tasks = BackgroundTasks()
    seen: list[str] = []
    task = tasks.add_task(lambda: seen.extend([task.state, tasks.state]))
    tasks.run()
    assert seen == ["running", "running"]
    assert (task.state, tasks.state) == ("done", "ended")


def test_group_is_a_value(trace: Trace) -> None:
    """S12 A group can be built and inspected without being run."""
    tasks = BackgroundTasks()
    task = tasks.add_task(trace.write, "line")
    assert (len(tasks), list(tasks), tasks.tasks) == (1, [task], (task,))
    assert (task.func, task.args, task.kwargs) == (trace.write, ("line",), {})
    assert repr(task) == "<Task 1 Trace.write waiting>"
    assert tasks.state is GroupState.WAITING
    assert bool(BackgroundTasks()) is True


def test_group_runs_without_qt() -> None:
    """S12 A group can be run where Qt cannot be imported; and where no task is async, asyncio is not."""
    program = (
        "import sys; sys.modules['PySide6'] = None\n"
        "from core.background import BackgroundTasks\n"
        "tasks = BackgroundTasks(); tasks.add_task(print, 'ran'); tasks.run()\n"
        "assert 'asyncio' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("ran\n", "", 0)


def test_group_runs_once(trace: Trace) -> None:
    """S12 A group runs only once: a second run is a bug that is shown, and runs nothing."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "once")
    tasks.run()
    with pytest.raises(Fault, match="only once"):
        tasks.run()
    assert trace.lines == ["once"]


# Cancel and stop


def test_group_is_cancelled_before_it_starts(trace: Trace) -> None:
    """X6 A group can be cancelled before it starts: nothing runs, and running it is no error."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "never")
    assert tasks.cancel() is True
    tasks.run()
    assert trace.lines == []
    assert states(tasks) == ["cancelled"]
    assert tasks.state is GroupState.CANCELLED


def test_running_group_is_not_cancelled(trace: Trace) -> None:
    """X6 Once a group has started, `cancel` says that it came too late."""
    tasks = BackgroundTasks()
    task = tasks.add_task(tasks.cancel)
    tasks.add_task(trace.write, "goes on")
    tasks.run()
    assert task.result is False
    assert trace.lines == ["goes on"]
    assert tasks.cancel() is False


def test_running_group_stops_between_tasks(trace: Trace) -> None:
    """X6 A running group can be asked to stop: the task that runs ends, the next does not begin."""
    tasks = BackgroundTasks()
    is_in_first, may_end = threading.Event(), threading.Event()

    def first() -> None:
        is_in_first.set()
        assert may_end.wait(30)
        trace.write("first ended")

    tasks.add_task(first)
    tasks.add_task(trace.write, "never")
    worker = threading.Thread(target=tasks.run)
    worker.start()
    assert is_in_first.wait(30)
    tasks.stop()
    may_end.set()
    worker.join()
    assert trace.lines == ["first ended"]
    assert states(tasks) == ["done", "cancelled"]


def test_stop_before_the_start_cancels(trace: Trace) -> None:
    """X6 To stop a group that has not started is to cancel it."""
    tasks = BackgroundTasks()
    tasks.add_task(trace.write, "never")
    tasks.stop()
    tasks.run()
    assert (trace.lines, tasks.state) == ([], GroupState.CANCELLED)


def test_cancel_and_run_at_the_same_moment() -> None:
    """X6 Whatever the moment: either `cancel` says True and nothing ran, or False and everything ran."""
    for _ in range(300):
        ran: list[int] = []
        tasks = BackgroundTasks()
        tasks.add_task(ran.append, 1)
        begin = threading.Barrier(2)

        def run(tasks: BackgroundTasks = tasks, begin: threading.Barrier = begin) -> None:
            begin.wait()
            tasks.run()

        worker = threading.Thread(target=run)
        worker.start()
        begin.wait()
        was_cancelled = tasks.cancel()
        worker.join()
        assert ran == ([] if was_cancelled else [1])
