"""Owns the idea: tasks that run after the confirmation, one after another, as a value.

    tasks = BackgroundTasks()
    tasks.add_task(write_log, "message to ann@example.com")
    ... the confirmation is given ...
    tasks.run()

Plain Python, no Qt: `core.runner.TaskRunner.run_group` runs a group as one runnable on a pool.
"""

import copy
import functools
import inspect
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from core.clock import Clock, SystemClock
from core.errors import Fault, OuttrayError

if TYPE_CHECKING:
    import asyncio  # takes 33 ms, so it is imported by the first group that has an async task

OnError = Literal["stop", "continue"]


class TaskState(StrEnum):
    """What is true of one task."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    #: Never ran, because an earlier task of its group failed.
    SKIPPED = "skipped"
    #: Never ran, because its group was cancelled or asked to stop.
    CANCELLED = "cancelled"


class GroupState(StrEnum):
    """What is true of a group."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    #: Cancelled before it started: none of its tasks runs.
    CANCELLED = "cancelled"


class GroupError(ExceptionGroup[Exception], OuttrayError):
    """What the failed tasks of one group raised, in the order they ran; read `exceptions`."""

    def derive(self, excs: Sequence[Any], /) -> "GroupError":  # type: ignore[override]  # any part is one
        return GroupError(self.message, excs)


