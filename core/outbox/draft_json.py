"""A draft as JSON: in the outbox, and through the door. Nothing of what was typed is lost on the way."""

import json
from typing import Any

from core.errors import DraftError, Problem
from core.outbox.notification import PRACTICE, Attachment, Draft, Recipient


def dump(draft: Draft) -> str:
    """Write a draft as one line of JSON."""
    return json.dumps(to_dict(draft), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Draft:
    """Read a draft that `dump` wrote."""
    return from_dict(json.loads(text))


def to_dict(draft: Draft) -> dict[str, Any]:
    """Return a draft as what JSON knows."""
    times = {"at_ms": draft.at_ms, "not_after_ms": draft.not_after_ms}
    return {
        "to": [[recipient.address, recipient.name] for recipient in draft.to],
        "unread_to": list(draft.unread_to),
        "subject": draft.subject,
        "text": draft.text,
        "attachments": [[file.name, file.media_type, file.sha256, file.size_bytes] for file in draft.attachments],
        "account": draft.account,
        "query": draft.query,
        **{name: at_ms for name, at_ms in times.items() if at_ms is not None},
    }


def from_dict(body: Any) -> Draft:
    """Read a draft from another process. Raises `DraftError` when it is not of this form."""
    try:
        return Draft(
            to=tuple(Recipient(_text(address), _text(name)) for address, name in map(_list, _list(body["to"]))),
            unread_to=tuple(map(_text, _list(body.get("unread_to", [])))),
            subject=_text(body.get("subject", "")),
            text=_text(body.get("text", "")),
            attachments=tuple(
                Attachment(_text(name), _text(media_type), _sha256(sha256), _size(size))
                for name, media_type, sha256, size in map(_list, _list(body.get("attachments", [])))
            ),
            account=_text(body.get("account", PRACTICE)),
            query=_text(body.get("query", "")),
            at_ms=_time(body.get("at_ms")),
            not_after_ms=_time(body.get("not_after_ms")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DraftError([Problem("draft", "draft_unreadable", (("why", str(error)),))]) from error


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {value!r}")
    return value


def _size(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"a size in bytes was expected, not {value!r}")
    return value


def _time(value: object) -> int | None:
    if value is not None and type(value) is not int:
        raise TypeError(f"a time in milliseconds was expected, not {value!r}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r}")
    value.encode()  # a lone surrogate cannot be stored, and is no text
    return value


def _sha256(value: object) -> str:
    text = _text(value)
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError(f"not the name of a file in the spool: {text!r}")
    return text
