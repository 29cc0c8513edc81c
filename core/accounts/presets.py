"""What common providers want: server, port, user name, and what a person has to do there first.

As known in 2026; a provider may have changed since, so a person can change everything. A domain of one's own, whose
provider its name does not tell, has no preset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.mail.smtp.server import Login, Security

_TLS = Security.TLS
_STARTTLS = Security.STARTTLS


@dataclass(frozen=True)
class Preset:
    """How mail goes out by one provider."""

    #: As the provider calls itself.
    name: str
    host: str
    port: int
    security: Security
    #: What the provider wants, as a code of `core.words`; its place `provider` is in `values`.
    words: str
    #: The provider's own page about it, or "".
    url: str = ""
    #: What the user name is: the whole address, what stands before its @, or what the provider made up.
    user_rule: Literal["address", "local", "own"] = "address"
    login: Login = Login.AUTO
    #: Where its Sent folder is, or "" where that is not known.
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Security = _TLS

    @property
    def values(self) -> dict[str, str]:
        """What fills the places of the sentence `words`."""
        return {"provider": self.name}

    @property
    def is_oauth_only(self) -> bool:
        """True where no password is taken, only a token from a sign-in in a browser (OAuth)."""
        return self.login is Login.XOAUTH2

    def user_of(self, address: str) -> str:
        """Return the user name that belongs to an address; "" where it does not follow from it."""
        match self.user_rule:
            case "address":
                return address.strip()
            case "local":
                return address.strip().rpartition("@")[0]
        return ""


def guess(address: str) -> Preset | None:
    """Return what the provider of an address wants; None where it is not known, or the address is not finished.

    Pure and quick: it may be asked at every key. No name server is asked.
    """
    domain = address.strip().rpartition("@")[2].lower().rstrip(".>")
    if "@" not in address or not domain:
        return None
    # so-net.ne.jp and its like give each person a subdomain.
    return _PRESETS.get(domain) or _PRESETS.get("*." + domain.partition(".")[2])


def _presets() -> Iterator[tuple[Preset, str]]:
    app_password, plain = "preset_app_password", "preset_password"
    yield (
        Preset(
            "Gmail",
            "smtp.gmail.com",
            465,
            _TLS,
            app_password,
            "https://support.google.com/accounts/answer/185833",
            imap_host="imap.gmail.com",
        ),
        "gmail.com googlemail.com",
    )
    yield (
        Preset(
            "Outlook.com",
            "smtp-mail.outlook.com",
            587,
            _STARTTLS,
            "preset_token_only",
            "https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
            login=Login.XOAUTH2,
            imap_host="outlook.office365.com",
        ),
        "outlook.com outlook.de outlook.fr outlook.jp hotmail.com hotmail.co.uk hotmail.de hotmail.fr live.com msn.com",
    )
    yield (
        Preset(
            "Microsoft 365",
            "smtp.office365.com",
            587,
            _STARTTLS,
            "preset_token_only",
            "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission",
            login=Login.XOAUTH2,
            imap_host="outlook.office365.com",
        ),
        "*.onmicrosoft.com",
    )
    yield (
        Preset(
            "Yahoo",
            "smtp.mail.yahoo.com",
            465,
            _TLS,
            app_password,
            "https://help.yahoo.com/kb/SLN15241.html",
            imap_host="imap.mail.yahoo.com",
        ),
        "yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.ca yahoo.com.au",
    )
    yield (
        Preset("AOL", "smtp.aol.com", 465, _TLS, app_password, "https://help.aol.com/", imap_host="imap.aol.com"),
        "aol.com",
    )
    yield (
        Preset(
            "iCloud",
            "smtp.mail.me.com",
            587,
            _STARTTLS,
            app_password,
            "https://support.apple.com/102654",
            imap_host="imap.mail.me.com",
        ),
        "icloud.com me.com mac.com",
    )
    gmx_help = "https://hilfe.gmx.net/pop-imap/einschalten.html"
    yield (
        Preset("GMX", "mail.gmx.net", 465, _TLS, "preset_switch_on", gmx_help, imap_host="imap.gmx.net"),
        "gmx.de gmx.net gmx.at gmx.ch",
    )
    yield (
        Preset(
            "GMX", "mail.gmx.com", 465, _TLS, "preset_switch_on", "https://support.gmx.com/", imap_host="imap.gmx.com"
        ),
        "gmx.com gmx.us",
    )
    web_help = "https://hilfe.web.de/pop-imap/einschalten.html"
    yield (
        Preset("WEB.DE", "smtp.web.de", 587, _STARTTLS, "preset_switch_on", web_help, imap_host="imap.web.de"),
        "web.de",
    )
    yield (
        Preset(
            "Fastmail",
            "smtp.fastmail.com",
            465,
            _TLS,
            app_password,
            "https://www.fastmail.help/hc/en-us/articles/360058752854",
            imap_host="imap.fastmail.com",
        ),
        "fastmail.com fastmail.fm",
    )
    zoho_help = "https://www.zoho.com/mail/help/zoho-smtp.html"
    yield (
        Preset("Zoho Mail", "smtp.zoho.com", 465, _TLS, app_password, zoho_help, imap_host="imap.zoho.com"),
        "zoho.com zohomail.com",
    )
    yield (
        Preset("Zoho Mail", "smtp.zoho.eu", 465, _TLS, app_password, zoho_help, imap_host="imap.zoho.eu"),
        "zoho.eu zohomail.eu",
    )
    yield (
        Preset(
            "Proton Mail",
            "127.0.0.1",
            1025,
            _STARTTLS,
            "preset_bridge",
            "https://proton.me/mail/bridge",
            user_rule="own",
            imap_host="127.0.0.1",
            imap_port=1143,
            imap_security=_STARTTLS,
        ),
        "proton.me protonmail.com protonmail.ch pm.me",
    )
    yandex_help = "https://yandex.com/support/mail/mail-clients/others.html"
    yield (
        Preset("Yandex", "smtp.yandex.com", 465, _TLS, app_password, yandex_help, imap_host="imap.yandex.com"),
        "yandex.com yandex.ru ya.ru",
    )
    yield (
        Preset(
            "Mail.ru",
            "smtp.mail.ru",
            465,
            _TLS,
            app_password,
            "https://help.mail.ru/mail/mailer/popsmtp",
            imap_host="imap.mail.ru",
        ),
        "mail.ru bk.ru inbox.ru list.ru internet.ru",
    )
    code = "preset_code"
    yield (
        Preset("QQ", "smtp.qq.com", 465, _TLS, code, "https://service.mail.qq.com/", imap_host="imap.qq.com"),
        "qq.com foxmail.com",
    )
    netease_help = "https://help.mail.163.com/"
    for name in ("163.com", "126.com", "yeah.net"):
        yield Preset(f"NetEase {name}", f"smtp.{name}", 465, _TLS, code, netease_help, imap_host=f"imap.{name}"), name
    yield (
        Preset(
            "Yahoo! JAPAN",
            "smtp.mail.yahoo.co.jp",
            465,
            _TLS,
            "preset_switch_on",
            "https://support.yahoo-net.jp/",
            user_rule="local",
            imap_host="imap.mail.yahoo.co.jp",
        ),
        "yahoo.co.jp ymail.ne.jp",
    )
    yield (
        Preset("So-net", "mail.so-net.ne.jp", 587, _STARTTLS, plain, "https://support.so-net.ne.jp/"),
        "so-net.ne.jp *.so-net.ne.jp",
    )
    yield Preset("OCN", "smtp.ocn.ne.jp", 465, _TLS, plain, "https://support.ntt.com/ocn/"), "ocn.ne.jp *.ocn.ne.jp"


_PRESETS = {domain: preset for preset, domains in _presets() for domain in domains.split()}
