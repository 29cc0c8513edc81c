"""Looking into a Sent folder: what is found, what is not, and servers that are slow, broken or want to be believed."""

import random
import threading
import time
import tracemalloc

import pytest

from core.mail.imap.folders import decoded, encoded, listed, sent
from core.mail.imap.sent_folder import Answer, Kind, look
from core.mail.stop import Stop
from tests.imap.looking import ID, OTHER, SECRET, looked, sentence, server_at
from tests.imap.talk import (
    AUTH,
    CAPABILITY,
    COMMAND,
    EXAMINED,
    FETCH,
    HELLO,
    LEFT,
    LIST,
    LISTED,
    LOGGED_IN,
    MISSING,
    SEARCH,
    THERE,
    found,
    has,
    inside_tls,
)
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ScriptedServer

#: A test of a limit waits for it.
_SOON_S = 0.4


def test_what_is_there_is_found(authority: Authority) -> None:
    """The folder that the server marks as Sent is looked through; the answer says where it is, and since when."""
    answer = looked(authority, THERE + has(ID) + LEFT)[ID]
    assert answer == Answer(Kind.FOUND, "“Sent” of 127.0.0.1", 1_795_525_402_000)


def test_what_is_not_there_is_said_to_be_nowhere_else(authority: Authority) -> None:
    """Not found says which folder was looked through."""
    assert looked(authority, THERE + MISSING + LEFT)[ID] == Answer(Kind.NOT_FOUND, "“Sent” of 127.0.0.1")


def test_what_a_search_finds_is_compared_letter_by_letter(authority: Authority) -> None:
    """A server searches for parts of words, in any case: only exactly this Message-ID counts, also on a folded line."""
    for header in (f"Message-ID: x{ID}", f"Message-ID: {ID.upper()}", f"References: {ID}", f"Message-ID: {OTHER}", ""):
        assert looked(authority, THERE + found(f"{header}\\r\\n\\r\\n") + LEFT)[ID].kind is Kind.NOT_FOUND, header
    assert looked(authority, THERE + found(f"message-id:\\r\\n {ID} \\r\\n\\r\\n") + LEFT)[ID].kind is Kind.FOUND


def test_many_are_one_connection_and_one_login(authority: Authority) -> None:
    """Several rows of an account are looked for one after another, and each has its own answer."""
    with inside_tls(authority, THERE + has(ID) + MISSING + LEFT) as server:
        answers = look(server_at(authority, server.port), lambda: SECRET, [ID, OTHER])
    assert [answers[each].kind for each in (ID, OTHER)] == [Kind.FOUND, Kind.NOT_FOUND]
    assert sum("AUTHENTICATE" in command for command in server.commands) == 1


def test_nothing_is_changed_in_the_mailbox(authority: Authority) -> None:
    """The folder is examined and not selected, and reading a header marks nothing as read."""
    with inside_tls(authority, THERE + has(ID) + LEFT) as server:
        look(server_at(authority, server.port), lambda: SECRET, [ID])
    said = " ".join(server.commands)
    assert "EXAMINE" in said
    assert "PEEK" in said
    assert not [word for word in ("SELECT", "STORE", "APPEND", "EXPUNGE", "COPY") if word in said]


def test_what_holds_everything_is_looked_through_too(authority: Authority) -> None:
    """Not in Sent, but in the folder that is marked as holding all: found there."""
    both = (
        f'{LIST}S: * LIST (\\x5cAll) "/" "[Gmail]/All Mail"\n'
        'S: * LIST (\\x5cSent) "/" "[Gmail]/&kAFP4W4IMH8-"\nT: OK Done\n'
    )
    answer = looked(authority, HELLO + LOGGED_IN + both + EXAMINED + MISSING + EXAMINED + has(ID) + LEFT)[ID]
    assert answer.where == "“[Gmail]/All Mail” of 127.0.0.1"
    answer = looked(authority, HELLO + LOGGED_IN + both + EXAMINED + MISSING + EXAMINED + MISSING + LEFT)[ID]
    assert answer.where == "“[Gmail]/送信済み”, “[Gmail]/All Mail” of 127.0.0.1"


def test_the_name_in_the_account_goes_before_all_marks(authority: Authority) -> None:
    """A person's own name for it is taken, in any script, and nobody is asked for a list."""
    named = f'{COMMAND}EXAMINE "&kAFP4W4IMH8-"\nT: OK Done\n'
    assert (
        looked(authority, HELLO + LOGGED_IN + named + has(ID) + LEFT, folder="送信済み")[ID].where
        == "“送信済み” of 127.0.0.1"
    )
    no = f"{COMMAND}EXAMINE .*\nT: NO [NONEXISTENT] Unknown\n"
    answer = looked(authority, HELLO + LOGGED_IN + no + LEFT, folder="Gesendet")[ID]
    assert answer.kind is Kind.NO_FOLDER
    assert sentence(answer) == (
        "127.0.0.1 has no folder named Gesendet. Look at the name of the Sent folder in the account."
    )


