"""The form: From, To, Subject, Message, attachments, Send, and what Send says."""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QVBoxLayout,
    QWidget,
)

from core.errors import Problem
from core.outbox.book_tables import Group
from core.outbox.notification import Attachment, Draft, Recipient
from gui import wording
from gui.compose.attachments import AttachmentArea, AttachmentRow
from gui.compose.buttons import ButtonRow
from gui.compose.confirmation import ConfirmationStrip
from gui.compose.editors import LineEdit, MessageEdit, local_files
from gui.compose.field_grid import FieldGrid
from gui.compose.holding import Hold
from gui.compose.recipients import RecipientsField
from gui.compose.schedule import ScheduleNote
from gui.compose.sender import Sender, SenderField
from gui.compose.sender_note import SenderNote
from gui.compose.signature import SignatureNote
from gui.theme import Theme, muted_label, set_wrong

_translate = QCoreApplication.translate

#: A disk that takes longer than this is spoken of.
_SAVING_AFTER_MS = 100
#: And again whenever this has passed: what it waits for shows itself after some seconds.
_STILL_SAVING_MS = 3000

_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 440, 380, 520
_UNBOUNDED = 16_777_215  # Qt's QWIDGETSIZE_MAX


class ComposePane(QFrame):
    """The form as one widget: plain values in and out, no knowledge of the outbox.

    `send_requested()`: Send was pressed and the form is ready to be read with `draft()`. `send_stopped()`: it was
    pressed, but a file could not be attached.
    `undo_requested()`: Undo was pressed. `edited()`: a person changed something.
    `search_requested(str)`: words in To; answer with `show_matches`. `group_chosen(Group, str)`: found by these words
    and chosen; answer with `recipients.add`.
    `attach_requested(list[Path])`: files to copy into the outbox; answer each with `add_attachment` or
    `attachment_failed`. `account_requested()`: another account is to be added.
    `still_saving()`: seconds have passed since Send and the outbox has not answered; answer with `show_still_saving`.
    """

    send_requested = Signal()
    send_stopped = Signal()
    undo_requested = Signal()
    undo_closed = Signal()
    edited = Signal()
    search_requested = Signal(str)
    group_chosen = Signal(object, str)
    attach_requested = Signal(list)
    account_requested = Signal()
    still_saving = Signal()

    def __init__(self, theme: Theme, monotonic_s: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_stacked = False
        self._is_loading = False
        self._is_saving = False
        self._is_send_coming = False
        self._is_send_waiting = False
        #: What is wrong, by field: a field's sentences go when it is edited.
        self._wrong: dict[str, list[str]] = {}
        self.setProperty("card", True)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setMaximumWidth(_MOST_WIDTH)
        self.setAcceptDrops(True)
        self.setAccessibleName(_translate("Form", "Message form"))

        self.from_field = SenderField(theme, self)
        self.recipients = RecipientsField(theme, self)
        self.subject = LineEdit(self)
        self.subject.setAccessibleName(_translate("Form", "Subject"))
        self.subject.setAccessibleDescription(_translate("Form", "One line that says what the message is about"))
        self.message = MessageEdit(self)
        self.message.setAccessibleName(_translate("Form", "Message"))
        self.message.setAccessibleDescription(_translate("Form", "The text as everybody in To gets it; Tab leaves it"))
        self.attachments = AttachmentRow(theme)
        self.buttons = ButtonRow(theme, self)
        self.strip = ConfirmationStrip(theme, monotonic_s, self)
        self._attachment_area = AttachmentArea(self.attachments, self)
        self.schedule = ScheduleNote(theme, self)
        self._hold = Hold((self.recipients.editor(), self.subject, self.message), self)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)

        self._lay_out()
        self._connect()
        self.setFocusProxy(self.recipients)

    def _lay_out(self) -> None:
        caption = _translate("Form", "Each gets their own message; nobody sees the others.")
        self._sender_note = SenderNote(self._theme)
        self._signature = SignatureNote(self._theme)
        fields = {
            _translate("Form", "From"): self.from_field,
            _translate("Form", "To"): self.recipients,
            _translate("Form", "Subject"): self.subject,
            _translate("Form", "Message"): self.message,
        }
        notes = {self.from_field: self._sender_note, self.recipients: muted_label(caption, self._theme.caption)}
        self._grid = FieldGrid(self._theme, fields, notes)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._grid, 1)
        self._column.addWidget(self._signature)
        self._column.addWidget(self._attachment_area)
        self._column.addWidget(self.schedule)
        self._column.addSpacing(14)
        self._column.addWidget(self.buttons)
        self._column.addSpacing(12)
        self._column.addWidget(self.strip)
        self._arrange()

        order: tuple[QWidget, ...] = (
            self.from_field,
            self.recipients,
            self.subject,
            self.message,
            self.buttons.send,
            self.buttons.more,
            self.buttons.attach,
            self.buttons.template,
            self.attachments,
            self.schedule.close_button,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _arrange(self) -> None:
        self.message.setMinimumHeight(36 if self._is_stacked else 64)  # above the list, one line must be enough
        self._grid.arrange(is_stacked=self._is_stacked)
        self._column.setContentsMargins(*((16, 14, 16, 12) if self._is_stacked else (20, 17, 20, 18)))

    def _connect(self) -> None:
        self.from_field.sender_changed.connect(self._on_sender_changed)
        self.from_field.add_requested.connect(self.account_requested)
        self.strip.note_acted.connect(self.account_requested)
        self.recipients.edited.connect(self._on_recipients_edited)
        self.recipients.search_requested.connect(self.search_requested)
        self.recipients.group_chosen.connect(self.group_chosen)
        self.subject.textEdited.connect(self._on_subject_edited)
        self.message.textChanged.connect(self._on_message_changed)
        self.message.files_given.connect(self.attach)
        self.attachments.removed.connect(self._on_attachments_changed)
        self.schedule.changed.connect(lambda: self._note_edited("schedule"))
        self.buttons.send.clicked.connect(self.request_send)
        self.buttons.attach.clicked.connect(self.choose_files)
        self.strip.undo_requested.connect(self.undo_requested)
        self.strip.undo_closed.connect(self.undo_closed)
        self._saving.timeout.connect(self._on_saving_timeout)

    # what it holds

    def draft(self) -> Draft:
        """Return everything typed, also half-typed text in To. Changes nothing."""
        return Draft(
            to=self.recipients.recipients(),
            subject=self.subject.text(),
            text=self.message.toPlainText(),
            attachments=self.attachments.attachments(),
            account=self.from_field.account(),
            query=self.recipients.query(),
            unread_to=self.recipients.unread(),
            at_ms=self.schedule.at_ms,
            not_after_ms=self.schedule.not_after_ms,
        )

    def set_draft(self, draft: Draft) -> None:
        """Show a draft as it was. What was here is replaced: set it aside first. Does not emit `edited`."""
        self._is_loading = True
        self.from_field.set_account(draft.account)
        self.recipients.set_content(draft.to, draft.unread_to, draft.query)
        self.subject.setText(draft.subject)
        self.subject.setCursorPosition(0)
        self.message.setPlainText(draft.text)
        self.attachments.set_content(draft.attachments)
        self.schedule.set_times(draft.at_ms, draft.not_after_ms)
        self._unmark_all()
        self.strip.forget_form()
        self._is_send_waiting = False
        self._is_loading = False
        self._on_sender_shown()

    def set_letter(self, subject: str, text: str) -> None:
        """Put another subject and message in the place of these; all else stays. Ctrl+Z in them has nothing to undo."""
        if subject != self.subject.text():
            self.subject.setText(subject)
            self.subject.setCursorPosition(0)
            self._on_subject_edited()
        if text != self.message.toPlainText():
            self.message.setPlainText(text)

    def clear(self) -> None:
        """Empty the form; the account stays unless it is gone, and so does what the strip says."""
        self.set_draft(Draft(account=self.account_of_next()))

    def account_of_next(self) -> str:
        """Return the account by which the next message begins: the chosen one, or the default where that is gone."""
        return self.from_field.default() if self.from_field.is_gone() else self.from_field.account()

    def has_letter(self) -> bool:
        """Say whether there is a subject or a message."""
        return bool(self.subject.text().strip() or self.message.toPlainText().strip())

    def is_blank(self) -> bool:
        """Say whether nothing would be lost by forgetting what is here."""
        return self.draft().is_blank and not self.attachments.is_copying()

    def set_senders(self, senders: Sequence[Sender], chosen: str = "") -> None:
        """Offer these in From, the default first. `chosen` is chosen now; else what was, or in an empty form the new
        default where the old one stood.

        Emits `edited` where what is typed goes by another account now.
        """
        before = self.from_field.account()
        is_blank = self.is_blank()
        was_default = before == self.from_field.default()
        self.from_field.set_senders(senders)
        if chosen or (is_blank and (was_default or self.from_field.is_gone())):
            self.from_field.set_account(chosen or self.from_field.default())
        if not self.from_field.is_gone() and self._wrong.pop("from", None) is not None:
            self._show_wrong()
        self._on_sender_shown()
        if self.from_field.account() != before and not is_blank:
            self._note_edited("from")

    def set_broken(self, accounts: Collection[str]) -> None:
        """Say of these accounts that they cannot send until somebody mends them."""
        self.from_field.set_broken(accounts)
        self._on_sender_shown()

    def show_matches(self, words: str, found: Sequence[Recipient | Group]) -> None:
        """Offer what a search for `words` found."""
        self.recipients.show_matches(words, found)

    # send

    @Slot()
    def request_send(self) -> None:
        """Send, as the button and the key do: `send_requested` comes on the next turn of the loop.

        First what an input method is still composing becomes text; the form is read after that.
        """
        if self._is_saving or self._is_send_coming:
            return
        self._is_send_coming = True
        self.commit_input_method()
        QTimer.singleShot(0, self, self._on_send_due)

    def settle(self) -> None:
        """Make text of what is being composed, and chips of what is typed in To. Call on the turn after
        `commit_input_method`.
        """
        # A platform without an input method of its own leaves the composition where it is.
        for editor in (self.recipients.editor(), self.subject, self.message):
            editor.commit_composed()
        self.recipients.finish()

    @Slot()
    def ask_later(self, now_ms: Callable[[], int]) -> None:
        """Ask when it is to go, and send it for then. Returns at once; the dialog is the person's."""
        from gui.compose.later import LaterDialog  # not needed for the first paint

        if self._is_saving:
            return
        dialog = LaterDialog(self._theme, now_ms, self.window())
        dialog.set_times(self.schedule.at_ms, self.schedule.not_after_ms)
        dialog.chosen.connect(self._on_dialog_times_chosen)
        dialog.open()

    @Slot(object, object)
    def _on_dialog_times_chosen(self, at_ms: int | None, not_after_ms: int | None) -> None:
        self.schedule.set_times(at_ms, not_after_ms)
        self._note_edited("schedule")
        self.request_send()

    def commit_input_method(self) -> None:
        """Have the platform put what is being composed into the text."""
        QGuiApplication.inputMethod().commit()

    @Slot()
    def _on_send_due(self) -> None:
        self._is_send_coming = False
        if self._is_saving:
            return
        self.settle()
        failures = self.attachments.failures()
        if self.attachments.is_copying():
            self._is_send_waiting = True
            self.strip.show_waiting()
        elif failures:
            self._wrong["attachment"] = list(failures)
            self._show_wrong()
            self.send_stopped.emit()
        else:
            self.send_requested.emit()

    def set_saving(self, is_saving: bool) -> None:
        """Hold the form still from the press of Send until the outbox has answered.

        A disk that takes longer than 100 ms is spoken of. The answer's own words come with
        `show_accepted`, `show_problems` or `show_error`.
        """
        self._is_saving = is_saving
        self.from_field.set_read_only(is_saving)
        self.recipients.hold(is_saving)
        self.attachments.set_read_only(is_saving)
        if is_saving:
            self._hold.begin()
            self._saving.start(_SAVING_AFTER_MS)
        else:
            self._hold.end()
            self._saving.stop()

    @Slot()
    def _on_saving_timeout(self) -> None:
        if self._saving.interval() == _SAVING_AFTER_MS:
            self._hold.tighten()
            self.strip.show_saving()
        else:
            self.still_saving.emit()
        self._saving.start(_STILL_SAVING_MS)

    def show_still_saving(self, sentence: str) -> None:
        """Say that it is not on disk yet, and what it waits for."""
        self.strip.show_still_saving(sentence)

    def is_saving(self) -> bool:
        """Say whether the outbox has still to answer."""
        return self._is_saving

    def is_send_coming(self) -> bool:
        """Say whether Send was pressed and the form is about to be read."""
        return self._is_send_coming

    def show_accepted(self, accepted_ms: int, undo_s: float) -> None:
        """Say "Accepted", with the time it was and Undo for `undo_s` seconds."""
        self.strip.show_accepted(accepted_ms, undo_s)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say everything that is wrong, mark the fields, and go to the first of them."""
        self._unmark_all()
        for problem in problems:
            sentence = wording.problem_sentence(problem)
            self._wrong.setdefault(problem.field, []).append(sentence)
            if problem.field == "to":
                self.recipients.mark(sentence, problem.value("address"))
        set_wrong(self.subject, "subject" in self._wrong)
        set_wrong(self.message, "text" in self._wrong)
        self._show_wrong()
        fields: dict[str, QWidget] = {
            "from": self.from_field,
            "to": self.recipients,
            "subject": self.subject,
            "text": self.message,
        }
        for name, field in fields.items():
            if name in self._wrong:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                break

    def show_error(self, sentence: str) -> None:
        """Say one thing that went wrong and is of no field."""
        self.strip.show_sentences([sentence])

    def show_warning(self, sentence: str) -> None:
        """Say one thing that the person may want otherwise, before it goes."""
        self.strip.show_warning(sentence)

    def rest(self) -> None:
        """Take back what the strip says, for instance after Undo."""
        self.strip.rest()

    # attachments

    @Slot()
    def choose_files(self) -> None:
        """Ask which files to attach. Returns at once; the dialog is the person's."""
        from PySide6.QtWidgets import QFileDialog  # not needed for the first paint

        dialog = QFileDialog(self.window(), _translate("Form", "Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_dialog_files_selected)
        dialog.open()

    @Slot(list)
    def attach(self, paths: Sequence[Path]) -> None:
        """Show files as being copied and ask for it with `attach_requested`."""
        if self._is_saving:
            return
        fresh = self.attachments.add_copying(paths)
        if fresh:
            self._attachment_area.fit()
            self.attach_requested.emit(fresh)

    def add_attachment(self, path: Path, attachment: Attachment) -> None:
        """Say that the file at `path` is in the outbox now."""
        self.attachments.add(path, attachment)
        self._on_attachments_changed()
        self._go_on_sending()

    def attachment_failed(self, path: Path, sentence: str) -> None:
        """Say why the file at `path` could not be attached."""
        self.attachments.fail(path, sentence)
        self._wrong["attachment"] = list(self.attachments.failures())
        self._show_wrong()
        self._go_on_sending()

    def _go_on_sending(self) -> None:
        if self._is_send_waiting and not self.attachments.is_copying():
            self._is_send_waiting = False
            self.request_send()

    # keys

    def focus_to(self) -> None:
        """Go to To."""
        self.recipients.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_subject(self) -> None:
        """Go to Subject."""
        self.subject.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_message(self) -> None:
        """Go to Message."""
        self.message.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def can_undo_text(self) -> bool:
        """Say whether Ctrl+Z belongs to the focused field, because it has something to undo."""
        editors = (self.recipients.editor(), self.subject, self.message)
        return any(editor.hasFocus() and editor.can_undo() for editor in editors)

    def set_key_texts(self, send: str, attach: str, template: str, undo: str) -> None:
        """Show the keys that the person has for Send, Attach, Template and Undo."""
        self.buttons.set_keys(send, attach, template)
        self.strip.set_undo_key(undo)

    def set_stacked(self, is_stacked: bool) -> None:
        """Take the whole width and little height, as the form does above the list in a narrow window."""
        if is_stacked != self._is_stacked:
            self._is_stacked = is_stacked
            self.setMaximumWidth(_UNBOUNDED if is_stacked else _MOST_WIDTH)
            self._arrange()
            self._on_sender_shown()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    # what happens

    @Slot()
    def _on_sender_changed(self) -> None:
        self._on_sender_shown()
        self._note_edited("from")

    def _on_sender_shown(self) -> None:
        sender = self.from_field.sender_shown()
        is_practice = sender is None or sender.is_practice
        word = _translate("Form", "Send (practice)") if is_practice else _translate("Form", "Send")
        self.buttons.set_send_word(word)
        if is_practice:
            note = _translate("Form", "Practice: nobody receives these messages.")
            self.strip.set_note(note, _translate("Form", "Add an account…"))
        else:
            self.strip.set_note("")
        # Above the list there is no room to spare: there, the tip says it.
        has_room = not self._is_stacked
        self._sender_note.show_sender(sender, is_broken=self.from_field.is_broken(), has_room=has_room)
        signature = "" if sender is None or sender.is_gone else sender.signature
        self.from_field.setToolTip("\n".join(part for part in (self._sender_note.text(), signature) if part))
        self._signature.show_signature(signature if has_room else "")

    @Slot()
    def _on_recipients_edited(self) -> None:
        self._note_edited("to")

    @Slot()
    def _on_subject_edited(self) -> None:
        set_wrong(self.subject, False)
        self._note_edited("subject")

    @Slot()
    def _on_message_changed(self) -> None:
        if not self._is_loading:
            set_wrong(self.message, False)
            self._note_edited("text")

    @Slot()
    def _on_attachments_changed(self) -> None:
        self._attachment_area.fit()
        self._note_edited("attachment")

    @Slot(list)
    def _on_dialog_files_selected(self, names: list[str]) -> None:
        self.attach([Path(name) for name in names])

    def _note_edited(self, field: str) -> None:
        if self._is_loading:
            return
        if field != "attachment" and self._is_send_waiting:
            # What is sent is what was there when Send was pressed: a change takes the press back.
            self._is_send_waiting = False
            self.strip.rest()
        if self._wrong.pop(field, None) is not None:
            if field == "to":
                self.recipients.unmark()
            self._show_wrong()
        self.strip.note_edited()
        self.edited.emit()

    def _show_wrong(self) -> None:
        sentences = [sentence for of_field in self._wrong.values() for sentence in of_field]
        if sentences:
            self.strip.show_sentences(sentences)
        else:
            self.strip.rest()

    def _unmark_all(self) -> None:
        self._wrong.clear()
        self.recipients.unmark()
        set_wrong(self.subject, False)
        set_wrong(self.message, False)
        self._attachment_area.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach(local_files(event.mimeData()))
        event.acceptProposedAction()
