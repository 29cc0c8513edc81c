"""What may be accepted: addresses read from what was typed, and a draft looked through field by field."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.errors import PersonError, Problem
from core.outbox.notification import Attachment, Draft, Recipient
from core.outbox.spool import MOST_BYTES, NAME_MOST_BYTES, shown_name, size_words

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

#: More are a table, and a table is a later part of Outtray.
RECIPIENTS_MOST = 1000
SUBJECT_MOST = 998
TEXT_MOST = 1024 * 1024
#: RFC 5321 4.5.3.1: the local part, and what is left of a path of 256 for the whole address.
LOCAL_MOST_BYTES = 64
ADDRESS_MOST_BYTES = 254

#: RFC 5322 3.2.3, and what RFC 6531 adds to it.
_LOCAL_CHARACTER = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]|[^\x00-\x7f]")
_DOMAIN_CHARACTER = re.compile(r"[A-Za-z0-9.-]|[^\x00-\x7f]")
#: Only what people and editors end lines with: other control characters stay in, and are refused there.
_LINES = re.compile("\r\n|[\r\n\u2028\u2029]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
#: Typed with a Japanese input method on: they look right and are other characters.
_WIDE = re.compile("[\u3002\uff01-\uff5e\uff61]")


def read_address(text: str) -> Recipient:
    """Read one recipient: `ann@example.com`, `Ann <ann@example.com>` or `"Ito, Ben" <ben@example.com>`.

    Asks no name server. Raises `PersonError` with an `address_…` code or `name_control`, whose value
    `address` is what was typed. The first call imports email-validator (30 ms).
    """
    typed = text.strip(" \t\r\n")
    shown = _shown(typed)
    if not typed:
        raise PersonError("address_empty", address=shown)
    name, address = _name_and_address(typed, shown)
    if control_in(address):
        raise PersonError("address_control", address=shown)
    if control_in(name):
        raise PersonError("name_control", address=shown)
    return Recipient(_checked_address(address, shown), name)


def split_addresses(text: str) -> list[str]:
    """Split what was typed or pasted at commas, semicolons and lines, but not inside quotes or `<…>`.

    A quote or bracket that its line does not close closes nothing in: one slip must not hide other addresses.
    """
    return [part for line in _LINES.split(text) for piece in _split_line(line) if (part := piece.strip())]


def check(draft: Draft, *, most_bytes: int = MOST_BYTES, most_recipients: int = RECIPIENTS_MOST) -> tuple[Problem, ...]:
    """Return everything that is wrong with a draft, in the order of the form's fields; empty when valid.

    Pure and quick: recipients were read by `read_address`, and are only looked at for what could break a
    header. A subject alone is no message; an attachment alone is one.
    """
    return (
        *_to_problems(draft, most_recipients),
        *_subject_problems(draft.subject),
        *_text_problems(draft),
        *_attachment_problems(draft.attachments, most_bytes),
        *_query_problems(draft.query),
    )


def _name_and_address(typed: str, shown: str) -> tuple[str, str]:
    if not typed.endswith(">"):
        if "<" in typed or ">" in typed:
            raise PersonError("address_brackets", address=shown)
        return "", typed
    before, opened, address = typed[:-1].rpartition("<")
    # The address itself holds no bracket; a name may, in quotes ("A <B>" <a@b>).
    before = before.strip(" \t")
    quoted = _QUOTED.fullmatch(before)
    if not opened or ">" in address or (not quoted and ("<" in before or ">" in before)):
        raise PersonError("address_brackets", address=shown)
    name = re.sub(r"\\(.)", r"\1", quoted[1]).strip(" ") if quoted else before
    return name, address.strip(" \t")


def _checked_address(address: str, shown: str) -> str:
    """Return an address as it is sent. What people get wrong has a sentence; the library judges the rest."""
    local, domain = _local_and_domain(address, shown)
    for part, allowed in ((local, _LOCAL_CHARACTER), (domain, _DOMAIN_CHARACTER)):
        if wrong := allowed.sub("", part):
            raise PersonError("address_character", address=shown, character=_shown(wrong[0]))
        if part.startswith(".") or part.endswith(".") or ".." in part:
            raise PersonError("address_dots", address=shown)
    if len(local.encode("utf-8")) > LOCAL_MOST_BYTES:
        raise PersonError("address_local_long", address=shown, most=LOCAL_MOST_BYTES)
    if "." not in domain and domain.lower() != "localhost":
        raise PersonError("address_no_dot", address=shown, domain=_shown(domain))
    if domain.rpartition(".")[2].isdigit():
        raise PersonError("address_domain", address=shown, domain=_shown(domain))
    return _judged(local, domain, shown)


def _local_and_domain(address: str, shown: str) -> tuple[str, str]:
    if not address:
        raise PersonError("address_empty", address=shown)
    if "@" not in address:
        if wide := _WIDE.search(address):
            raise PersonError("address_wide", address=shown, character=wide[0])
        raise PersonError("address_no_at", address=shown)
    local, _, domain = address.rpartition("@")
    if "@" in local:
        raise PersonError("address_two_ats", address=shown)
    if not local:
        raise PersonError("address_no_local", address=shown)
    if not domain:
        raise PersonError("address_no_domain", address=shown)
    if any(each.isspace() for each in address):
        raise PersonError("address_space", address=shown)
    if wide := _WIDE.search(address):
        raise PersonError("address_wide", address=shown, character=wide[0])
    return local, domain


def _judged(local: str, domain: str, shown: str) -> str:
    """Have email-validator judge an address, and return its normal form: NFC, the domain in lower case."""
    import email_validator  # here: 30 ms that the window's first picture must not wait for

    # Names such as `mail.local` are refused by it as not for the public internet, but an intranet's own
    # server knows them. They are judged with another last label of the same length, which is then put back.
    first, dot, last = domain.rpartition(".")
    is_private = last.lower() in email_validator.SPECIAL_USE_DOMAIN_NAMES
    judged = f"{first}{dot}{'x' * len(last)}" if is_private else domain
    try:
        found = _validated(local, judged)
    except email_validator.EmailNotValidError as error:
        if len(f"{local}@{domain}".encode()) > ADDRESS_MOST_BYTES:
            raise PersonError("address_long", address=shown, most=ADDRESS_MOST_BYTES) from None
        try:
            _validated("a", judged)
        except email_validator.EmailNotValidError:
            raise PersonError("address_domain", address=shown, domain=_shown(domain)) from None
        raise PersonError("address_bad", address=shown, why=_shown(str(error))) from None
    domain = found.domain
    if is_private:
        domain = domain[: len(domain) - len(last)] + last.lower()
    return f"{found.local_part}@{domain}"


def _validated(local: str, domain: str) -> "ValidatedEmail":
    from email_validator import validate_email

    return validate_email(f"{local}@{domain}", check_deliverability=False, globally_deliverable=False)


def _split_line(line: str) -> Iterator[str]:
    start = position = 0
    while position < len(line):
        if line[position] in ",;":
            yield line[start:position]
            start = position = position + 1
        else:
            position = _after_closed(line, position)
    yield line[start:]


def _after_closed(line: str, position: int) -> int:
    """Return where it goes on after a character, or after the quotes or brackets that begin with it."""
    if line[position] == '"' and (quoted := _QUOTED.match(line, position)):
        return quoted.end()
    if line[position] == "<":
        end = line.find(">", position)
        # A second "<" before the end: the first was not closed.
        if end != -1 and "<" not in line[position + 1 : end]:
            return end + 1
    return position + 1


def _to_problems(draft: Draft, most: int) -> Iterator[Problem]:
    if not draft.to and not draft.unread_to:
        yield Problem("to", "to_empty")
    for part in draft.unread_to:
        yield _unread_problem(part)
    seen: set[tuple[str, str]] = set()
    for recipient in draft.to:
        local, at, domain = recipient.address.rpartition("@")
        address = (("address", _shown(str(recipient))),)
        if control_in(recipient.address) or any(each.isspace() for each in recipient.address):
            yield Problem("to", "address_control", address)
        elif not (local and at and domain) or re.search(r'[,;<>"\\()@]', local + domain):
            yield Problem("to", "address_bad", (*address, ("why", "it is not one address.")))
        elif control_in(recipient.name):
            yield Problem("to", "name_control", address)
        # Domains are the same in any case (RFC 5321 2.4); local parts are the receiving server's business.
        key = (local, domain.lower())
        if key in seen:
            yield Problem("to", "address_twice", (("address", _shown(recipient.address)),))
        seen.add(key)
    if len(draft.to) > most:
        yield Problem("to", "too_many_recipients", (("count", f"{len(draft.to):,}"), ("most", f"{most:,}")))


def _unread_problem(part: str) -> Problem:
    try:
        read_address(part)
    except PersonError as error:
        return Problem("to", error.code, tuple(error.values.items()))
    return Problem("to", "address_unread", (("address", _shown(part)),))


def _subject_problems(subject: str) -> Iterator[Problem]:
    if control := control_in(subject):
        yield Problem("subject", "subject_control", (("what", control),))
    if len(subject) > SUBJECT_MOST:
        yield Problem("subject", "subject_long", (("most", f"{SUBJECT_MOST:,}"),))


def _text_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.text.strip() and not draft.attachments:
        yield Problem("text", "text_empty")
    # TAB and line breaks are text. U+2028 and U+2029 are too: editors write them, and the body is encoded.
    wrong = re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", draft.text)
    if wrong is not None:
        line = len(re.findall("\r\n|\r|\n", draft.text[: wrong.start()])) + 1
        yield Problem("text", "text_control", (("what", _code(wrong[0])), ("line", f"{line:,}")))
    if len(draft.text) > TEXT_MOST:
        yield Problem("text", "text_long", (("most", f"{TEXT_MOST:,}"),))


def _attachment_problems(attachments: tuple[Attachment, ...], most_bytes: int) -> Iterator[Problem]:
    size = 0
    for attachment in attachments:
        name = (("name", shown_name(attachment.name)),)
        # The spool makes names fit; a draft from elsewhere may hold another.
        if (
            control_in(attachment.name)
            or re.search(r"[/\\]", attachment.name)
            or attachment.name.strip(". ") == ""
            or len(attachment.name.encode("utf-8")) > NAME_MOST_BYTES
        ):
            yield Problem("attachment", "attachment_name", name)
        size += attachment.size_bytes
        if size - attachment.size_bytes <= most_bytes < size:
            # The one with which it becomes too much: said once, of all.
            code = "attachment_large" if len(attachments) == 1 else "attachments_large"
            words = (("size", size_words(size)), ("most", size_words(most_bytes)))
            yield Problem("attachment", code, (*name, *words))


def _query_problems(query: str) -> Iterator[Problem]:
    if control := control_in(query):
        yield Problem("query", "query_control", (("what", control),))


def control_in(text: str) -> str:
    """Return the code of the first control character or line break of any script, or ""."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            return _code(character)
    return ""


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _shown(text: str) -> str:
    """Return what was typed, fit for a sentence: whatever is not printable as its code, and not endless."""
    shown = "".join(each if each.isprintable() else f"<{_code(each)}>" for each in text[:200])
    return shown + "…" if len(text) > 200 else shown
