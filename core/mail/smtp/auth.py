"""Logging in: which mechanism, what it says, and that nobody repeats the secret (RFC 4954)."""

import base64
import html
import json
import quopri
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from core.errors import PersonError
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Login

#: RFC 5321, section 4.5.3.1.4, which RFC 4954, section 4, holds an initial response to.
_COMMAND_BYTES = 512
_MASK = "•••"
#: Less than so many letters in the middle of base64 are in other words too, by chance.
_LEAST_INNER = 8
#: RFC 4616 forbids NUL. Nothing that a keyboard cannot type into a password field is in a password either, and in
#: XOAUTH2 such a byte ends a field.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, repr=False)
class Script:
    """What one login says. Holds the secret; shows nothing of it."""

    #: With the initial response where that fits.
    command: bytes
    #: One for each 334 (a challenge), in order. After the last there is nothing left to say.
    responses: tuple[bytes, ...]


def mechanism(wanted: Login, offered: Collection[str]) -> Login | None:
    """Choose the one mechanism to try; None when the server offers none that may be used."""
    if wanted is Login.AUTO:
        return next((each for each in (Login.PLAIN, Login.LOGIN) if each.value.upper() in offered), None)
    return wanted if wanted.value.upper() in offered else None


def is_fit(secret: str) -> bool:
    """Say whether a server can be given this password."""
    return bool(secret) and not _UNFIT.search(secret)


def fit(user: str, secret: str) -> str:
    """Return the password of a user as it is. Raises `PersonError` (`password_unfit`), also for the user's name."""
    if not is_fit(secret) or _UNFIT.search(user):
        raise PersonError("password_unfit")
    return secret


def script(login: Login, user: str, secret: str) -> Script:
    """Write a login down. `login` is not AUTO. Raises `PersonError` (`password_unfit`) before anything is sent."""
    fit(user, secret)
    if login is Login.LOGIN:
        return Script(b"AUTH LOGIN\r\n", (_line(user), _line(secret)))
    if login is Login.XOAUTH2:
        # A refusal is told in a challenge first, which wants an empty answer before the real reply comes.
        return _with_initial(b"AUTH XOAUTH2", _line(bearer(user, secret)), (b"\r\n",))
    return _with_initial(b"AUTH PLAIN", _line(f"\0{user}\0{secret}"), ())


class Mask:
    """Takes a secret, and what was made of it, out of what a server says. Shows nothing of it."""

    def __init__(self, user: str, secret: str) -> None:
        forms = [secret, f"\0{user}\0{secret}", bearer(user, secret)]
        forms += [quoted_inside(text) for text in forms]
        hidden = [form for text in forms for form in _encoded(text)]
        # The longest first: a short one inside it must not leave its rest standing.
        words = sorted({each for each in hidden if each}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None

    def text(self, reply: Reply) -> str:
        """Return a reply's text without the secret."""
        # Before the text is cut to its length, and again after lines were put together.
        return self.hide(Reply(reply.code, tuple(map(self.hide, reply.lines))).text)

    def hide(self, text: str) -> str:
        return self._pattern.sub(_MASK, text) if self._pattern else text


def _encoded(text: str) -> Iterator[str]:
    """Yield a text as a server may repeat it: as it is, and in what mail and its programs write bytes with."""
    data = text.encode("utf-8", "surrogatepass")
    yield text
    yield data.hex()
    yield quote(data, safe="")
    yield html.escape(text)
    yield json.dumps(text)[1:-1]
    yield repr(data)[2:-1]
    yield repr(text.encode("latin-1", "replace"))[2:-1]
    yield quopri.encodestring(data, quotetabs=True).decode("ascii")
    yield data.decode("latin-1")  # read as if it were, and told in UTF-8
    yield text.encode("latin-1", "replace").decode("utf-8", "replace")  # told in latin-1
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode("ascii").rstrip("=")
        # Inside of a longer text its letters depend on how many bytes stand before it; at both ends they are mixed.
        for before in (1, 2):
            inner = encode(bytes(before) + data).decode("ascii").rstrip("=")[before + 1 : -1]
            if len(inner) >= _LEAST_INNER:
                yield inner
        inner = encode(data).decode("ascii").rstrip("=")[:-1]
        if len(inner) >= _LEAST_INNER:
            yield inner


def _with_initial(command: bytes, first: bytes, rest: Sequence[bytes]) -> Script:
    """Send the first response with the command, unless the line would be too long."""
    whole = command + b" " + first
    if len(whole) <= _COMMAND_BYTES:
        # A server that asks for it all the same is answered once more: it is one AUTH.
        return Script(whole, tuple(rest) or (first,))
    return Script(command + b"\r\n", (first, *rest))


def bearer(user: str, token: str) -> str:
    """Return what XOAUTH2 says, here and in IMAP."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def quoted_inside(text: str) -> str:
    """Return what stands between the quotation marks of a quoted string, in SMTP and in IMAP."""
    return text.replace("\\", r"\\").replace('"', r"\"")


def _line(text: str) -> bytes:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")) + b"\r\n"