def test_without_a_sent_folder_that_is_said(authority: Authority) -> None:
    """No mark and no usual name: a sentence says what to do."""
    other = f'{LIST}S: * LIST () "/" INBOX\nS: * LIST (\\x5cNoselect) "/" Sent\nT: OK Done\n'
    answer = looked(authority, HELLO + LOGGED_IN + other + LEFT)[ID]
    assert answer.kind is Kind.NO_FOLDER
    assert "Name the Sent folder" in sentence(answer)


def test_a_server_that_marks_folders_only_when_asked_is_asked(authority: Authority) -> None:
    """RFC 6154: where the extended LIST is offered, it is used, and the plain one only where it finds nothing."""
    hello = HELLO.replace("SPECIAL-USE", "SPECIAL-USE LIST-EXTENDED")
    special = COMMAND + r'LIST \(SPECIAL-USE\) "" "\*"' + "\n"
    marked = f'{special}S: * LIST (\\x5cSent) "." INBOX.Out\nT: OK Done\n'
    assert (
        looked(authority, hello + LOGGED_IN + marked + EXAMINED + has(ID) + LEFT)[ID].where
        == "“INBOX.Out” of 127.0.0.1"
    )
    plain = f'{LIST}S: * LIST () "." "INBOX.Sent"\nT: OK Done\n'
    steps = f"{special}T: OK Done\n{plain}"
    assert (
        looked(authority, hello + LOGGED_IN + steps + EXAMINED + has(ID) + LEFT)[ID].where
        == "“INBOX.Sent” of 127.0.0.1"
    )


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([b'(\\HasNoChildren) "/" "Sent Items"', b'() "/" INBOX'], "Sent Items"),
        ([b'() "/" Outbox', b'() "/" "[Gmail]/Sent Mail"'], "[Gmail]/Sent Mail"),
        ([(b'(\\Sent) "/" {4}', b'O"ut'), b""], 'O"ut'),
        ([b'() NIL "a \\"quoted\\" Sent"', b"() NIL SENT"], "SENT"),
        ([b'(\\Sent \\NonExistent) "/" "Gone"', b'() "." "INBOX.Sent"', None, b"nonsense"], "INBOX.Sent"),
        ([b'() "/" Sent', b'(\\Sent) "/" "Really"'], "Really"),
    ],
)
def test_the_sent_folder_is_found_by_its_mark_else_by_a_usual_name(lines: list[object], name: str) -> None:
    """Whatever shape a server writes its list in."""
    folder = sent(listed(lines))
    assert folder is not None
    assert folder.shown == name


@pytest.mark.parametrize("name", ["Sent", "Q&A", "送信済み", "Envoyés", "&", "-&-", "a&é&b", "🙂", ""])
def test_names_go_over_the_wire_and_back(name: str) -> None:
    """Modified UTF-7, as RFC 3501 has it; its own example too."""
    assert decoded(encoded(name)) == name
    assert encoded("~peter/mail/台北/日本語") == b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"


# -- servers that are slow, broken or hostile -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "talk",
    [
        "hang\n",
        f"{HELLO}hang\n",
        f"{HELLO}{AUTH}hang\n",
        f"{THERE}{SEARCH}hang\n",
        "drip: * OK this is a very long greeting that comes one letter at a time and never ends\n",
        f"{THERE}{SEARCH}drip: * SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25\n",
    ],
)
def test_b4_silence_and_one_letter_at_a_time_end_in_all(authority: Authority, talk: str) -> None:
    """B4, in IMAP: the limit is for the whole look, so a letter now and then does not prolong it."""
    with inside_tls(authority, talk, pace_s=0.05) as server:
        begun_s = time.monotonic()
        answer = look(server_at(authority, server.port), lambda: SECRET, [ID], limit_s=_SOON_S)[ID]
        assert time.monotonic() - begun_s < _SOON_S + 5
    assert "was not done within 0.4 seconds" in sentence(answer)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        ("S: * OK hello\\xff\nhang\n", "was not done"),
        ("S: HTTP/1.1 400 Bad Request\nstay 5\n", "no IMAP server (HTTP/1.1 400 Bad Request)"),
        ("S: 220 mx.example.test ESMTP\nstay 5\n", "no IMAP server"),
        ("B: \\xff\\x00\\n\nstay 5\n", "no IMAP server"),
        ("long 1048576\n", "no IMAP server"),
        ("S: * BYE too busy \\x1b[31m\nstay 5\n", "too much to do just now (too busy [31m)"),
        ("cut\n", "closed the connection"),
        ("reset\n", "closed the connection"),
        (f"S: * OK hello\n{CAPABILITY}T: OK none\nstay 5\n", "no IMAP server"),
        (f"{HELLO}{AUTH}cut\n", "closed the connection"),
        (f"{HELLO}{LOGGED_IN}{LIST}S: * BYE I go\ncut\n", "closed the connection"),
        (f'{HELLO}{LOGGED_IN}{LIST}endless: * LIST () "/" more\n', "not IMAP"),
        (f'{HELLO}{LOGGED_IN}{LIST}S: * LIST () "/" {{4294967296}}\nstay 5\n', "not IMAP"),
        (f'{HELLO}{LOGGED_IN}{LIST}S: * LIST () "/" {{{"9" * 5000}}}\nstay 5\n', "not IMAP"),
        (f"{HELLO}{LOGGED_IN}{LISTED}{COMMAND}EXAMINE .*\nT: NO [INUSE] Locked\nstay 5\n", "would not let"),
        (f"{THERE}{SEARCH}T: NO Not today\nstay 5\n", "would not let its folders be looked through (Not today)"),
        (f"{THERE}{SEARCH}T: BAD What\nstay 5\n", "would not let"),
        (f"{THERE}{SEARCH}S: * SEARCH one two\nT: OK Done\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}B: \\x00\\x01\\x02\\n\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}S: * SEARCH 7\nT: OK Done\n{FETCH}S: * 1 FETCH (BODY[] {{999999999}}\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}S: * SEARCH 7\nT: OK Done\n{FETCH}S: * 1 FETCH (BODY[] {{20}}\ncut\n", "closed"),
    ],
)
def test_b4_b16_whatever_a_server_says_is_an_answer(authority: Authority, talk: str, words: str) -> None:
    """B4, B16, in IMAP: cuts, garbage, huge literals, endless lists, other protocols: a sentence each."""
    assert words in sentence(looked(authority, talk, limit_s=5.0 if "hang" not in talk else _SOON_S)[ID])


