"""Templates: a subject and a message under a name, to be put into the form again and again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.errors import DraftError, Problem
from core.outbox import validation
from core.outbox.notification import Draft
from core.outbox.rows import Rows

#: A name is read at a glance, in a list.
NAME_MOST = 100

#: The columns of a template in the order of `Template`'s fields.
COLUMNS = "id, name, subject, text, uses, used_at"


@dataclass(frozen=True)
class Template:
    """What is put into the form. Either of subject and text may be "": that part of the form then stays as it is."""

    id: str
    name: str
    subject: str = ""
    text: str = ""
    #: How often it was put into the form, and when last (ms since 1970, UTC); None: never.
    uses: int = 0
    used_at: int | None = None


def neat_name(typed: str) -> str:
    """Return a name as it is kept: without spaces around it, and with one between two words."""
    return " ".join(typed.split())


def named(templates: Iterable[Template], name: str, but: str = "") -> Template | None:
    """Return the template of that name, large and small letters being the same; `but` is the id of one to pass over."""
    wanted = neat_name(name).casefold()
    return next((each for each in templates if each.id != but and each.name.casefold() == wanted), None)


def check(template: Template, others: Iterable[Template]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a template: `name`, then what would be wrong with a draft of it."""
    found = []
    name = neat_name(template.name)
    if not name:
        found.append(Problem("name", "template_no_name"))
    elif len(name) > NAME_MOST or not name.isprintable():
        found.append(Problem("name", "template_bad_name", (("most", str(NAME_MOST)),)))
    elif (other := named(others, name, but=template.id)) is not None:
        found.append(Problem("name", "template_exists", (("name", other.name),)))
    of_draft = validation.check(Draft(subject=template.subject, text=template.text))
    found += [each for each in of_draft if each.field in ("subject", "text") and each.code != "text_empty"]
    return tuple(found)


class TemplateRows(Rows):
    """The table of templates, through the one connection that writes. Not for any thread but the writes thread."""

    def save_template(self, template: Template, now: int) -> Template:
        """Keep a template, new or changed, and return it as it is kept. Raises `DraftError` with every problem."""
        kept = replace(template, name=neat_name(template.name))
        rows = self._db.execute(f"SELECT {COLUMNS} FROM template").fetchall()
        if problems := check(kept, (Template(*row) for row in rows)):
            raise DraftError(problems)
        self._db.execute(
            f"INSERT INTO template ({COLUMNS}, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " name = excluded.name, subject = excluded.subject, text = excluded.text, updated_at = excluded.updated_at",
            (kept.id, kept.name, kept.subject, kept.text, kept.uses, kept.used_at, now),
        )
        return kept

    def drop_template(self, template_id: str) -> None:
        self._db.execute("DELETE FROM template WHERE id = ?", (template_id,))

    def note_template_used(self, template_id: str, now: int) -> None:
        """Record that a template was put into the form."""
        self._db.execute("UPDATE template SET uses = uses + 1, used_at = ? WHERE id = ?", (now, template_id))
