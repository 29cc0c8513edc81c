"""What had been promised at each moment of a trace, and to whom: read from what was said, not from the outbox."""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace

from tests.power.trace import Action, Event, Marked, Said, Talked

_ROW = re.compile(r"(\d+)  \S+  (Queued|Held|Sent|Practised|Cancelled|Scheduled|Waiting)\b")
_ACCOUNT = re.compile(r"Added (\S+?),? ")


@dataclass(frozen=True)
class Promises:
    """A person was told these things."""

    #: Message-IDs of receipts.
    accepted: frozenset[str] = frozenset()
    #: Deliveries that were named in any answer.
    rows: frozenset[int] = frozenset()
    #: Deliveries of which it was said that they are sent (or practised), and that they are cancelled.
    sent: frozenset[int] = frozenset()
    cancelled: frozenset[int] = frozenset()
    accounts: frozenset[str] = frozenset()
    #: Messages (by Message-ID) whose dot was written to a server, and those of which its answer had been read.
    dotted: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dot:
    """A dot was written: the server may have the message from now on."""

    socket: str
    recipient: str
    message_id: str


class Listener:
    """Hears what is said in a trace."""

    def __init__(self) -> None:
        self.promises = Promises()
        self._talks: dict[str, _Talk] = {}

    def take(self, event: Event) -> list[Dot]:
        """Hear one event: a promise counts when it begins to be said. Return the dots that were written with it."""
        action = event.action
        if isinstance(action, Said) and not event.is_end:
            self._said(action.text)
        elif isinstance(action, Talked) and action.is_heard == event.is_end:
            return self._talked(action)
        return []

    def _said(self, text: str) -> None:
        known = self.promises
        for line in text.splitlines():
            if line.startswith('{"notification"'):
                deliveries = json.loads(line)["deliveries"]
                known = replace(
                    known,
                    accepted=known.accepted | {each["message_id"] for each in deliveries},
                    rows=known.rows | {each["id"] for each in deliveries},
                )
            elif row := _ROW.match(line):
                number, word = int(row[1]), row[2]
                known = replace(
                    known,
                    rows=known.rows | {number},
                    sent=known.sent | ({number} if word in ("Sent", "Practised") else set()),
                    cancelled=known.cancelled | ({number} if word == "Cancelled" else set()),
                )
            elif account := _ACCOUNT.match(line):
                known = replace(known, accounts=known.accounts | {account[1]})
        self.promises = known

    def _talked(self, action: Talked) -> list[Dot]:
        talk = self._talks.get(action.socket)
        if talk is None:
            if action.is_heard or not action.data.upper().startswith((b"EHLO", b"HELO")):
                return []  # the door, or a server's greeting
            talk = self._talks[action.socket] = _Talk(action.socket)
        if action.is_heard:
            if talk.unanswered and action.data:
                self.promises = replace(self.promises, answered=(*self.promises.answered, talk.unanswered.pop(0)))
            return []
        dots = talk.said(action.data)
        self.promises = replace(self.promises, dotted=(*self.promises.dotted, *(dot.message_id for dot in dots)))
        return dots


class _Talk:
    """What a client said on one connection without TLS (RFC 5321)."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._left = b""
        self._is_in_body = False
        self._recipient = ""
        #: Message-IDs whose dot nobody has answered yet.
        self.unanswered: list[str] = []

    def said(self, data: bytes) -> list[Dot]:
        """Take what was written; return the dots in it."""
        self._left += data
        dots: list[Dot] = []
        while True:
            if self._is_in_body:
                body, dot, rest = self._left.partition(b"\r\n.\r\n")
                if not dot:
                    return dots
                found = re.search(rb"(?mi)^Message-ID: *(<[^>]*>)", body)
                assert found is not None, body
                dots.append(Dot(self._socket, self._recipient, found[1].decode()))
                self.unanswered.append(dots[-1].message_id)
                self._is_in_body, self._left = False, rest
                continue
            line, end, rest = self._left.partition(b"\r\n")
            if not end:
                return dots
            self._left = rest
            if line.upper().startswith(b"RCPT TO:"):
                self._recipient = line[len(b"RCPT TO:<") :].partition(b">")[0].decode()
            self._is_in_body = line.upper() == b"DATA"


def mark_of(action: Action, folder: str) -> str:
    """Return the name of the mark that a test set in this folder; "" for anything else."""
    if isinstance(action, Marked) and action.path.rpartition("/")[0] == folder:
        return action.path.rpartition("/")[2]
    return ""


def counted(message_ids: tuple[str, ...]) -> Counter[str]:
    return Counter(message_ids)