def test_b4_memory_stays_bounded(authority: Authority) -> None:
    """B4, in IMAP: a server that never ends its list is left after some megabytes, and nothing of it is kept."""
    tracemalloc.start()
    try:
        answer = looked(authority, f'{HELLO}{LOGGED_IN}{LIST}endless: * LIST () "/" {"x" * 1000}\n')[ID]
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.kind is Kind.TROUBLE
    assert peak_bytes < 16 << 20


def test_what_was_found_before_a_cut_stays_found(authority: Authority) -> None:
    """The connection breaks at the second of two: the first is known, of the second the trouble is told."""
    answers = looked(authority, THERE + has(ID) + f"{SEARCH}cut\n", ids=(ID, OTHER))
    assert answers[ID].kind is Kind.FOUND
    assert answers[OTHER].kind is Kind.TROUBLE


def test_a_date_that_no_calendar_has_is_no_date(authority: Authority) -> None:
    """INTERNALDATE is the server's word."""
    for date in ("99-Nov-2026 14:03:22 +0100", "24-Nov-9999 99:99:99 +9999", "soon"):
        answer = looked(authority, THERE + found(f"Message-ID: {ID}\\r\\n\\r\\n", date) + LEFT)[ID]
        assert answer.kind is Kind.FOUND
        assert answer.kept_at is None or answer.kept_at > 0


def test_who_does_not_want_it_any_more_waits_for_nothing(authority: Authority) -> None:
    """Stopped, a look ends at once, in whatever it waits; what was not come to has no answer."""
    stop = Stop()
    with inside_tls(authority, f"{THERE}{SEARCH}tell there\nhang\n") as server:
        answers: list[dict[str, Answer]] = []
        account = server_at(authority, server.port)
        thread = threading.Thread(target=lambda: answers.append(look(account, lambda: SECRET, [ID], stop=stop)))
        thread.start()
        server.hear("there")
        stop.set()
        thread.join(10)
    assert answers == [{}]


def test_nobody_there_is_told_as_for_the_mail_server(authority: Authority) -> None:
    """B1, in IMAP: a port where nobody listens, a name that does not exist."""
    with ScriptedServer() as server:
        port = server.port
    assert "takes no connection" in sentence(look(server_at(authority, port), lambda: SECRET, [ID])[ID])


@pytest.mark.parametrize("seed", range(60))
def test_b4_broken_bytes_anywhere_are_an_answer(authority: Authority, seed: int) -> None:
    """B4, in IMAP: a good conversation with some of its bytes changed never raises, hangs or believes too much."""
    rng = random.Random(seed)
    lines = (THERE + has(ID) + LEFT).splitlines()
    said = [number for number, line in enumerate(lines) if line[:3] in ("S: ", "T: ", "B: ") and len(line) > 6]
    for number in rng.sample(said, rng.randint(1, 3)):
        kind, text = lines[number][:3], bytearray(lines[number][3:].encode().decode("unicode_escape").encode("latin-1"))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(text))
            text[place : place + 1] = rng.choice(
                (b"\0", b"\xff", b"{", b"}", b"(", b")", b'"', b" ", b"9", b"\r\n", b"")
            )
        lines[number] = kind + "".join(f"\\x{byte:02x}" for byte in text or b"x")
    server = inside_tls(authority, "\n".join(lines))
    try:
        answer = look(server_at(authority, server.port), lambda: SECRET, [ID], limit_s=_SOON_S)[ID]
    finally:
        server.close()  # that the script was left is meant
    assert answer.kind in set(Kind)
    assert (answer.kind is Kind.TROUBLE or answer.kind is Kind.NO_FOLDER) == (answer.problem is not None)
