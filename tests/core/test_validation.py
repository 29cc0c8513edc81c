"""What may be accepted: every slip has its own sentence, and nothing that could break a header gets through."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import PersonError
from core.mail.guard import check as guard_check
from core.mail.mime import Letter, Mailbox, compose
from core.outbox.notification import Attachment, Draft, Recipient
from core.outbox.validation import RECIPIENTS_MOST, SUBJECT_MOST, TEXT_MOST, check, read_address, split_addresses
from core.words import SENTENCES, problem_sentence

ANN = Recipient("ann@example.com")
FILE = Attachment("a.pdf", "application/pdf", "0" * 64, 1000)
CONTROLS = ["\r", "\n", "\r\n", "\0", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ud800"]


def codes(draft: Draft) -> list[str]:
    """Return the codes of what is wrong; each must make a sentence that is safe to print."""
    problems = check(draft)
    for problem in problems:
        assert problem_sentence(problem).isprintable()
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("typed", "address", "name"),
    [
        ("ann@example.com", "ann@example.com", ""),
        ("  ann@example.com\n", "ann@example.com", ""),
        ("Ann <ann@example.com>", "ann@example.com", "Ann"),
        ("<ann@example.com>", "ann@example.com", ""),
        ('"Ito, Ben" <ben@example.com>', "ben@example.com", "Ito, Ben"),
        (r'"Ann \"the boss\" \\ Lee" <ann@example.com>', "ann@example.com", 'Ann "the boss" \\ Lee'),
        ("伊藤 ベン <ben@example.com>", "ben@example.com", "伊藤 ベン"),
        ("=?utf-8?q?a=0ABcc=3A?= <ann@example.com>", "ann@example.com", "=?utf-8?q?a=0ABcc=3A?="),
        ('"A <B>" <ann@example.com>', "ann@example.com", "A <B>"),
        ("Ann@EXAMPLE.com", "Ann@example.com", ""),
        ("ann+tag@sub.example.co.jp", "ann+tag@sub.example.co.jp", ""),
        ("o'neil@example.com", "o'neil@example.com", ""),
        ("ann@日本.example", "ann@日本.example", ""),
        ("ann@xn--wgv71a.example", "ann@日本.example", ""),
        ("伊藤@例え.jp", "伊藤@例え.jp", ""),
        ("ann@localhost", "ann@localhost", ""),
        ("ann@printer.local", "ann@printer.local", ""),
        ("ann@mail.intranet.test", "ann@mail.intranet.test", ""),
        ("ann@HOST.Home.ARPA", "ann@host.home.arpa", ""),
    ],
)
def test_addresses_are_read(typed: str, address: str, name: str) -> None:
    """Bare, with a name, with a quoted name, of any script, of an intranet: read without asking a name server."""
    assert read_address(typed) == Recipient(address, name)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address_empty"),
        ("   ", "address_empty"),
        ("<>", "address_empty"),
        ("Ann <>", "address_empty"),
        ("ann", "address_no_at"),
        ("Ann Lee", "address_no_at"),
        ("@example.com", "address_no_local"),
        ("ann@", "address_no_domain"),
        ("ann@@example.com", "address_two_ats"),
        ("ann@example.com ben@example.com", "address_two_ats"),
        ("ann lee@example.com", "address_space"),
        ("ann@exam ple.com", "address_space"),
        ("ann@example", "address_no_dot"),
        ("ann@test", "address_no_dot"),
        ("ann@.example.com", "address_dots"),
        ("ann@example.com.", "address_dots"),
        ("ann..lee@example.com", "address_dots"),
        (".ann@example.com", "address_dots"),
        ("a(nn@example.com", "address_character"),
        ("ann:lee@example.com", "address_character"),
        ("ann@exa_mple.com", "address_character"),
        ("ann@[127.0.0.1]", "address_character"),
        ("ann@127.0.0.1", "address_domain"),
        ("ann@-example.com", "address_domain"),
        ("ann@" + "a" * 64 + ".com", "address_domain"),
        ("ann@xn--a.com", "address_domain"),
        ("ann@exa\u200bmple.com", "address_domain"),
        ("ａｎｎ@example.com", "address_wide"),
        ("ann＠example.com", "address_wide"),
        ("ann@example。com", "address_wide"),
        ("a" * 65 + "@example.com", "address_local_long"),
        ("伊" * 22 + "@example.com", "address_local_long"),
        ("ann@" + "abcdefg." * 32 + "com", "address_long"),
        ("ann\u202e@example.com", "address_bad"),
        ("Ann <ann@example.com", "address_brackets"),
        ("Ann ann@example.com>", "address_brackets"),
        ("<ann@example.com> <ben@example.com>", "address_brackets"),
        ("Ann <ann@example.com> Lee", "address_brackets"),
    ],
)
def test_each_slip_has_its_sentence(typed: str, code: str) -> None:
    """A wrong address says which it is and why, in our words."""
    with pytest.raises(PersonError) as caught:
        read_address(typed)
    assert caught.value.code == code
    assert str(caught.value).isprintable()
    assert "address" in caught.value.values


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_in_addresses(control: str) -> None:
    """C1: control characters and line breaks of any script are refused in address and name, and shown as codes."""
    for typed, code in (
        (f"ann{control}lee@example.com", "address_control"),
        (f"ann@exam{control}ple.com", "address_control"),
        (f"Ann{control}Bcc: eve <ann@example.com>", "name_control"),
        (f'"Ann{control}" <ann@example.com>', "name_control"),
    ):
        with pytest.raises(PersonError) as caught:
            read_address(typed)
        assert caught.value.code == code
        assert str(caught.value).isprintable()


@given(st.text(max_size=60) | st.lists(st.sampled_from('@<>",;.a日\\ \t\n()[]:= é'), max_size=30).map("".join))
@example("0@\U00018cd6")
def test_reading_never_fails_otherwise(typed: str) -> None:
    """Whatever is typed is an address or a sentence; what is an address can be written into a header and back."""
    problem: PersonError | None = None
    try:
        recipient = read_address(typed)
    except PersonError as error:
        problem = error
    if problem is not None:
        assert problem.code in SENTENCES
        assert str(problem).isprintable()
        return
    letter = Letter(Mailbox("a@b.example"), Mailbox(recipient.address, recipient.name), "s", "t", "<a@b>", 0)
    guard_check(compose(letter), letter)
    assert read_address(recipient.address).address == recipient.address
    assert check(Draft(to=(recipient,), text="x")) == ()


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("", []),
        (" ,;\n, ", []),
        ("ann@x.org", ["ann@x.org"]),
        ("a@x.org, b@x.org;c@x.org\nd@x.org\r\ne@x.org", ["a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org"]),
        ('"Ito, Ben" <b@x.org>, Ann <a@x.org>', ['"Ito, Ben" <b@x.org>', "Ann <a@x.org>"]),
        (r'"a\", b" <b@x.org>,c@x.org', [r'"a\", b" <b@x.org>', "c@x.org"]),
        # one slip hides no other address
        ('"Ito, Ben <b@x.org>, a@x.org', ['"Ito', "Ben <b@x.org>", "a@x.org"]),
        ("Ben <b@x.org, a@x.org", ["Ben <b@x.org", "a@x.org"]),
        ("Ben <b@x.org, Ann <a@x.org>", ["Ben <b@x.org", "Ann <a@x.org>"]),
        ('"open\na@x.org, "b@x.org', ['"open', "a@x.org", '"b@x.org']),
        ("a@x.org\u2028b@x.org", ["a@x.org", "b@x.org"]),
        # no line break that people type: it stays in, and is refused there
        ("a@x.org\x85b@x.org", ["a@x.org\x85b@x.org"]),
        ("a@x.org\x0bb@x.org", ["a@x.org\x0bb@x.org"]),
    ],
)
def test_paste_of_many(typed: str, parts: list[str]) -> None:
    """Commas, semicolons and lines separate; not inside quotes or brackets; what is not closed closes nothing in."""
    assert split_addresses(typed) == parts


@given(
    st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True), max_size=8),
    st.sampled_from([", ", ";", "\n"]),
)
def test_nothing_pasted_is_lost(addresses: list[str], separator: str) -> None:
    """Each address of a paste is a part of its own."""
    assert split_addresses(separator.join(addresses)) == addresses


@given(st.text(max_size=80))
def test_only_separators_are_lost(typed: str) -> None:
    """Splitting drops separators and the white space around parts, and nothing else."""
    kept = "".join("".join(split_addresses(typed)).split())
    for separator in (",", ";"):
        kept, typed = kept.replace(separator, ""), typed.replace(separator, "")
    assert kept == "".join(typed.split())


def test_importing_reads_no_library() -> None:
    """email-validator is imported by the first address that is read, not before: the first picture does not wait."""
    program = (
        "import sys; import core.outbox.validation as v; assert 'email_validator' not in sys.modules;"
        "v.check(v.Draft(to=(v.Recipient('a@b.org'),), text='x')); assert 'email_validator' not in sys.modules;"
        "v.read_address('a@b.org'); assert 'email_validator' in sys.modules; assert 'dns' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": "."})


def test_valid_drafts() -> None:
    """A message, or a file alone; TAB, line breaks, U+2028 and emoji in the text; bidi marks in the subject."""
    assert codes(Draft(to=(ANN,), text="Hello")) == []
    assert codes(Draft(to=(ANN,), attachments=(FILE,))) == []
    assert codes(Draft(to=(ANN,), subject="\u200fשלום", text="a\tb\r\nc\rd\n\u2028🎉")) == []
    assert codes(Draft(to=(ANN, Recipient("Ann@example.com")), text="x")) == []


def test_every_problem_in_the_order_of_the_form() -> None:
    """A draft with everything wrong says all of it, field by field."""
    draft = Draft(
        unread_to=("ann", "ben@"),
        to=(ANN, Recipient("ann@EXAMPLE.com")),
        subject="a\nb",
        text="a\0b",
        attachments=(Attachment("a/b", "text/plain", "0" * 64, 30 * 1024 * 1024),),
        query="q\u2028",
    )
    problems = check(draft)
    assert [(problem.field, problem.code) for problem in problems] == [
        ("to", "address_no_at"),
        ("to", "address_no_domain"),
        ("to", "address_twice"),
        ("subject", "subject_control"),
        ("text", "text_control"),
        ("attachment", "attachment_name"),
        ("attachment", "attachment_large"),
        ("query", "query_control"),
    ]
    assert problem_sentence(problems[4]) == "Line 1 of the message holds a character that mail cannot carry (U+0000)."
    assert problem_sentence(problems[6]) == "a/b has 30 MB; a message may have 25 MB in all."


def test_nobody_to_send_to() -> None:
    """An empty To is a problem; a part that cannot be read says why instead, each for itself."""
    assert codes(Draft(text="x")) == ["to_empty"]
    assert codes(Draft(text="x", unread_to=("ann", "ann lee@x.org"))) == ["address_no_at", "address_space"]
    assert codes(Draft(text="x", to=(ANN,), unread_to=("ben@example.com",))) == ["address_unread"]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000\n"])
def test_nothing_to_send(text: str) -> None:
    """An empty message is a problem, also with a subject: a subject alone says nothing that was meant to be sent."""
    assert codes(Draft(to=(ANN,), text=text, subject="Hi")) == ["text_empty"]


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_in_fields(control: str) -> None:
    """C1: control characters, line breaks of any script and lone surrogates are refused in subject, search words and
    file names, whoever made the draft."""
    assert codes(Draft(to=(ANN,), subject=f"a{control}b", text="x")) == ["subject_control"]
    assert codes(Draft(to=(ANN,), query=f"a{control}b", text="x")) == ["query_control"]
    named = Attachment(f"a{control}b", "text/plain", "0" * 64, 1)
    assert codes(Draft(to=(ANN,), text="x", attachments=(named,))) == ["attachment_name"]
    assert codes(Draft(to=(Recipient("ann@example.com", f"A{control}"),), text="x")) == ["name_control"]
    assert codes(Draft(to=(Recipient(f"ann@example.com{control}"),), text="x")) == ["address_control"]


@pytest.mark.parametrize("control", ["\0", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b", "\ud83d"])
def test_control_characters_in_text(control: str) -> None:
    """NUL and other control characters are refused in the message, with the line they are in."""
    [problem] = check(Draft(to=(ANN,), text=f"one\r\ntwo\rthree\n{control}"))
    assert problem.code == "text_control"
    assert problem.value("line") == "4"
    assert problem.value("what") == f"U+{ord(control):04X}"


@pytest.mark.parametrize("address", ["ann", "@x.org", "ann@", "a@b@x.org", "a@x.org,b@x.org", "<a@x.org>", 'a"b@x.org'])
def test_recipients_that_nobody_read(address: str) -> None:
    """A draft that came from elsewhere with something that is no address is refused."""
    assert codes(Draft(to=(Recipient(address),), text="x")) == ["address_bad"]
    assert codes(Draft(to=(Recipient("a b@x.org"),), text="x")) == ["address_control"]


def test_limits() -> None:
    """Subject, message, number of recipients and size have limits, each said with its number."""
    assert codes(Draft(to=(ANN,), subject="x" * SUBJECT_MOST, text="x" * TEXT_MOST)) == []
    assert codes(Draft(to=(ANN,), subject="x" * (SUBJECT_MOST + 1), text="x")) == ["subject_long"]
    assert codes(Draft(to=(ANN,), text="x" * (TEXT_MOST + 1))) == ["text_long"]
    many = tuple(Recipient(f"a{number}@x.org") for number in range(RECIPIENTS_MOST + 1))
    assert codes(Draft(to=many[1:], text="x")) == []
    assert codes(Draft(to=many, text="x")) == ["too_many_recipients"]
    half = Attachment("a.bin", "application/octet-stream", "0" * 64, 13 * 1024 * 1024)
    assert codes(Draft(to=(ANN,), attachments=(half,))) == []
    [problem] = check(Draft(to=(ANN,), attachments=(half, half, half)))
    assert problem_sentence(problem) == "With a.bin the attachments have 26 MB; a message may have 25 MB in all."
    assert check(Draft(to=(ANN,), attachments=(half,)), most_bytes=1024)[0].code == "attachment_large"


def test_twice() -> None:
    """The same address twice is a problem once for each more; domains are the same in any case."""
    to = (ANN, Recipient("ann@Example.COM", "Ann"), ANN)
    assert codes(Draft(to=to, text="x")) == ["address_twice", "address_twice"]
