"""The templates, to be read, written, renamed and deleted: a list at the left, the chosen one at the right."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.outbox.templates import Template, check, named, neat_name
from gui import wording
from gui.field import Field, mark
from gui.notices import NoticeBar
from gui.templates.list import TemplateList
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: After the last key, as for the form's draft.
_REST_MS = 500


class TemplatesDialog(QDialog):
    """Shows the templates it is given; what is changed is told when typing rests, and kept at once.

    A name or a text that cannot be kept is said under its field; until it is mended, what was there before is kept.
    `changed(Template)`: new, changed, or put back. `dropped(Template)`. `use_requested(Template)`.
    """

    changed = Signal(object)
    dropped = Signal(object)
    use_requested = Signal(object)

    def __init__(self, theme: Theme, new_id: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._new_id = new_id
        #: As they are kept, by id; and those that are new and have nothing in them yet.
        self._templates: dict[str, Template] = {}
        self._blank: set[str] = set()
        #: The one whose last change could not be kept; "" where there is none.
        self._unkept = ""
        #: The one at the right; "" where there is none.
        self._shown = ""
        self._is_loading = False
        self.setWindowTitle(_translate("Templates", "Templates"))
        self.notices = NoticeBar(theme)
        self.list = TemplateList(theme)
        self.name = QLineEdit()
        self.subject = QLineEdit()
        self.message = QPlainTextEdit()
        self.message.setTabChangesFocus(True)
        self.new = QPushButton(_translate("Templates", "Ne&w"))
        self.delete = QPushButton(_translate("Templates", "&Delete"))
        self.use = QPushButton(_translate("Templates", "&Use"))
        self.close_button = QPushButton(_translate("Templates", "&Close"))
        for button, use in (
            (self.new, _translate("Templates", "Begins an empty template")),
            (self.delete, _translate("Templates", "Deletes the chosen template; it can be undone until this closes")),
            (self.use, _translate("Templates", "Puts the chosen template into the form, and closes this window")),
            (self.close_button, _translate("Templates", "Closes this window; Esc does the same")),
        ):
            button.setProperty("framed", True)
            button.setAutoDefault(False)
            button.setAccessibleDescription(use)
        self._fields = {
            "name": Field(
                theme,
                _translate("Templates", "&Name"),
                self.name,
                use=_translate("Templates", "By which you find the template"),
            ),
            "subject": Field(
                theme,
                _translate("Templates", "&Subject"),
                self.subject,
                use=_translate("Templates", "Goes into the form; empty, the form keeps its own"),
            ),
            "text": Field(
                theme,
                _translate("Templates", "&Message"),
                self.message,
                use=_translate("Templates", "Goes into the form; empty, the form keeps its own"),
            ),
        }
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._lay_out()
        self._connect()
        self.finished.connect(parent.activateWindow)

    def _lay_out(self) -> None:
        theme = self._theme
        card = QFrame()
        card.setProperty("card", True)
        card.setMinimumWidth(180)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.addWidget(self.list)
        right = QWidget()
        grid = QGridLayout(right)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        for row, field in enumerate(self._fields.values()):
            field.put(grid, row)
        self._fields["text"].set_note(_translate("Templates", "{{ Words }} like these are selected, to be typed over."))
        filled = QWidget()
        both = QHBoxLayout(filled)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(16)
        both.addWidget(card, 2)
        both.addWidget(right, 3)
        empty = muted_label(
            _translate(
                "Templates",
                "There are no templates yet: write one with New, or save what is in the form as a template.",
            ),
            theme.body,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        self._body = QStackedLayout()
        self._body.addWidget(filled)
        self._body.addWidget(empty)
        self._empty = empty
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.new)
        foot.addWidget(self.delete)
        foot.addSpacing(8)
        foot.addWidget(muted_label(_translate("Templates", "Every change is kept at once."), theme.caption))
        foot.addStretch(1)
        foot.addWidget(self.use)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.notices)
        column.addLayout(self._body, 1)
        column.addLayout(foot)
        self.resize(760, 480)

    def _connect(self) -> None:
        self.list.template_changed.connect(self._on_list_template_changed)
        self.list.use_requested.connect(self._on_use_clicked)
        self.list.delete_requested.connect(self._on_delete_clicked)
        self.name.textEdited.connect(self._on_edited)
        self.subject.textEdited.connect(self._on_edited)
        self.message.textChanged.connect(self._on_edited)
        self.new.clicked.connect(self._on_new_clicked)
        self.delete.clicked.connect(self._on_delete_clicked)
        self.use.clicked.connect(self._on_use_clicked)
        self.close_button.clicked.connect(self.reject)
        self._timer.timeout.connect(self.keep)

    # what it is told

    def show_templates(self, templates: Sequence[Template], chosen: str = "") -> None:
        """Show these, and the chosen one at the right."""
        self.keep()
        self._templates = {each.id: each for each in templates}
        self._blank.clear()
        self.notices.clear()
        self._show(chosen or self._shown)
        (self.list if self._templates else self.new).setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, template: Template) -> None:
        """Show a template that was saved elsewhere."""
        self.keep()
        self._templates[template.id] = template
        self._show(self._shown)

    def not_kept(self, template_id: str, sentence: str) -> None:
        """Say why a change is not kept. All of it is still here, and tried again with the next."""
        self._blank.discard(template_id)
        self._unkept = template_id
        self.notices.show_notice(sentence, tone="failed")

    def sentence(self) -> str:
        """Return what stands in the place of the templates where there is none; else ""."""
        return self._empty.text() if self._body.currentIndex() else ""

    def wrong(self) -> list[str]:
        """Return what is said to be wrong, from the top."""
        return [sentence for field in self._fields.values() for sentence in field.wrong]

    # writing

    @Slot()
    def _on_edited(self) -> None:
        if not self._is_loading:
            self._timer.start()

    @Slot()
    def keep(self) -> None:
        """Tell of what was changed, where it was; say what of it cannot be kept."""
        self._timer.stop()
        before = self._templates.get(self._shown)
        if before is None:
            return
        typed = replace(
            before, name=neat_name(self.name.text()), subject=self.subject.text(), text=self.message.toPlainText()
        )
        wrong: dict[str, list[str]] = {}
        for problem in check(typed, self._templates.values()):
            wrong.setdefault(problem.field, []).append(wording.problem_sentence(problem))
        for name, field in self._fields.items():
            field.set_wrong(wrong.get(name, []))
            mark(field.editor, is_wrong=name in wrong)
        kept = replace(typed, **{name: getattr(before, name) for name in wrong})
        if kept == before and self._unkept != before.id:
            return
        self._unkept = ""
        self._blank.discard(kept.id)
        self._templates[kept.id] = kept
        self.list.show_templates(list(self._templates.values()), self._shown)
        self.changed.emit(kept)

    @Slot()
    def _on_new_clicked(self) -> None:
        self.keep()
        template = Template(self._new_id(), self._free_name(_translate("Templates", "New template")))
        self._templates[template.id] = template
        self._blank.add(template.id)
        self._show(template.id)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    @Slot()
    def _on_delete_clicked(self) -> None:
        self.keep()
        template = self._templates.get(self._shown)
        if template is None:
            return
        row = self.list.currentRow()
        del self._templates[template.id]
        names = sorted(self._templates.values(), key=lambda each: each.name.casefold())
        following = names[min(row, len(names) - 1)].id if names else ""
        is_blank = template.id in self._blank
        self._blank.discard(template.id)
        self._show(following)
        if not self._templates:
            self.new.setFocus(Qt.FocusReason.OtherFocusReason)
        if not is_blank:
            self.dropped.emit(template)
            self.notices.show_notice(
                _translate("Templates", "“{name}” is deleted.").format(name=template.name),
                word=_translate("Templates", "Undo"),
                act=partial(self._put_back, template),
            )

    def _put_back(self, template: Template) -> None:
        self.keep()
        template = replace(template, name=self._free_name(template.name))
        self._templates[template.id] = template
        self._show(template.id)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit(template)

    def _free_name(self, wanted: str) -> str:
        """Return a name that no template has: the wanted one, or with a number behind it."""
        name, number = wanted, 1
        while named(self._templates.values(), name) is not None:
            number += 1
            name = f"{wanted} {number}"
        return name

    @Slot()
    def _on_use_clicked(self) -> None:
        self.keep()
        template = self._templates.get(self._shown)
        if template is not None:
            self.accept()
            self.use_requested.emit(template)

    # showing

    @Slot(str)
    def _on_list_template_changed(self, template_id: str) -> None:
        if template_id != self._shown:
            self.keep()
            self._show(template_id)

    def _show(self, template_id: str) -> None:
        self.list.show_templates(list(self._templates.values()), template_id)
        self._shown = self.list.chosen()
        template = self._templates.get(self._shown, Template("", ""))
        self._is_loading = True
        for field, text in ((self.name, template.name), (self.subject, template.subject)):
            if field.text() != text:
                field.setText(text)
                field.setCursorPosition(0)
        if self.message.toPlainText() != template.text:
            self.message.setPlainText(template.text)
        self._is_loading = False
        for part in self._fields.values():
            part.set_wrong([])
            mark(part.editor, is_wrong=False)
        self._body.setCurrentIndex(0 if self._templates else 1)
        self.delete.setEnabled(bool(self._templates))
        self.use.setEnabled(bool(self._templates))

    def done(self, result: int) -> None:
        """Keep what is still being typed; a new template without anything in it is forgotten."""
        self.keep()
        for blank in self._blank:
            del self._templates[blank]
        self._blank.clear()
        super().done(result)
