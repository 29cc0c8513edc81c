"""Whether a message is in the Sent folder of its account: asked of the IMAP server, and answered as a value."""

import imaplib
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Problem
from core.mail.imap.client import Client
from core.mail.imap.folders import Folder, encoded, marked, sent
from core.mail.imap.opening import Opening, Trouble, is_not_now
from core.mail.smtp.server import Server
from core.mail.smtp.steps import Halted
from core.mail.smtp.waiting import Waker
from core.mail.stop import Stop

#: For a whole look, with a little more for each further message: a person is waiting for it.
LIMIT_S = 60.0
_EACH_S = 0.5
_MOST_S = 600.0
#: Names of a few thousand folders; and for each message what a server says of one.
_MOST_BYTES = 1 << 20
_EACH_BYTES = 8 << 10


class Kind(StrEnum):
    """What came of looking for one message."""

    FOUND = "found"
    #: It is in none of the folders that were looked through.
    NOT_FOUND = "not_found"
    #: There is no such folder, or none that is known as one.
    NO_FOLDER = "no_folder"
    #: Nobody could look.
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Answer:
    """What is known of one message after a look."""

    kind: Kind
    #: Where it is, or where it is not: `“Sent” of imap.example.com`; "" where nobody could look.
    where: str = ""
    #: When the server put it there (ms since 1970, UTC), by its own clock; None where it does not say.
    kept_at: int | None = None
    #: Why there was nothing to look through.
    problem: Problem | None = None


def look(
    server: Server,
    secret: Callable[[], str],
    message_ids: Sequence[str],
    *,
    folder: str = "",
    stop: Stop | None = None,
    limit_s: float = LIMIT_S,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> dict[str, Answer]:
    """Look for messages by their Message-IDs, on one connection and with one login; return an answer for each.

    `server` is the IMAP server; `folder` is the name a person gave, "" for the one that the server marks as Sent, and
    after that the one that holds everything. Nothing is changed there. Blocks for `limit_s` and half a second for
    each further message, in all and whatever the server does. When it is stopped, what was not looked for is left out.
    """
    limit_s = min(limit_s + _EACH_S * (len(message_ids) - 1), _MOST_S)
    most_bytes = _MOST_BYTES + _EACH_BYTES * len(message_ids)
    answers: dict[str, Answer] = {}
    with closing(Waker()) as waker, (stop or Stop()).wakes(waker.set):
        opening = Opening(server, secret, waker, monotonic_s, limit_s=limit_s, most_bytes=most_bytes)
        try:
            with opening.opened() as client:
                _Look(opening, client, server.host).go(message_ids, folder, answers)
        except Trouble as trouble:
            for message_id in message_ids:
                answers.setdefault(message_id, Answer(Kind.TROUBLE, problem=trouble.problem))
        except Halted:
            pass
    return answers


class _Look:
    """One look into the folders of one mailbox."""

    def __init__(self, opening: Opening, client: Client, host: str) -> None:
        self._opening = opening
        self._client = client
        self._host = host

    def go(self, message_ids: Sequence[str], wanted: str, answers: dict[str, Answer]) -> None:
        """Look through one folder after another; put each answer into `answers` when it is known."""
        looked: list[Folder] = []
        for folder in self._folders(wanted):
            refused = self._client.examine(folder)
            if refused is not None and is_not_now(refused):
                raise self._opening.trouble("imap_refused", reply=self._opening.shown(refused))
            if refused is not None:
                continue
            looked.append(folder)
            for message_id in message_ids:
                if message_id not in answers:
                    is_there, about = self._client.find(message_id)
                    if is_there:
                        answers[message_id] = Answer(Kind.FOUND, self._where([folder]), _date(about))
        missing = Answer(Kind.NOT_FOUND, self._where(looked)) if looked else self._no_folder(wanted)
        for message_id in message_ids:
            answers.setdefault(message_id, missing)

    def _folders(self, wanted: str) -> list[Folder]:
        """Return the folders to look through, in their order."""
        if wanted:
            return [Folder(encoded(wanted))]
        every = self._client.folders()
        chosen = (sent(every), marked(every, "\\all"))
        return list(dict.fromkeys(folder for folder in chosen if folder is not None))

    def _where(self, folders: Iterable[Folder]) -> str:
        return f"{', '.join(f'“{folder.shown}”' for folder in folders)} of {self._host}"

    def _no_folder(self, wanted: str) -> Answer:
        code = "sent_no_folder" if wanted else "sent_none"
        return Answer(Kind.NO_FOLDER, problem=self._opening.problem(code, folder=wanted))


def _date(about: bytes) -> int | None:
    """Return the INTERNALDATE in what is said of a message (ms since 1970, UTC); None where there is none."""
    try:
        found = imaplib.Internaldate2tuple(about)
        return None if found is None else int(time.mktime(found)) * 1000
    except (ValueError, OverflowError, OSError):  # a day that no calendar has, a year that no clock reaches
        return None
