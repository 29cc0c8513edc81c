"""A `mailto:` address becomes a draft (RFC 6068). It fills the form; it never sends."""

from urllib.parse import unquote

from core.errors import PersonError
from core.outbox import validation
from core.outbox.notification import Draft, Recipient

#: Longer than any link a person clicks; a page must not be able to fill the memory.
_MOST_CHARACTERS = 100_000


def read_mailto(link: str) -> Draft:
    """Read `mailto:ann@example.com?subject=…&body=…`.

    Takes to, cc, subject and body; every other field is left out, `attach` above all: a page must not choose a file
    of this computer (RFC 6068, section 7). Raises `PersonError` for what is no such link.
    """
    if len(link) > _MOST_CHARACTERS:
        raise PersonError("mailto_long", most=_MOST_CHARACTERS)
    scheme, colon, rest = link.partition(":")
    if not colon or scheme.strip().lower() != "mailto":
        raise PersonError("mailto_bad", link=_shown(link))
    path, _, query = rest.partition("#")[0].partition("?")
    recipients = [path]
    texts = {"subject": "", "body": ""}
    for field in query.split("&"):
        name, _, value = field.partition("=")
        match unquote(name).lower():
            case "to" | "cc":
                recipients.append(value)
            case "subject" | "body" as known:
                texts[known] = _text(value)
    to: dict[str, Recipient] = {}
    unread: dict[str, None] = {}
    # A comma between two addresses is not encoded, one inside an address is (RFC 6068, section 2).
    for part in (part for several in recipients for part in several.split(",")):
        written = _one_line(_text(part)).strip()
        if not written:
            continue
        try:
            recipient = validation.read_address(written)
        except PersonError:
            unread[written] = None
        else:
            to.setdefault(recipient.address, recipient)
    return Draft(
        to=tuple(to.values()), unread_to=tuple(unread), subject=_one_line(texts["subject"]), text=texts["body"]
    )


def _text(encoded: str) -> str:
    """Decode %XX as UTF-8; what is none becomes �. Line breaks become LF, control characters go."""
    text = unquote(encoded, errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\n\t" or char.isprintable())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shown(link: str) -> str:
    return "".join(char if char.isprintable() else " " for char in link[:60])
