"""The fields of one account: the address first, from which the rest is guessed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.accounts.accounts import USUAL_IMAP_PORTS, USUAL_PORTS, Account, check
from core.errors import Problem
from core.mail.smtp.server import Login, Security
from gui import wording
from gui.accounts.choices import login_words, security_words
from gui.accounts.guess import guess_account
from gui.accounts.hint import ProviderHint
from gui.field import Choice, Field, mark
from gui.theme import Theme, announce

_translate = QCoreApplication.translate

#: Fields that wait under "More".
_MORE = (
    *("reply_to", "signature", "imap_host", "imap_security", "sent_folder"),
    *("login", "ca_file", "per_minute", "per_hour", "per_day", "name"),
)


class AccountForm(QWidget):
    """Plain values in and out: an account, and the password typed for it.

    What a person typed is never guessed over. `edited()`: a person changed something. `grown()`: it needs another
    height.
    """

    edited = Signal()
    grown = Signal()

    def __init__(
        self, theme: Theme, account: Account | None, taken: Collection[str], parent: QWidget | None = None
    ) -> None:
        """`account` is the one to change, None for a new one; `taken` are the names of the others."""
        super().__init__(parent)
        self._theme = theme
        self._before = account
        self._taken = frozenset(taken)
        #: What a person typed themselves: it is not guessed any more.
        self._own: set[str] = set()
        #: What was said to be wrong, as far as it was not changed since.
        self._said: tuple[Problem, ...] = ()
        self._make_editors()
        self._fields = self._make_fields()
        self._hint = ProviderHint(theme)
        self._lay_out()
        self._order_tabs()
        self._connect()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._fill(account)
        self.setFocusProxy(self.address)

    # what it holds

    def account(self) -> Account:
        """Return the account as it is typed. `problems` says whether it can be one."""
        before = self._before
        made = Account(
            name=self.name.text().strip(),
            address=self.address.text().strip(),
            sender_name=self.sender_name.text().strip(),
            host=self.host.text().strip(),
            port=_number(self.port.text()),
            security=Security(self.security.currentData()),
            user=self.user.text().strip(),
            login=Login(self.login.currentData()),
            ca_file=self.ca_file.text().strip(),
            reply_to=self.reply_to.text().strip(),
            signature=self.signature.toPlainText().rstrip(),
            imap_host=self.imap_host.text().strip(),
            imap_port=_number(self.imap_port.text()),
            imap_security=Security(self.imap_security.currentData()),
            sent_folder=self.sent_folder.text().strip(),
            per_minute=_number(self.per_minute.text() or "0"),
            per_hour=_number(self.per_hour.text() or "0"),
            per_day=_number(self.per_day.text() or "0"),
        )
        if before is None:
            return made
        return replace(
            made,
            password_file=before.password_file,
            ehlo_name=before.ehlo_name,
            connections=before.connections,
        )

    def secret(self) -> str | None:
        """Return the password that was typed; None where none was."""
        return self.password.text().rstrip("\r\n") or None  # a pasted one brings its line's end along

    def problems(self) -> list[Problem]:
        """Return everything wrong with what is typed."""
        account = self.account()
        found = list(check(account))
        if not account.name and any(problem.field == "address" for problem in found):
            # It follows from the address, which is to be mended first.
            found = [problem for problem in found if problem.field != "name"]
        if self._before is None and account.name in self._taken:
            found.append(Problem("name", "account_exists", (("name", account.name),)))
        return [self._as_typed(problem) for problem in found]

    def _as_typed(self, problem: Problem) -> Problem:
        """Let the sentence of a number's field name what stands there, and the limit as the form does."""
        if problem.field not in self._numbers:
            return problem
        editor, name = self._numbers[problem.field]
        typed = editor.text().strip()[:40] or _translate("Account", "An empty field")
        values = {**dict(problem.values), "port": typed, "value": typed, "limit": name}
        return replace(problem, values=tuple(values.items()))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong under each field, and go to the first."""
        self._said = tuple(problems)
        self._show_wrong()
        if any(self._row_of(problem) in _MORE for problem in problems):
            self.more.setChecked(True)
        order = list(self._fields)
        if problems:
            # In a row of several, to the one that is wrong.
            first = min(problems, key=lambda problem: order.index(self._row_of(problem)))
            self._editor_of(first).setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, wording.sentences(*map(wording.problem_sentence, problems)))
        self.grown.emit()

    def _show_wrong(self) -> None:
        """Mark what is still wrong of what was said."""
        for name, field in self._fields.items():
            field.set_wrong([wording.problem_sentence(each) for each in self._said if self._row_of(each) == name])
        wrong = {self._editor_of(each) for each in self._said}
        editors = [field.editor for field in self._fields.values()]
        for editor in (*editors, *(number for number, _ in self._numbers.values())):
            mark(editor, editor in wrong)

    def _row_of(self, problem: Problem) -> str:
        """Return the field under which a problem is said."""
        row = _ROWS.get(problem.field, problem.field)
        return row if row in self._fields else "address"

    def _editor_of(self, problem: Problem) -> QWidget:
        """Return where it is mended: a row may hold several."""
        number = self._numbers.get(problem.field)
        return self._fields[self._row_of(problem)].editor if number is None else number[0]

    def _forget(self, editor: QWidget) -> None:
        """Say no more what was wrong there: it is another value now."""
        left = tuple(each for each in self._said if self._editor_of(each) is not editor)
        if left != self._said:
            self._said = left
            self._show_wrong()

    def wrong(self) -> dict[str, list[str]]:
        """Return what is said to be wrong, by field."""
        return {name: field.wrong for name, field in self._fields.items() if field.wrong}

    def set_name(self, name: str) -> None:
        """Give a new account this short name."""
        self.name.setText(name)
        self._own.add("name")
        self.more.setChecked(True)

    def show_sent_folder(self) -> None:
        """Go to where the Sent folder is named, with what its provider has where nothing stands there yet."""
        self.more.setChecked(True)
        guess = guess_account(self.address.text(), self._taken)
        if not self.imap_host.text() and guess.imap_host:
            self.imap_host.setText(guess.imap_host)
            self.imap_port.setText(str(guess.imap_port))
            self.imap_security.setCurrentIndex(self.imap_security.findData(guess.imap_security.value))
        self.imap_host.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_place(self, has_keyring: bool) -> None:
        """Say where the password will be kept."""
        if self.password.isEnabled():
            self._fields["password"].set_note(_place_words(has_keyring))
        self.grown.emit()

    def set_read_only(self, is_read_only: bool) -> None:
        """Hold everything still while it is tested. The keys stay where they are."""
        for editor in self._line_edits():
            editor.setReadOnly(is_read_only)
        self.name.setReadOnly(is_read_only or self._before is not None)
        self.signature.setReadOnly(is_read_only)
        self.security.setEnabled(not is_read_only)
        self.imap_security.setEnabled(not is_read_only)
        self.login.setEnabled(not is_read_only)
        self._choose.setEnabled(not is_read_only)

    def hint(self) -> str:
        """Return what is said of the provider."""
        return self._hint.text()

    # making

    def _make_editors(self) -> None:
        self.address, self.sender_name, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.host, self.port, self.user = QLineEdit(), QLineEdit(), QLineEdit()
        self.reply_to, self.ca_file, self.name = QLineEdit(), QLineEdit(), QLineEdit()
        self.per_minute, self.per_hour, self.per_day = QLineEdit(), QLineEdit(), QLineEdit()
        self.imap_host, self.imap_port, self.sent_folder = QLineEdit(), QLineEdit(), QLineEdit()
        self.address.setPlaceholderText(_translate("Account", "info@school.example"))
        self.sender_name.setPlaceholderText(_translate("Account", "What recipients see beside the address"))
        self.host.setPlaceholderText("smtp.example.com")
        self.imap_host.setPlaceholderText("imap.example.com")
        self.sent_folder.setPlaceholderText(_translate("Account", "As the server says"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        for port in (self.port, self.imap_port):
            port.setFixedWidth(76)
        self.imap_port.setAccessibleName(_translate("Account", "IMAP port"))
        self.port.setAccessibleDescription(_translate("Account", "A number; the usual one follows from the security"))
        self.imap_port.setAccessibleDescription(
            _translate("Account", "A number; the usual one follows from the IMAP security")
        )
        for limit in (self.per_minute, self.per_hour, self.per_day):
            limit.setAccessibleDescription(_translate("Account", "What your provider allows. Empty: no limit."))
            limit.setFixedWidth(64)
            limit.setPlaceholderText("–")
        #: The fields of numbers, and what they are called in a sentence.
        self._numbers = {
            "port": (self.port, ""),
            "imap_port": (self.imap_port, ""),
            "per_minute": (self.per_minute, _translate("Account", "per minute")),
            "per_hour": (self.per_hour, _translate("Account", "per hour")),
            "per_day": (self.per_day, _translate("Account", "per day")),
        }
        self.security, self.imap_security = Choice(self._theme), Choice(self._theme)
        for kind, words in security_words().items():
            self.security.addItem(words, kind.value)
            if kind is not Security.NONE:  # nobody looks into a Sent folder without a password
                self.imap_security.addItem(words, kind.value)
        self.login = Choice(self._theme)
        for way, words in login_words().items():
            self.login.addItem(words, way.value)
        self.signature = QPlainTextEdit()
        self.signature.setTabChangesFocus(True)
        self.signature.setFixedHeight(72)
        self._shown = QToolButton()
        self._shown.setCheckable(True)
        self._shown.setIconSize(QSize(16, 16))
        self._shown.setFixedSize(32, 32)
        self._shown.setAccessibleName(_translate("Account", "Show the password"))
        self._shown.setAccessibleDescription(_translate("Account", "Until it is pressed again"))
        self._shown.setToolTip(_translate("Account", "Show the password"))
        self._choose = QPushButton(_translate("Account", "&Choose…"))
        self._choose.setProperty("framed", True)
        self._choose.setAccessibleDescription(_translate("Account", "Its path comes into the field"))
        self._choose.setAccessibleName(_translate("Account", "Choose the certificate file"))
        self.more = QToolButton()
        self.more.setText(_translate("Account", "&More"))
        self.more.setObjectName("more")
        self.more.setAccessibleDescription(_translate("Account", "Shows or hides the fields that few accounts need"))
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _make_fields(self) -> dict[str, Field]:
        theme = self._theme
        port = self._labelled(_translate("Account", "P&ort"), self.port)
        imap_port = self._labelled(_translate("Account", "Port"), self.imap_port)
        hour = self._labelled(_translate("Account", "an hour"), self.per_hour)
        day = self._labelled(_translate("Account", "a day"), self.per_day)
        minute = QLabel(_translate("Account", "a minute"))
        for limit, words in (
            (self.per_minute, _translate("Account", "At most so many a minute")),
            (self.per_hour, _translate("Account", "At most so many an hour")),
            (self.per_day, _translate("Account", "At most so many a day")),
        ):
            limit.setAccessibleName(words)
        limits = QWidget()
        line = QHBoxLayout(limits)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self.per_minute, minute, self.per_hour, hour, self.per_day, day):
            line.addWidget(widget)
        line.addStretch(1)
        limits.setFocusProxy(self.per_minute)
        fields = {
            "address": Field(
                theme,
                _translate("Account", "&Address"),
                self.address,
                use=_translate("Account", "Where mail is from; the rest is guessed from it"),
            ),
            "sender_name": Field(theme, _translate("Account", "Your &name"), self.sender_name),
            "password": Field(theme, _translate("Account", "&Password"), self.password, self._shown),
            "host": Field(
                theme,
                _translate("Account", "&Server"),
                self.host,
                port,
                self.port,
                use=_translate("Account", "The name of the provider's server for outgoing mail (SMTP)"),
            ),
            "security": Field(
                theme,
                _translate("Account", "S&ecurity"),
                self.security,
                use=_translate("Account", "How the way to the server is kept from others"),
            ),
            "user": Field(
                theme,
                _translate("Account", "&User name"),
                self.user,
                use=_translate("Account", "By which the server knows you; mostly the address"),
            ),
            "reply_to": Field(theme, _translate("Account", "&Replies go to"), self.reply_to),
            "signature": Field(
                theme,
                _translate("Account", "S&ignature"),
                self.signature,
                use=_translate("Account", "Stands under every message by this account; may be empty"),
            ),
            "imap_host": Field(theme, _translate("Account", "IMAP ser&ver"), self.imap_host, imap_port, self.imap_port),
            "imap_security": Field(
                theme,
                _translate("Account", "IMAP securit&y"),
                self.imap_security,
                use=_translate("Account", "How the way to the IMAP server is kept from others"),
            ),
            "sent_folder": Field(
                theme,
                _translate("Account", "Sent fol&der"),
                self.sent_folder,
                use=_translate("Account", "In which “Check” looks. Empty: the one that the server names."),
            ),
            "login": Field(
                theme,
                _translate("Account", "Lo&gin"),
                self.login,
                use=_translate("Account", "How the password is told to the server"),
            ),
            "ca_file": Field(theme, _translate("Account", "CA &file"), self.ca_file, self._choose),
            "per_minute": Field(theme, _translate("Account", "&Limits"), limits),
            "name": Field(theme, _translate("Account", "S&hort name"), self.name),
        }
        fields["password"].set_note(_translate("Account", "Kept in this computer's keyring, where it has one."))
        fields["reply_to"].set_note(_translate("Account", "Empty: answers go to the address itself."))
        fields["imap_host"].set_note(
            _translate("Account", "Where “Check” looks for what was not confirmed. The test does not try it.")
        )
        fields["ca_file"].set_note(
            _translate("Account", "Only for a server whose certificate this computer does not know.")
        )
        fields["per_minute"].set_note(_translate("Account", "What your provider allows. Empty: no limit."))
        fields["name"].set_note(
            _translate("Account", "For the command line. It cannot be changed later.")
            if self._before is None
            else _translate("Account", "For the command line.")
        )
        return fields

    def _labelled(self, words: str, editor: QLineEdit) -> QLabel:
        label = QLabel(words)
        label.setBuddy(editor)
        if not editor.accessibleName():
            editor.setAccessibleName(wording.plain(words))
        return label

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._main, self._extra = QGridLayout(), QGridLayout()
        self._rest = QWidget()
        self._rest.setLayout(self._extra)
        self._rest.hide()
        row = 0
        for name, field in self._fields.items():
            grid = self._extra if name in _MORE else self._main
            field.put(grid, row)
            row += 1
            if name == "address":
                self._main.addWidget(self._hint, row, 1)
                row += 1
        # One column for both, as wide as the longest label of either needs in this language.
        wide = max(104, *(field.label_width() for field in self._fields.values()))
        for grid in (self._main, self._extra):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(10)
            grid.setColumnMinimumWidth(0, wide)
            grid.setColumnStretch(1, 1)
        column.addLayout(self._main)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._rest)

    def _order_tabs(self) -> None:
        """Let Tab go down the fields; the provider's page comes after them: the same keys fill in every form."""
        order = (
            *(self.address, self.sender_name, self.password, self._shown, self.host, self.port, self.security),
            *(self.user, self._hint.page, self.more, self.reply_to, self.signature),
            *(self.imap_host, self.imap_port, self.imap_security, self.sent_folder, self.login),
            *(self.ca_file, self._choose),
            *(self.per_minute, self.per_hour, self.per_day, self.name),
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _line_edits(self) -> tuple[QLineEdit, ...]:
        return (
            self.address,
            self.sender_name,
            self.password,
            self.host,
            self.port,
            self.user,
            self.reply_to,
            self.imap_host,
            self.imap_port,
            self.sent_folder,
            self.ca_file,
            self.per_minute,
            self.per_hour,
            self.per_day,
        )

    def _connect(self) -> None:
        self.address.textEdited.connect(self._on_address_edited)
        for name in ("host", "port", "user", "name", "imap_host", "imap_port"):
            getattr(self, name).textEdited.connect(partial(self._own_it, name))
        self.security.activated.connect(self._on_security_activated)
        self.imap_security.activated.connect(self._on_imap_security_activated)
        self.login.activated.connect(self._on_login_activated)
        for editor in (*self._line_edits(), self.name):
            editor.textEdited.connect(partial(self._note_edited, editor))
        self.signature.textChanged.connect(partial(self._note_edited, self.signature))
        self._shown.toggled.connect(self._on_shown_toggled)
        self._choose.clicked.connect(self._choose_file)
        self.more.toggled.connect(self._on_more_toggled)

    # filling

    def _fill(self, account: Account | None) -> None:
        if account is None:
            self._guess()
            return
        self._own |= {"host", "port", "user", "security", "login", "name"}
        self._own |= {"imap_host", "imap_port", "imap_security"}
        self.address.setText(account.address)
        self.sender_name.setText(account.sender_name)
        self.host.setText(account.host)
        self.port.setText(str(account.port))
        self.security.setCurrentIndex(max(0, self.security.findData(account.security.value)))
        self.user.setText(account.user)
        self.login.setCurrentIndex(max(0, self.login.findData(account.login.value)))
        self.reply_to.setText(account.reply_to)
        self.imap_host.setText(account.imap_host)
        self.imap_port.setText(str(account.imap_port))
        # None is not offered, and may be written by hand: its usual port is that of STARTTLS.
        kept = Security.STARTTLS if account.imap_security is Security.NONE else account.imap_security
        self.imap_security.setCurrentIndex(max(0, self.imap_security.findData(kept.value)))
        self.sent_folder.setText(account.sent_folder)
        self.signature.setPlainText(account.signature)
        self.ca_file.setText(account.ca_file)
        for editor, limit in (
            (self.per_minute, account.per_minute),
            (self.per_hour, account.per_hour),
            (self.per_day, account.per_day),
        ):
            editor.setText(str(limit) if limit else "")
        self.name.setText(account.name)
        self.name.setReadOnly(True)
        self.password.setPlaceholderText(_translate("Account", "Unchanged"))
        if account.password_file:
            self.password.setEnabled(False)
            self._fields["password"].set_note(
                _translate("Account", "Read from {path}.").format(path=account.password_file)
            )
        self._hint.show_preset(guess_account(account.address, self._taken).preset, account.address)
        self.more.setChecked(any((account.reply_to, account.signature, account.ca_file)))

    def _guess(self) -> None:
        """Fill in what follows from the address, where the person has not."""
        address = self.address.text().strip()
        guess = guess_account(address, self._taken)
        texts = {"host": guess.host, "user": guess.user, "name": guess.name, "imap_host": guess.imap_host}
        for name, text in texts.items():
            if name not in self._own:
                getattr(self, name).setText(text)
                self._forget(getattr(self, name))
        if "security" not in self._own:
            self.security.setCurrentIndex(self.security.findData(guess.security.value))
        if "login" not in self._own:
            self.login.setCurrentIndex(self.login.findData(guess.login.value))
        if "port" not in self._own:
            port = guess.port or USUAL_PORTS[Security(self.security.currentData())]
            self.port.setText(str(port))
            self._forget(self.port)
        if "imap_security" not in self._own:
            self.imap_security.setCurrentIndex(self.imap_security.findData(guess.imap_security.value))
        if "imap_port" not in self._own:
            port = guess.imap_port or USUAL_IMAP_PORTS[Security(self.imap_security.currentData())]
            self.imap_port.setText(str(port))
            self._forget(self.imap_port)
        self._hint.show_preset(guess.preset, address)
        self.grown.emit()

    # what happens

    @Slot()
    def _on_address_edited(self) -> None:
        self._guess()

    def _own_it(self, name: str, text: str) -> None:
        # Emptied, it may be guessed again.
        self._own.add(name) if text else self._own.discard(name)

    @Slot()
    def _on_security_activated(self) -> None:
        self._own.add("security")
        if "port" not in self._own:
            self.port.setText(str(USUAL_PORTS[Security(self.security.currentData())]))
            self._forget(self.port)
        self._note_edited(self.security)

    @Slot()
    def _on_imap_security_activated(self) -> None:
        self._own.add("imap_security")
        # Also where it was kept: a port that is the usual one of another kind is nobody's own.
        if "imap_port" not in self._own or _number(self.imap_port.text()) in USUAL_IMAP_PORTS.values():
            self.imap_port.setText(str(USUAL_IMAP_PORTS[Security(self.imap_security.currentData())]))
            self._forget(self.imap_port)
        self._note_edited(self.imap_security)

    @Slot()
    def _on_login_activated(self) -> None:
        self._own.add("login")
        self._note_edited(self.login)

    def _note_edited(self, editor: QWidget, *_: object) -> None:
        self._forget(editor)
        self.edited.emit()

    @Slot(bool)
    def _on_shown_toggled(self, is_shown: bool) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)

    @Slot(bool)
    def _on_more_toggled(self, is_open: bool) -> None:
        self._rest.setVisible(is_open)
        self._on_theme_changed()
        self.grown.emit()

    @Slot()
    def _choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self.window(), _translate("Account", "Certificates to trust"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([_translate("Account", "Certificates (*.pem *.crt *.cer)"), "* (*)"])
        dialog.fileSelected.connect(self._on_dialog_file_selected)
        dialog.open()

    @Slot(str)
    def _on_dialog_file_selected(self, path: str) -> None:
        self.ca_file.setText(path)
        self._note_edited(self.ca_file)

    @Slot()
    def _on_theme_changed(self) -> None:
        icons = self._theme.icons
        self._shown.setIcon(icons.icon("eye", "muted"))
        self.more.setIcon(icons.icon("chevron-down" if self.more.isChecked() else "chevron-right", "muted"))


#: Fields that share a row with another.
_ROWS = {"port": "host", "imap_port": "imap_host", "per_hour": "per_minute", "per_day": "per_minute"}


def _place_words(has_keyring: bool) -> str:
    if has_keyring:
        return _translate("Account", "Kept in this computer's keyring.")
    return _translate("Account", "No keyring here: kept until Outtray ends, then asked for again.")


def _number(text: str) -> int:
    """Read a number; what is none becomes -1, which no field allows."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
