"""Everything the window does with templates, between its widgets and core: made when it is first asked for."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from core.errors import DraftError, PersonError
from core.outbox.notification import Draft, new_ulid
from core.outbox.templates import Template
from core.program import Program
from gui import wording
from gui.compose.composing import Composing
from gui.compose.form import ComposePane
from gui.main_window import MainWindow, bring
from gui.theme import Theme

if TYPE_CHECKING:  # imported when they are asked for
    from gui.templates.dialog import TemplatesDialog
    from gui.templates.naming import NameDialog
    from gui.templates.picker import TemplatePicker

_translate = QCoreApplication.translate

#: The name that is suggested is as long as a person would write one.
_NAME_CHARACTERS = 40


class TemplatesDesk(QObject):
    """Puts templates into the form, saves the form as one, and keeps what is changed of them. Main thread only."""

    def __init__(
        self,
        program: Program,
        theme: Theme,
        window: MainWindow,
        pane: ComposePane,
        composing: Composing,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._theme = theme
        self._window = window
        self._pane = pane
        self._composing = composing
        #: As they were read last.
        self._templates: dict[str, Template] = {}
        self._picker: TemplatePicker | None = None
        self._dialog: TemplatesDialog | None = None
        self._naming: NameDialog | None = None
        #: What the notice says of a text that was set aside; "" where it says nothing of one.
        self._said = ""
        self._is_closed = False
        composing.filling.taken_out.connect(self._on_filling_taken_out)

    # using one

    def offer(self) -> None:
        """Show the templates, to put one into the form."""
        self._read(self._offer)

    def _offer(self) -> None:
        if self._picker is None:
            from gui.templates.picker import TemplatePicker

            self._picker = TemplatePicker(self._theme, self._window)
            self._picker.chosen_template.connect(self._on_picker_chosen_template)
            self._picker.change_requested.connect(self.show_all)
        self._picker.offer(tuple(self._templates.values()))

    @property
    def picker(self) -> "TemplatePicker | None":
        """The list to choose from while it is shown."""
        return self._picker if self._picker is not None and self._picker.isVisible() else None

    @Slot(str)
    def _on_picker_chosen_template(self, template_id: str) -> None:
        self.use(self._templates[template_id])

    @Slot(object)
    def use(self, template: Template) -> None:
        """Put a template into the form."""

        def filled(is_aside: bool) -> None:
            self._said = ""
            if is_aside:
                self._said = _translate(
                    "Templates", "“{name}” is in the form. What was there is kept under File ▸ Drafts."
                ).format(name=template.name)
                self._window.notices.show_notice(
                    self._said, word=_translate("Templates", "Undo"), act=self._composing.filling.take_out
                )

        self._composing.fill(template.subject, template.text, filled)
        self._program.outbox.note_template_used(template.id).then()

    @Slot()
    def _on_filling_taken_out(self) -> None:
        if self._said and self._window.notices.sentence() == self._said:
            self._window.notices.clear()  # it is not under Drafts any more
        self._said = ""

    # saving the form as one

    def save_form(self) -> None:
        """Ask under what name the subject and the message in the form are to be kept."""
        self._pane.commit_input_method()
        QTimer.singleShot(0, self, lambda: self._read(self._ask_name))

    def _ask_name(self) -> None:
        from gui.templates.naming import NameDialog

        draft = self._pane.draft()
        suggestion = " ".join((draft.subject or draft.text[: 2 * _NAME_CHARACTERS]).split())[:_NAME_CHARACTERS]
        naming = NameDialog(self._theme, suggestion.strip(), tuple(self._templates.values()), self._window)
        naming.named.connect(partial(self._save_form, draft))
        naming.destroyed.connect(self._on_naming_destroyed)
        self._naming = naming
        naming.open()

    @Slot()
    def _on_naming_destroyed(self) -> None:
        self._naming = None

    @property
    def naming(self) -> "NameDialog | None":
        """The question for a name while it is asked."""
        return self._naming if self._naming is not None and self._naming.isVisible() else None

    def _save_form(self, draft: Draft, name: str, replaced: Template | None) -> None:
        template_id = self._new_id() if replaced is None else replaced.id
        self._save(Template(template_id, name, draft.subject, draft.text), replaced)

    def _save(self, template: Template, replaced: Template | None) -> None:
        def saved(kept: Template) -> None:
            self._templates[kept.id] = kept
            if self._dialog is not None:
                self._dialog.take(kept)
            if replaced is None:
                words = _translate("Templates", "Saved as the template “{name}”.")
                self._window.notices.show_notice(words.format(name=kept.name))
            else:
                words = _translate("Templates", "The template “{name}” has this subject and message now.")
                self._window.notices.show_notice(
                    words.format(name=kept.name),
                    word=_translate("Templates", "Undo"),
                    act=partial(self._save, replaced, kept),
                )

        self._program.outbox.save_template(template).then(saved, self._on_not_saved)

    def _on_not_saved(self, error: BaseException) -> None:
        self._window.notices.show_notice(_sentence(error), tone="failed")

    # changing them

    @Slot(str)
    def show_all(self, template_id: str = "") -> None:
        """Show the templates, to be changed; `template_id` is chosen."""
        self._read(partial(self._show_all, template_id))

    def _show_all(self, template_id: str) -> None:
        if self._dialog is None:
            from gui.templates.dialog import TemplatesDialog

            self._dialog = TemplatesDialog(self._theme, self._new_id, self._window)
            self._dialog.changed.connect(self._on_dialog_changed)
            self._dialog.dropped.connect(self._on_dialog_dropped)
            self._dialog.use_requested.connect(self._on_dialog_use_requested)
        self._dialog.show_templates(tuple(self._templates.values()), template_id)
        bring(self._dialog)

    @property
    def dialog(self) -> "TemplatesDialog | None":
        """The templates while they are shown."""
        return self._dialog if self._dialog is not None and self._dialog.isVisible() else None

    def keep(self) -> None:
        """Have what is still being typed kept: the program is quitting."""
        if self._dialog is not None:
            self._dialog.keep()

    def close(self) -> None:
        """Keep what is being typed, and take away what is shown: another language comes into the window."""
        self._is_closed = True
        self._on_filling_taken_out()
        for shown in (self._picker, self._dialog, self._naming):
            if shown is not None:
                shown.close()
                shown.deleteLater()
        self._picker = self._dialog = self._naming = None

    @Slot(object)
    def _on_dialog_changed(self, template: Template) -> None:
        self._program.outbox.save_template(template).then(failed=partial(self._on_not_kept, template.id))

    def _on_not_kept(self, template_id: str, error: BaseException) -> None:
        if self._dialog is None:
            self._on_not_saved(error)
        else:
            self._dialog.not_kept(template_id, _sentence(error))

    @Slot(object)
    def _on_dialog_dropped(self, template: Template) -> None:
        self._program.outbox.drop_template(template.id).then()

    @Slot(object)
    def _on_dialog_use_requested(self, template: Template) -> None:
        QTimer.singleShot(0, self, partial(self.use, template))  # when the focus is back in the form

    # inside

    def _new_id(self) -> str:
        return new_ulid(self._program.clock.now_ms())

    def _read(self, then: Callable[[], None]) -> None:
        def read(templates: tuple[Template, ...]) -> None:
            if self._is_closed:
                return  # what was asked for would be shown in the language before, by nobody
            self._templates = {each.id: each for each in templates}
            then()

        self._program.executor.submit("reads", self._program.reader.templates, read)


def _sentence(error: BaseException) -> str:
    """Return why a template was not kept. What is no word for a person goes on, to whoever handles our mistakes."""
    if isinstance(error, DraftError):
        return "\n".join(wording.problem_sentence(each) for each in error.problems)
    if isinstance(error, PersonError):
        return wording.error_sentence(error)
    raise error
