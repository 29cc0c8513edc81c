"""The nouns of one chain: draft, notification, delivery, attempt, event; as values."""

import secrets
from dataclasses import dataclass, field

from core.outbox.states import Place, Reason, State, place_of

#: The embedded account that keeps mail in a folder on this computer. Nobody receives it.
PRACTICE = "practice"

#: A notification to more recipients than this is bulk: those to fewer go before it.
BULK_OVER = 20

#: Undo times are at most an hour: longer is what `at` is for.
UNDO_MAX_S = 3600

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid(now_ms: int) -> str:
    """Make a 26-character id that sorts by time (the ULID specification: 48 bits of time, 80 of chance)."""
    number = (now_ms << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_token() -> str:
    """Make the token of one press of Send: the same token is accepted once, however often it is pressed."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Recipient:
    """One person a draft goes to."""

    #: The address in the form in which it is sent: domain in lower case, Unicode kept.
    address: str
    #: The display name, or "".
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True)
class Attachment:
    """A file that was copied into the spool when it was attached."""

    #: The name the recipient sees: no folder, no control characters.
    name: str
    #: Its media type, `application/octet-stream` where nothing better is known.
    media_type: str
    #: Of the bytes in the spool; also their name there.
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Draft:
    """What a person typed. It is valid only after `core.outbox.validation.check` found no problem."""

    to: tuple[Recipient, ...] = ()
    subject: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: The account it goes by.
    account: str = PRACTICE
    #: The words by which the person found the recipient, or "".
    query: str = ""
    #: Parts of the To field that are not valid addresses, as typed. A draft that has any is not accepted.
    unread_to: tuple[str, ...] = ()
    #: When it is to go, as the form has it; what counts at accept are the `Terms`. As `Terms.at_ms` and `not_after_ms`.
    at_ms: int | None = None
    not_after_ms: int | None = None

    @property
    def is_blank(self) -> bool:
        """True when nothing would be lost by forgetting it."""
        return not (self.to or self.unread_to or self.subject.strip() or self.text.strip() or self.attachments)


@dataclass(frozen=True)
class Terms:
    """When and how an accepted draft goes, apart from what it says."""

    #: Seconds in which the person may take it back; it is not sent before.
    undo_s: int = 0
    #: Not before this time (ms since 1970, UTC), or None for now.
    at_ms: int | None = None
    #: Fails as expired when it could not be sent by this time (ms since 1970, UTC), or None.
    not_after_ms: int | None = None
    #: Held until the person releases it.
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the list: one recipient of one notification, and what became of it. Times in ms since 1970, UTC."""

    id: int
    notification: str
    to: str
    to_name: str
    from_: str
    account: str
    subject: str
    state: State
    reason: Reason
    due_at: int
    accepted_at: int
    sent_at: int | None
    attempts: int
    generation: int
    last_code: int | None
    last_reply: str
    message_id: str
    size_bytes: int
    updated_at: int
    #: The server of the last attempt, or "".
    server: str = ""

    @property
    def place(self) -> Place:
        return place_of(self.state, self.reason)


@dataclass(frozen=True)
class Receipt:
    """What the outbox holds after accepting a draft: proof, made after the commit was synced."""

    notification: str
    accepted_at: int
    deliveries: tuple[Delivery, ...]
    #: False when the same token had been accepted before, and nothing new was stored.
    is_new: bool = True


@dataclass(frozen=True)
class Attempt:
    """One try at handing a delivery over. Times in ms since 1970, UTC."""

    number: int
    generation: int
    started_at: int
    ended_at: int | None
    phase: str
    code: int | None
    reply: str
    tls: str
    server: str


@dataclass(frozen=True)
class Event:
    """One thing that happened to a delivery. The log is these as lines."""

    id: int
    at: int
    notification: str
    delivery: int
    to: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Details:
    """One delivery with everything known of it."""

    delivery: Delivery
    draft: Draft
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class StoredMessage:
    """A message as the outbox keeps it: a skeleton, and the seal over it and the files it names."""

    #: Headers, boundaries and text; each attachment's body is named, not contained (`core.mail.mime`).
    skeleton: bytes
    #: sha256 over the skeleton and the hashes of the attachments it names.
    seal: bytes
    #: Of the whole message as it goes out.
    size_bytes: int


@dataclass(frozen=True)
class Claim:
    """A due delivery with all that one attempt needs: nothing is read twice."""

    delivery: int
    notification: str
    account: str
    sender: str
    recipient: str
    message_id: str
    message: StoredMessage
    attempt: int
    generation: int
    #: Whoever holds this may move the delivery on; a later claim has another.
    lease: str
    accepted_at: int
    not_after: int | None
    #: How long it has been tried is counted from here: the beginning of the first try of this generation since it was
    #: last released, but for those that no network or its account's login put an end to; else of this try.
    tried_since: int
    #: Its account has a rate: what its server hears of is counted.
    is_rated: bool = False


@dataclass(frozen=True)
class Sighting:
    """What a look into a Sent folder says of a delivery that is not confirmed."""

    delivery: int
    #: In which it was looked for: once it was sent again, that says nothing more.
    generation: int
    is_found: bool
    #: Where it is, or where it is not: `“Sent” of imap.example.com`.
    where: str
    #: When the server put it there (ms since 1970, UTC), by its own clock; None where it does not say.
    kept_at: int | None = None


@dataclass(frozen=True)
class Changes:
    """What one commit changed: the ids of deliveries, sent to whoever shows them."""

    deliveries: frozenset[int] = frozenset()
    #: Whether a delivery may have become due, or the pause changed.
    is_due: bool = False
    #: Accounts that began or ended to wait: what is shown of all their queued deliveries is another.
    accounts: frozenset[str] = frozenset()
    #: Deliveries that are not there any more.
    gone: frozenset[int] = frozenset()

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(
            self.deliveries | other.deliveries,
            self.is_due or other.is_due,
            self.accounts | other.accounts,
            self.gone | other.gone,
        )


@dataclass(frozen=True)
class AccountState:
    """What stands between an account and its server, if anything."""

    account: str
    #: NONE, OFFLINE, BACKOFF, RATE; ACCOUNT: nothing is tried until a person mends it.
    reason: Reason
    #: Not tried before (ms since 1970, UTC), or None.
    until: int | None
    #: What is wrong, a key of `core.words.SENTENCES` and the words for its places; "" where there is only `detail`.
    code: str
    values: tuple[tuple[str, str], ...]
    #: The sentence, or the server's reply.
    detail: str
    #: How many deliveries are held for it until it is mended; what is being let go is not.
    held: int


@dataclass(frozen=True)
class Counts:
    """Deliveries by state and by place; kept by the outbox, never counted."""

    by_state: dict[State, int] = field(default_factory=dict)
    by_place: dict[Place, int] = field(default_factory=dict)
    next_due_at: int | None = None
    is_paused: bool = False
    #: The outbox was moved to another computer, and nobody went on here.
    is_moved: bool = False

    def of(self, place: Place) -> int:
        if place is Place.ALL:
            return sum(self.by_place.values())
        return self.by_place.get(place, 0)


@dataclass(frozen=True)
class SavedDraft:
    """A draft that was kept by itself, or set aside because something else came into the form."""

    id: str
    draft: Draft
    updated_at: int
    #: True for the one in the form; False for one set aside.
    is_open: bool
