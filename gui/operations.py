"""The verbs a person does: a function each. They return at once; what comes of them is told on the main thread."""

from collections.abc import Callable, Iterable
from pathlib import Path

from core.background import BackgroundTasks
from core.errors import PersonError
from core.outbox.book_tables import Group
from core.outbox.moves import Moved
from core.outbox.notification import Attachment, Draft, Receipt, Recipient, Terms, new_ulid
from core.outbox.outbox import Order
from core.program import Program
from core.runner import TaskRunner

Failed = Callable[[BaseException], None]


def send(
    program: Program,
    runner: TaskRunner,
    draft: Draft,
    terms: Terms,
    *,
    token: str,
    draft_id: str | None,
    confirm: Callable[[Receipt], None],
    refuse: Failed,
) -> BackgroundTasks:
    """Accept a draft, confirm, and do the rest behind: the tutorial's handler.

    `draft_id`: the kept draft that ends with it. `confirm` is called when the outbox holds the notification; then the
    group runs, as one runnable. When the draft is refused, no task runs.
    """
    notification = new_ulid(program.clock.now_ms())
    tasks = program.afterwards(draft, notification)

    def accepted(receipt: Receipt) -> None:
        confirm(receipt)
        if receipt.is_new:
            runner.run_group(tasks, "log", failed=lambda error: _tell(program, receipt, error))

    order = program.outbox.accept(draft, terms, token=token, notification=notification, draft_id=draft_id)
    order.then(accepted, refuse)
    return tasks


def _tell(program: Program, receipt: Receipt, error: BaseException) -> None:
    """Put trouble after the confirmation into the row's history, and let it reach the person."""
    words = "; ".join(str(each) for each in error.exceptions) if isinstance(error, ExceptionGroup) else str(error)
    program.outbox.note(receipt.deliveries[0].id, "trouble", words).then()
    raise error


def undo(program: Program, notification: str, done: Callable[[Draft], None], failed: Failed) -> None:
    """Take a notification back."""

    def undone(draft: Draft) -> None:
        done(draft)
        catch_up(program)

    program.outbox.undo(notification).then(undone, failed)


def move(program: Program, order: Order[Moved], done: Callable[[Moved], None] | None = None) -> None:
    """Do what a person asked of rows: `move(program, program.outbox.hold(ids))`."""

    def moved(what: Moved) -> None:
        if done is not None:
            done(what)
        catch_up(program)

    order.then(moved)


def pause(program: Program, is_paused: bool) -> None:
    """Pause everything, or go on."""
    (program.outbox.pause() if is_paused else program.outbox.resume()).then()


def attach(
    program: Program,
    paths: Iterable[Path],
    done: Callable[[Path, Attachment], None],
    failed: Callable[[Path, PersonError], None],
) -> None:
    """Copy files into the spool, one after another behind the window."""
    for path in paths:
        _attach(program, path, done, failed)


def _attach(
    program: Program,
    path: Path,
    done: Callable[[Path, Attachment], None],
    failed: Callable[[Path, PersonError], None],
) -> None:
    def refused(error: BaseException) -> None:
        if isinstance(error, PersonError):
            failed(path, error)
        else:
            failed(path, PersonError("attachment_unreadable", name=path.name, why=f"{type(error).__name__}."))
            raise error

    program.executor.submit("files", lambda: program.spool.attach(path), lambda file: done(path, file), refused)


def search(program: Program, words: str, done: Callable[[tuple[Recipient | Group, ...]], None]) -> None:
    """Find people and groups of the address book, and earlier recipients."""
    program.executor.submit("reads", lambda: program.contacts.search(words), done)


def members(program: Program, group: Group, done: Callable[[tuple[Recipient, ...]], None]) -> None:
    """Read who is in a group."""
    program.executor.submit("reads", lambda: program.book.members(group.id), done)


def catch_up(program: Program) -> None:
    """Have the log written up to now."""
    program.executor.submit("log", program.log.catch_up)