class Task:
    """One call in a group, and what became of it. Readable from any thread; only its group writes.

    `state` is written last: whoever reads `DONE` also finds the result and the end.
    """

    def __init__(self, id_: int, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        #: Its place in the order of its group, from 1.
        self.id = id_
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.state = TaskState.WAITING
        #: Wall time in ms since 1970 (UTC), or None.
        self.started_at: int | None = None
        self.ended_at: int | None = None
        self.result: Any = None
        self.error: BaseException | None = None

    def __repr__(self) -> str:
        return f"<Task {self.id} {_name(self.func)} {self.state}>"


class BackgroundTasks:
    """Tasks that run one after another, in the order they were added, when the group is run.

    Every part of the program that is handed the group may add to it, also while it runs, also from another
    thread. `on_error="stop"`: the first task that raises ends its group. `"continue"`: the others still run.
    """

    def __init__(self, *, on_error: OnError = "stop", clock: Clock | None = None) -> None:
        if on_error not in ("stop", "continue"):
            raise ValueError(f'on_error is "stop" or "continue", not {on_error!r}')
        self.on_error = on_error
        self._clock = clock or SystemClock()
        # Held for moments only, never while a task runs.
        self._lock = threading.Lock()
        self._state = GroupState.WAITING
        self._tasks: list[Task] = []
        self._is_stop_asked = False

    def add_task(self, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Task:
        """Add a call of `func`, plain or async; it runs when the group runs. Callable from any thread.

        Arguments that are a list, dict, set or bytearray are copied now, with all such containers inside them
        (a copy of the outermost alone would still change with its parts). Everything else is passed as it is.

        Raises TypeError when `func` cannot take these arguments, or when calling it would run nothing (a
        generator function, a coroutine). A decorated function is judged by the signature it shows. Raises
        `Fault` when the group has ended or was cancelled, as the task would never run.
        """
        _check(func, args, kwargs)
        copies: dict[int, Any] = {}
        own_args = tuple(_own(value, copies) for value in args)
        own_kwargs = {name: _own(value, copies) for name, value in kwargs.items()}
        with self._lock:
            if self._state in (GroupState.ENDED, GroupState.CANCELLED):
                raise Fault(f"{_name(func)} was added to a group that is {self._state}: it would never run")
            task = Task(len(self._tasks) + 1, func, own_args, own_kwargs)
            self._tasks.append(task)
        return task

    @property
    def state(self) -> GroupState:
        return self._state

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks in the order added."""
        with self._lock:
            return tuple(self._tasks)

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """What the failed tasks raised, in the order they ran."""
        return tuple(task.error for task in self.tasks if task.error is not None)

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __bool__(self) -> bool:
        """A group is a thing even while it is empty."""
        return True

    def cancel(self) -> bool:
        """Cancel the group if it has not started. True: none of its tasks runs. Callable from any thread."""
        with self._lock:
            if self._state is GroupState.WAITING:
                self._state = GroupState.CANCELLED
                self._mark_rest(TaskState.CANCELLED)
            return self._state is GroupState.CANCELLED

    def stop(self) -> None:
        """Ask the group to run no further task. One that runs goes on. Callable from any thread."""
        if not self.cancel():
            self._is_stop_asked = True

    def run(self) -> None:
        """Run the tasks on this thread and return when the last has ended. A cancelled group runs nothing.

        Async functions run on one event loop, which lasts as long as the run; what they left running on it is
        cancelled at the end. Raises `GroupError`, after the last task, with everything the tasks raised. What
        is no `Exception` (SystemExit, KeyboardInterrupt) ends the group at once and is raised as it is.
        Raises `Fault` when the group has been run before.
        """
        with self._lock:
            if self._state is GroupState.CANCELLED:
                return
            if self._state is not GroupState.WAITING:
                raise Fault("a group runs only once")
            self._state = GroupState.RUNNING
        errors: list[Exception] = []
        loop = _Loop()
        try:
            while task := self._next(has_failed=bool(errors)):
                self._run_task(task, loop, errors)
        except BaseException as error:
            if errors:
                raise error from self._error(errors)
            raise
        finally:
            self._end()
            loop.close()
        if errors:
            raise self._error(errors)

    def _error(self, errors: list[Exception]) -> GroupError:
        return GroupError(f"{len(errors)} of {len(self)} tasks failed", errors)

    def _next(self, has_failed: bool) -> Task | None:
        """Take the next task. None: there is none, and none can be added any more."""
        with self._lock:
            if has_failed and self.on_error == "stop":
                self._mark_rest(TaskState.SKIPPED)
            if self._is_stop_asked:
                self._mark_rest(TaskState.CANCELLED)
            for task in self._tasks:
                if task.state is TaskState.WAITING:
                    task.started_at = self._clock.now_ms()
                    task.state = TaskState.RUNNING
                    return task
            self._state = GroupState.ENDED
            return None

    def _run_task(self, task: Task, loop: "_Loop", errors: list[Exception]) -> None:
        state = TaskState.FAILED
        try:
            task.result = _call(task, loop)
            state = TaskState.DONE
        except Exception as error:  # noqa: BLE001 - a task may raise anything; `run` raises it again
            task.error = error
            errors.append(error)
        except BaseException as error:
            task.error = error
            raise
        finally:
            task.ended_at = self._clock.now_ms()
            task.state = state

    def _end(self) -> None:
        """Close the group, also when the run was broken off."""
        with self._lock:
            self._mark_rest(TaskState.SKIPPED)
            self._state = GroupState.ENDED

    def _mark_rest(self, state: TaskState) -> None:
        for task in self._tasks:
            if task.state is TaskState.WAITING:
                task.state = state


class _Loop:
    """The event loop of one run, made when the first async task needs it."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        import asyncio

        self._runner = self._runner or asyncio.Runner()
        try:
            return self._runner.run(coroutine)
        except asyncio.CancelledError as error:
            # No Exception in Python, but here it means only that the task gave itself up.
            raise Fault("the task was cancelled from inside") from error
        finally:
            # Where the loop could not take it, this keeps Python from warning of a forgotten coroutine.
            coroutine.close()

    def close(self) -> None:
        if self._runner is not None:
            self._runner.close()


def _call(task: Task, loop: _Loop) -> Any:
    result = task.func(*task.args, **task.kwargs)
    if _is_async(task.func):
        result = loop.run(result)
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise Fault(
            f"{_name(task.func)} returned the {type(result).__name__} {_name(result)}, which nobody awaits: "
            "its work was not done. Give add_task the async function itself."
        )
    return result


def _check(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise TypeError when the call could not be made, or would run nothing."""
    if not callable(func):
        if inspect.iscoroutine(func):
            func.close()
            raise TypeError(f"{_name(func)} was already called: give add_task the function and its arguments")
        raise TypeError(f"{func!r} cannot be called")
    if inspect.isgeneratorfunction(_unwrapped(func)) or inspect.isasyncgenfunction(_unwrapped(func)):
        raise TypeError(f"{_name(func)} is a generator function: calling it would run nothing")
    try:
        signature = inspect.signature(func)
    except ValueError:
        return  # a builtin without a signature: that it can be called is all that can be known
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{_name(func)}{signature}: {error}") from None


def _is_async(func: Callable[..., Any]) -> bool:
    func = _unwrapped(func)
    return inspect.iscoroutinefunction(func) or inspect.iscoroutinefunction(type(func).__call__)


def _unwrapped(func: Any) -> Any:
    """Return what a partial calls, however deep."""
    while isinstance(func, functools.partial):
        func = func.func
    return func


def _own(value: Any, copies: dict[int, Any]) -> Any:
    """Copy a list, dict, set or bytearray and all such containers in it.

    Not `copy.deepcopy`: it would also clone the objects inside, such as a lock, a file or a store. `copies`
    holds what was copied before, by id, so that a container that holds itself ends.
    """
    if type(value) is tuple:
        return tuple(_own(part, copies) for part in value)
    if not isinstance(value, list | dict | set | bytearray):
        return value
    if id(value) in copies:
        return copies[id(value)]
    own = copies[id(value)] = copy.copy(value)
    if isinstance(own, list):
        own[:] = [_own(part, copies) for part in own]
    elif isinstance(own, dict):
        for key, part in own.items():
            own[key] = _own(part, copies)  # the keys stay, so the dict does not change its size
    return own


def _name(func: Any) -> str:
    func = _unwrapped(func)
    return getattr(func, "__qualname__", None) or type(func).__qualname__
