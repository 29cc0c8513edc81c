"""A `mailto:` address fills the form with what a person would read, and with nothing else."""

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PersonError
from core.outbox.mailto import read_mailto
from core.outbox.notification import Draft, Recipient
from core.outbox.validation import check


@pytest.mark.parametrize("name", ["attach", "attachment", "ATTACH", "%61ttach", "bcc", "from", "in-reply-to", "header"])
def test_only_what_is_meant_is_taken(name: str) -> None:
    """C9: `attach=` chooses no file of this computer, however it is written; no field but to, cc, subject, body."""
    link = f"mailto:ann@example.com?subject=Hi&{name}=/etc/passwd&body=Dear"
    assert read_mailto(link) == Draft((Recipient("ann@example.com"),), "Hi", "Dear")


@pytest.mark.parametrize("broken", ["%0D%0A", "%0A", "%0d", "%E2%80%A8", "%C2%85", "%00", "\r\n", "\n"])
def test_no_line_break_makes_a_header(broken: str) -> None:
    """C9: CRLF, bare, encoded or of another script, in the address, the subject or the body: one line a header, and
    no recipient that the link does not show."""
    draft = read_mailto(f"mailto:ann@example.com?subject=Hi{broken}Bcc:eve@example.com&body=Dear{broken}Ann")
    assert draft.to == (Recipient("ann@example.com"),)
    assert draft.subject.isprintable()
    assert check(draft) == ()
    hidden = read_mailto(f"mailto:ann@example.com{broken}Bcc:eve@example.com")
    assert Recipient("eve@example.com") not in hidden.to
    assert all(each.isprintable() for each in hidden.unread_to)


@pytest.mark.parametrize("field", ["", "?body=", "?subject=", "?to="])
def test_a_megabyte_is_refused_at_once(field: str) -> None:
    """C9: a link of a megabyte is a sentence that does not repeat it, and costs nothing."""
    with pytest.raises(PersonError) as caught:
        read_mailto(f"mailto:{field}{'x' * (1 << 20)}")
    assert caught.value.code == "mailto_long"
    assert len(str(caught.value)) < 200


def test_as_many_recipients_as_a_link_holds() -> None:
    """C9: thousands of recipients are each one, in order, twice the same is one; none of them is lost."""
    people = [f"p{number}@example.com" for number in range(4000)]
    began = time.process_time()
    draft = read_mailto(f"mailto:{','.join(people)}?to={people[0]}&cc=eve@")
    assert [each.address for each in draft.to] == people
    assert draft.unread_to == ("eve@",)
    assert time.process_time() - began < 30  # squares of thousands would take minutes


@pytest.mark.parametrize("link", ["", "mailto", "http://example.com", "file:///etc/passwd", "javascript:1", "-h"])
def test_what_is_no_mailto_is_a_sentence(link: str) -> None:
    """C9: what is no mailto: is refused in one printable line."""
    with pytest.raises(PersonError) as caught:
        read_mailto(link)
    assert str(caught.value).isprintable()


@given(st.text(max_size=200), st.booleans())
def test_any_link_is_a_draft_or_a_sentence(text: str, is_encoded: bool) -> None:
    """C9: whatever a page writes, it is read without an error of ours; no attachment, and one line a header."""
    draft = read_mailto(f"mailto:{quote(text, safe='', errors='replace') if is_encoded else text}")
    assert draft.attachments == ()
    assert draft.subject == "" or draft.subject.isprintable()
    assert all(each.address.isprintable() and each.name.isprintable() for each in draft.to)
