"""What a command asks of the outbox, carried out by its owner: in the command's own process, or behind the door."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from core import settings
from core.background import BackgroundTasks
from core.cli import account_verbs
from core.cli.answers import receipt_json, receipt_text
from core.cli.console import complain
from core.clock import Clock
from core.door import Answer
from core.errors import Fault, MoveError, OwnedError, PersonError, StorageError
from core.executor import Inline
from core.outbox import draft_json
from core.outbox.moves import Moved
from core.outbox.notification import Draft, Receipt, Sighting, Terms, new_ulid
from core.outbox.outbox import Order, Outbox
from core.paths import Home
from core.program import Program
from core.words import STATE_WORDS, sentence, still_saving_code

Json = dict[str, Any]

#: Each verb, and how it is said of a delivery that may not be moved so.
_MOVES: dict[str, tuple[Callable[[Outbox, Iterable[int]], Order[Moved]], str]] = {
    "cancel": (Outbox.cancel, "cancelled"),
    "hold": (Outbox.hold, "held"),
    "release": (Outbox.release, "released"),
    "retry": (Outbox.retry, "tried again"),
    "send-again": (Outbox.send_again, "sent again"),
    "mark-sent": (Outbox.mark_sent, "marked as sent"),
}


def accept(program: Program, draft: Draft, terms: Terms, token: str) -> tuple[Receipt, BackgroundTasks]:
    """Accept a draft; return the receipt, and the group to run once the receipt was given. Blocks for a commit.

    This is the tutorial's handler, as `gui.operations.send` is it for the window. Raises `DraftError` and
    `StorageError`, and then none of the tasks exists.
    """
    notification = new_ulid(program.clock.now_ms())
    tasks = program.afterwards(draft, notification)
    receipt = program.outbox.accept(draft, terms, token=token, notification=notification).wait()
    return receipt, tasks if receipt.is_new else BackgroundTasks()


def own(home: Home, clock: Clock) -> Program:
    """Take the outbox for one command, recovered. Raises `OwnedError` while another has it, `OutboxError`."""
    program = Program(home, Inline(), settings.load(home), clock=clock)
    try:
        program.outbox.subscribe_salvaged(lambda salvaged: complain(str(salvaged)))
        program.outbox.subscribe_waiting(_WaitSayer())
        program.open().wait()
    except BaseException:
        program.close()
        raise
    return program


class _WaitSayer:
    """Says on standard error what a command waits for; each reason once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, waits_for: StorageError | None) -> None:
        if waits_for is None:
            return
        code = still_saving_code(waits_for.code)
        if code not in self._said:
            self._said.add(code)
            complain(sentence(code, {}))


def catch_up(program: Program) -> None:
    """Have log.txt written to the end. That it cannot be is said, and changes nothing that was done."""
    try:
        program.log.catch_up()
    except PersonError as error:
        complain(str(error))


class Verbs:
    """Answers the door of a process that owns the outbox: give it to `core.door.Door`.

    `raise_window` is called on the main thread with the arguments of a second start; without it, whoever wants
    a window is told who owns the outbox. Runs on the door's thread and waits there for the disk.
    """

    def __init__(self, program: Program, kind: str, raise_window: Callable[[list[str]], None] | None = None) -> None:
        self._program = program
        self._kind = kind
        self._raise_window = raise_window

    def __call__(self, request: Json) -> Json | Answer:
        """Carry out one request. Raises `PersonError` for what a person can act on, `Fault` for no request."""
        verb, arguments = request.get("verb"), request.get("arguments")
        if not isinstance(verb, str) or not isinstance(arguments, dict):
            raise Fault(f"not a request: {request!r:.200}")
        if verb == "send":
            return self._send(arguments)
        if verb == "raise":
            return self._raise(arguments)
        if verb == "owner":
            return {"kind": self._kind, "pid": os.getpid()}
        if verb.startswith("account-"):
            return Answer(account_verbs.perform(self._program, verb, arguments), self._catch_up)
        return Answer(perform(self._program, verb, arguments), self._catch_up)

    def _catch_up(self) -> None:
        self._program.executor.start("log", self._program.log.catch_up)

    def _send(self, arguments: Json) -> Answer:
        draft = draft_json.from_dict(arguments["draft"])
        receipt, tasks = accept(self._program, draft, Terms(**arguments["terms"]), arguments["token"])
        content = {"receipt": receipt_json(receipt), "text": receipt_text(receipt)}
        return Answer(content, partial(self._program.executor.start, "log", tasks.run))

    def _raise(self, arguments: Json) -> Json:
        if self._raise_window is None:
            raise OwnedError("outbox_run", owner=f"{self._kind}, process {os.getpid()}")
        words = [str(word) for word in arguments.get("words", ())]
        self._program.executor.post(partial(self._raise_window, words))
        return {}


def perform(program: Program, verb: str, arguments: Json) -> Json:
    """Carry out a verb that moves deliveries or pauses all; return what moved and why the rest did not.

    `{"moved": [17], "refused": [[18, "move_refused", {…}]]}`: a refusal is a code of `core.words` and its values.
    """
    if verb == "pause":
        program.outbox.pause().wait()
        return {}
    if verb == "resume":
        program.outbox.resume().wait()
        return {}
    if verb == "sighted":
        sightings = [Sighting(*each) for each in arguments["sightings"]]
        return _answer(program.outbox.sighted(sightings).wait(), "checked")
    ids = [int(each) for each in arguments["ids"]]
    if verb == "undo":
        return _undo(program, ids)
    if verb not in _MOVES:
        raise Fault(f"there is no verb {verb!r}")
    move, participle = _MOVES[verb]
    return _answer(move(program.outbox, ids).wait(), participle)


def _answer(moved: Moved, participle: str) -> Json:
    refused: list[list[Any]] = []
    for delivery_id, state in moved.refused:
        if state is None:
            refused.append([delivery_id, "not_found", {"id": str(delivery_id)}])
        else:
            values = {"id": str(delivery_id), "state": STATE_WORDS[state.value].lower(), "verb": participle}
            refused.append([delivery_id, "move_refused", values])
    return {"moved": list(moved.ids), "refused": refused}


def _undo(program: Program, ids: list[int]) -> Json:
    """Take back the whole notification of each delivery, once."""
    found = {delivery.id: delivery.notification for delivery in program.reader.deliveries(ids)}
    refusals: dict[str, MoveError] = {}
    for notification in dict.fromkeys(found.values()):
        try:
            program.outbox.undo(notification).wait()
        except MoveError as error:
            refusals[notification] = error
    moved: list[int] = []
    refused: list[list[Any]] = []
    for delivery_id in ids:
        if delivery_id not in found:
            refused.append([delivery_id, "not_found", {"id": str(delivery_id)}])
        elif (refusal := refusals.get(found[delivery_id])) is not None:
            refused.append([delivery_id, refusal.code, refusal.values])
        else:
            moved.append(delivery_id)
    return {"moved": moved, "refused": refused}
