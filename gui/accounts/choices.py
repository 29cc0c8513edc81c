"""The kinds of security and of login, as a person chooses them."""

from PySide6.QtCore import QCoreApplication

from core.mail.smtp.server import Login, Security

_translate = QCoreApplication.translate


def security_words() -> dict[Security, str]:
    """Return how the way to a server can be kept, in the order in which it is offered."""
    return {
        Security.TLS: _translate("Account", "TLS from the start"),
        Security.STARTTLS: _translate("Account", "STARTTLS, required"),
        Security.NONE: _translate("Account", "None: to this computer only"),
    }


def login_words() -> dict[Login, str]:
    """Return how an account can log in, in the order in which it is offered."""
    return {
        Login.AUTO: _translate("Account", "Password, as the server offers"),
        Login.PLAIN: _translate("Account", "Password by PLAIN"),
        Login.LOGIN: _translate("Account", "Password by LOGIN"),
        Login.XOAUTH2: _translate("Account", "Access token in place of the password (XOAUTH2)"),
    }
