"""The window over a damaged outbox: it says that it recovers, what was saved, and lets the person look at the rest."""

from PySide6.QtWidgets import QPushButton

from core.outbox.notification import Draft, Recipient
from core.outbox.states import Place
from core.paths import Home
from gui.session import Session
from tests import damage
from tests.outboxes import contradictions
from tests.seed import seed
from tests.sessions import Sessions, fill_in, press, rows, says, stored


def damage_table(home: Home, name: str, kind: str = "garbage") -> None:
    """Damage the page above all others of a table or index."""
    tables = damage.table_of(home.database)
    damage.overwrite(home.database, min(number for number, each in tables.items() if each == name), kind, 1)


def test_a_damaged_outbox_is_recovered_at_the_start(sessions: Sessions, home: Home) -> None:
    """A9: the window opens, says how many were saved and where the damaged file is, and goes on. The sentence stays
    until it is closed, whatever other notice comes; its button shows what needs the person.
    """
    seed(home)
    session = sessions.start()
    count = len(stored(session))
    sessions.end(session)
    damage_table(home, "delivery")
    session = sessions.start()
    sessions.wait(lambda: f"Recovered {count} of {count} notifications." in session.recovery.sentence())
    said = session.recovery.sentence()
    assert "outbox.db.damaged-" in said
    assert "not confirmed" in said
    sessions.wait(lambda: len(rows(session)) == count)
    session.window.notices.show_notice("Something else")
    assert session.recovery.sentence() == said
    (review,) = [each for each in session.recovery.findChildren(QPushButton) if each.text() == "Review"]
    review.click()
    sessions.wait(
        lambda: session.outbox.model.shown is not None and session.outbox.model.shown.place is Place.NEEDS_YOU
    )
    assert session.recovery.sentence() == ""
    fill_in("new@example.com")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert len(stored(session)) == count + 1
    sessions.end(session)
    assert len(list(home.root.glob("outbox.db.damaged-*Z"))) == 1
    assert contradictions(home) == []


def test_damage_that_the_look_finds(sessions: Sessions, home: Home) -> None:
    """A9: damage where opening does not look: the look through the whole file finds it, the outbox is recovered behind
    the window, and what is sent and typed meanwhile is kept.
    """
    seed(home)
    damage_table(home, "event_notification")
    session = sessions.start()
    fill_in("new@example.com")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    sessions.wait(lambda: "Recovered" in session.recovery.sentence())
    count = len(stored(session))
    assert any(each.to == "new@example.com" for each in stored(session))
    sessions.wait(lambda: len(rows(session)) == count)
    sessions.end(session)
    assert contradictions(home) == []


def test_a_form_is_kept(sessions: Sessions, session: Session, home: Home) -> None:
    """A draft that was kept before the damage is in the form after it."""
    draft = Draft(to=(Recipient("ann@example.com"),), subject="Half", text="Half a thought")
    fill_in("ann@example.com", draft.subject, draft.text)
    sessions.end(session)
    damage_table(home, "sqlite_autoindex_delivery_1")
    session = sessions.start()
    sessions.wait(lambda: not session.compose.is_blank())
    assert session.compose.draft().text == draft.text
