"""Looks into the Sent folders of scripted servers, inside TLS, and what is known of them."""

from core.mail.imap.sent_folder import Answer, look
from core.mail.smtp.server import Security, Server
from core.words import problem_sentence
from tests.imap.talk import inside_tls
from tests.smtp.certificates import Authority

ID = "<01J0000000000000000000000A.1@school.example>"
OTHER = "<01J0000000000000000000000A.2@school.example>"
SECRET = "c4n4ry-Pässwort"


def server_at(authority: Authority, port: int, **changes: object) -> Server:
    """Return the way to a server of this computer's: by TLS from the first byte, if nothing else is said."""
    values: dict[str, object] = {"security": Security.TLS, "user": "info", "ca_file": authority.ca_file, **changes}
    return Server("127.0.0.1", port, **values)  # type: ignore[arg-type]  # a test names the fields it means


def looked(
    authority: Authority,
    *conversations: str,
    ids: tuple[str, ...] = (ID,),
    folder: str = "",
    limit_s: float = 20.0,
    **more: object,
) -> dict[str, Answer]:
    """Look at a server that follows a script, inside TLS. However it ends, the script came to its end."""
    with inside_tls(authority, *conversations) as server:
        account = server_at(authority, server.port, **more)
        return look(account, lambda: SECRET, ids, folder=folder, limit_s=limit_s)


def sentence(answer: Answer) -> str:
    """Return what a person is told, in which no secret is."""
    assert answer.problem is not None
    words = problem_sentence(answer.problem)
    assert SECRET not in words
    return words
