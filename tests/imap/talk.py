"""Parts of conversations with an IMAP server, for `tests.smtp.scripted.ScriptedServer`, and one inside TLS."""

from tests.smtp.certificates import Authority
from tests.smtp.scripted import ScriptedServer

GREETING = "S: * OK [CAPABILITY IMAP4rev1] ready\n"
COMMAND = r"C: \S+ "
CAPABILITY = f"{COMMAND}CAPABILITY\n"
#: Greeting and capabilities of a server that offers what servers offer.
HELLO = f"{GREETING}{CAPABILITY}S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN SPECIAL-USE\nT: OK Done\n"
AUTH = f"{COMMAND}AUTHENTICATE PLAIN\nS: + \nC: [A-Za-z0-9+/=]+\n"
LOGGED_IN = f"{AUTH}T: OK Logged in\n"
LIST = COMMAND + r'LIST "" "\*"' + "\n"
LISTED = f'{LIST}S: * LIST (\\x5cHasNoChildren \\x5cSent) "/" "Sent"\nT: OK Done\n'
EXAMINED = f"{COMMAND}EXAMINE .*\nS: * 3 EXISTS\nT: OK [READ-ONLY] Done\n"
SEARCH = f'{COMMAND}UID SEARCH HEADER Message-ID "<[^"]+>"\n'
FETCH = COMMAND + r"UID FETCH \d+ \(INTERNALDATE BODY\.PEEK\[HEADER\.FIELDS \(MESSAGE-ID\)\]\)" + "\n"
LEFT = f"{COMMAND}LOGOUT\ncut\n"
#: Up to the Sent folder.
THERE = HELLO + LOGGED_IN + LISTED + EXAMINED


def found(header: str, date: str = "24-Nov-2026 14:03:22 +0100") -> str:
    """Return the steps in which a search finds one message, with this header."""
    size = len(header.encode("latin-1").decode("unicode_escape"))
    about = f'* 1 FETCH (UID 7 INTERNALDATE "{date}" BODY[HEADER.FIELDS (MESSAGE-ID)] {{{size}}}\\r\\n'
    return f"{SEARCH}S: * SEARCH 7\nT: OK Done\n{FETCH}B: {about}{header})\\r\\n\nT: OK Done\n"


def has(message_id: str) -> str:
    """Return the steps in which a message is found."""
    return found(f"Message-ID: {message_id}\\r\\n\\r\\n")


MISSING = f"{SEARCH}S: * SEARCH\nT: OK Done\n"


def inside_tls(authority: Authority, *conversations: str, pace_s: float = 0.01) -> ScriptedServer:
    """Return a server whose conversations are inside TLS from the first byte. Its client may leave anywhere."""
    talks = [f"tls\n{talk}" for talk in conversations]
    return ScriptedServer(*talks, tls=authority.good("127.0.0.1"), pace_s=pace_s, may_leave=True)
