"""Templates in the outbox: kept, changed, forgotten, used; what cannot be kept is said by field."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import DraftError
from core.mail import mime
from core.outbox import archive, database, restoring, validation
from core.outbox.recovery import salvage
from core.outbox.templates import NAME_MOST, Template, check, named
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import opened

READY = Template("01", "Order ready", "Your order is ready", "Dear {{ name }},\n\nit is 出来上がり 🎉.\n")
TRIP = Template("02", "Trip", "", "We leave at 8:15.")


@pytest.fixture
def kept(program: Program) -> Program:
    """An outbox with two templates."""
    for each in (READY, TRIP):
        program.outbox.save_template(each).wait()
    return program


def codes(template: Template, *others: Template) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in check(template, others)]


def test_kept_to_the_letter(kept: Program) -> None:
    """A template comes back as it was given, also with other scripts in it, and a name without spaces around it."""
    assert kept.reader.templates() == (READY, TRIP)
    third = kept.outbox.save_template(Template("03", "  Two   words ", "a", "b")).wait()
    assert third.name == "Two words"
    assert third in kept.reader.templates()


def test_changed_it_is_the_same_one(kept: Program, fake_clock: FakeClock) -> None:
    """A change keeps how often it was used; what was used last comes first."""
    fake_clock.jump(10)
    kept.outbox.note_template_used("02").wait()
    kept.outbox.save_template(Template("02", "Trip on Friday", "Trip", "Bring a jacket.")).wait()
    changed = Template("02", "Trip on Friday", "Trip", "Bring a jacket.", 1, fake_clock.now_ms())
    assert kept.reader.templates() == (changed, READY)


def test_dropped_and_put_back(kept: Program, fake_clock: FakeClock) -> None:
    """A template that was deleted comes back by Undo with what it was, its uses too."""
    kept.outbox.note_template_used("01").wait()
    (used, _) = kept.reader.templates()
    kept.outbox.drop_template("01").wait()
    assert kept.reader.templates() == (TRIP,)
    kept.outbox.save_template(used).wait()
    assert kept.reader.templates() == (used, TRIP)


def test_a_name_is_given_once(kept: Program) -> None:
    """Of two templates with one name nobody could tell which: refused, large letters or small, and nothing changes."""
    with pytest.raises(DraftError) as refused:
        kept.outbox.save_template(Template("03", " ORDER  ready ")).wait()
    assert str(refused.value) == "There is already a template named “Order ready”."
    assert kept.reader.templates() == (READY, TRIP)
    assert named([READY, TRIP], "order READY") == READY
    assert named([READY, TRIP], "order READY", but="01") is None


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        (Template("9", " \t"), [("name", "template_no_name")]),
        (Template("9", "x" * (NAME_MOST + 1)), [("name", "template_bad_name")]),
        (Template("9", "a\0b"), [("name", "template_bad_name")]),
        (Template("9", "a", "b\0", "c\0"), [("subject", "subject_control"), ("text", "text_control")]),
        (Template("9", "a", text="x" * (validation.TEXT_MOST + 1)), [("text", "text_long")]),
        (Template("9", "a"), []),
    ],
)
def test_what_cannot_be_kept_is_said_by_field(template: Template, wrong: list[tuple[str, str]]) -> None:
    """Every problem, by its field; a template may be empty, for it is still being written."""
    assert codes(template, READY) == wrong


def test_a_backup_brings_them_back(kept: Program, tmp_path: Path) -> None:
    """What a backup holds of them is what a restore puts into a new home."""
    archive.back_up(kept.home, tmp_path / "kept.zip", 1, mime.named_files, is_owned=True)
    new = Home(tmp_path / "new")
    new.root.mkdir(0o700)
    restoring.restore(new, tmp_path / "kept.zip", 2)
    with opened(new) as restored:
        assert restored.reader.templates() == (READY, TRIP)


def test_a_recovery_brings_them_back(home: Home, fake_clock: FakeClock) -> None:
    """Out of a damaged outbox come the templates that can be read, and none that was deleted."""
    with opened(home, fake_clock) as program:
        for number in range(300):
            text = "Words. " * 60
            program.outbox.save_template(Template(f"{number}", f"Number {number}", "Hello", text)).wait()
        program.outbox.note_template_used("7").wait()
        for number in range(100, 300):
            program.outbox.drop_template(f"{number}").wait()
        before = program.reader.templates()
    assert len(before) == 100
    salvage.recover(home, 1_800_000_000_000, mime.is_sealed)
    with opened(home, fake_clock) as program:
        assert program.reader.templates() == before


def test_an_outbox_of_before_has_none(home: Home, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outbox of an earlier format is brought to this one, and templates can be kept in it."""
    with monkeypatch.context() as patched:
        earlier = [file for file in database.migrations() if "template" not in file.name]
        patched.setattr(database, "migrations", lambda: earlier[:3])
        database.open_for_writing(home).close()
    with closing(sqlite3.connect(home.database)) as db:
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'template'").fetchone()
    with opened(home, fake_clock) as program:
        assert program.reader.templates() == ()
        program.outbox.save_template(READY).wait()
        assert program.reader.templates() == (READY,)
