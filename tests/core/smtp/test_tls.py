"""TLS apart from the socket: what passes, what does not, and what is said of a certificate."""

import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from core.errors import PersonError
from core.mail.smtp.steps import TlsFailed
from core.mail.smtp.tls import Layer, context, day, explain, is_explainable, looking_context, names

_HOST = "mail.example.test"
_YESTERDAY = datetime.now(UTC) - timedelta(days=1)
_TOMORROW = datetime.now(UTC) + timedelta(days=1)


class _Side:
    """The server's side of a handshake, in memory."""

    def __init__(self, cert: trustme.LeafCert, most: ssl.TLSVersion | None = None) -> None:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(made)
        if most:
            made.maximum_version = most
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = made.wrap_bio(self._in, self._out, server_side=True)

    def answer(self, received: bytes) -> bytes:
        self._in.write(received)
        with contextlib.suppress(ssl.SSLError):
            self._tls.do_handshake()
        return self._out.read()

    def say(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._out.read()

    def hear(self, received: bytes) -> bytes:
        self._in.write(received)
        return self._tls.read(1_000_000)

    def end(self) -> bytes:
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        return self._out.read()


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return path


def _shaken(made: ssl.SSLContext, side: _Side, host: str = _HOST) -> Layer:
    layer = Layer(made, host)
    received = b""
    while not layer.shake(received):
        received = side.answer(layer.outgoing())
    received = side.answer(layer.outgoing())
    assert layer.decode(received) == b""
    return layer


@pytest.mark.parametrize(
    ("host", "named"),
    [
        (_HOST, _HOST),
        (_HOST, "*.example.test"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("MAIL.example.TEST", _HOST),
    ],
)
def test_a_good_certificate_passes(ca: trustme.CA, ca_file: Path, host: str, named: str) -> None:
    """By its name, a wildcard, an address; and what is said goes both ways."""
    side = _Side(ca.issue_cert(named))
    layer = _shaken(context(ca_file), side, host)
    assert layer.words.startswith("TLSv1.3 TLS_")
    assert side.hear(layer.encode(b"EHLO x\r\n")) == b"EHLO x\r\n"
    assert layer.decode(side.say(b"250 Ok\r\n")) == b"250 Ok\r\n"
    assert not layer.is_ended
    assert layer.decode(side.say(b"421 Bye\r\n") + side.end()) == b"421 Bye\r\n"
    assert layer.is_ended


@pytest.mark.parametrize("size", [1, 17, 4096])
def test_pieces_of_any_size_are_put_together(ca: trustme.CA, ca_file: Path, size: int) -> None:
    """A record comes out when its last byte is there."""
    side = _Side(ca.issue_cert(_HOST))
    layer = _shaken(context(ca_file), side)
    left = side.say(b"250-a\r\n") + side.say(b"250 b\r\n" * 5000)
    got = b""
    while left:
        got += layer.decode(left[:size])
        left = left[size:]
    assert got == b"250-a\r\n" + b"250 b\r\n" * 5000


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_what_was_changed_on_the_way_is_not_believed(ca: trustme.CA, ca_file: Path, place: int) -> None:
    """One flipped bit, and nothing comes out."""
    side = _Side(ca.issue_cert(_HOST))
    layer = _shaken(context(ca_file), side)
    record = bytearray(side.say(b"250 Ok, all of it\r\n"))
    record[place] ^= 0x40
    try:
        said = layer.decode(bytes(record))
    except ssl.SSLError:
        said = b""
    assert said == b""


def test_what_was_sealed_counts_and_nothing_behind_it(ca: trustme.CA, ca_file: Path) -> None:
    """B8: a server's clear words behind its sealed ones, as Exim's when it is stopped: the sealed ones come out."""
    side = _Side(ca.issue_cert(_HOST))
    layer = _shaken(context(ca_file), side)
    assert layer.decode(side.say(b"250 Ok\r\n") + b"421 mx.example.test closing\r\n") == b"250 Ok\r\n"
    assert layer.is_ended


def test_tls_before_1_2_is_refused(ca: trustme.CA, ca_file: Path) -> None:
    """Nothing older is spoken."""
    made = context(ca_file)
    assert made.minimum_version is ssl.TLSVersion.TLSv1_2
    assert _shaken(made, _Side(ca.issue_cert(_HOST), ssl.TLSVersion.TLSv1_2)).words.startswith("TLSv1.2 ")


def _failure(made: ssl.SSLContext, cert: trustme.LeafCert, host: str = _HOST) -> TlsFailed:
    with pytest.raises(TlsFailed) as failed:
        _shaken(made, _Side(cert), host)
    return failed.value


def test_each_fault_of_a_certificate_has_its_own_code(ca: trustme.CA, ca_file: Path) -> None:
    """Wrong name, wrong address, expired, not yet valid, unknown source."""
    made = context(ca_file)
    old = ca.issue_cert(_HOST, not_before=_YESTERDAY - timedelta(days=9), not_after=_YESTERDAY)
    early = ca.issue_cert(_HOST, not_before=_TOMORROW, not_after=_TOMORROW + timedelta(days=9))
    assert _failure(made, ca.issue_cert("other.example.test")).code == "certificate_name"
    assert _failure(made, ca.issue_cert("127.0.0.2"), "127.0.0.1").code == "certificate_name"
    assert _failure(made, old).code == "certificate_expired"
    assert _failure(made, early).code == "certificate_early"
    assert _failure(made, trustme.CA().issue_cert(_HOST)).code == "certificate_unknown"


def test_a_second_look_tells_names_and_days(ca: trustme.CA, ca_file: Path) -> None:
    """From a certificate of a trusted source only: what anybody could have written is not repeated."""
    look = looking_context(ca_file)
    old = ca.issue_cert(_HOST, "b.example.test", not_before=_YESTERDAY - timedelta(days=9), not_after=_YESTERDAY)
    failed = _failure(context(ca_file), old)
    assert is_explainable(failed)
    assert explain(failed, _shaken(look, _Side(old)).certificate()).values == {"at": _YESTERDAY.date().isoformat()}
    other = ca.issue_cert("a.example.test", "b.example.test")
    failed = _failure(context(ca_file), other)
    assert explain(failed, _shaken(look, _Side(other)).certificate()).values == {
        "names": "a.example.test, b.example.test"
    }
    assert _failure(look, trustme.CA().issue_cert(_HOST)).code == "certificate_unknown"


def test_a_certificate_that_says_nothing() -> None:
    """Sentences have something to say all the same."""
    assert explain(TlsFailed("certificate_name", 62), {}).values == {"names": "?"}
    assert (names({}), day({}, "notAfter")) == ([], "")


def test_clear_text_in_place_of_tls_is_recognised(ca_file: Path) -> None:
    """A greeting, where a handshake is awaited."""
    layer = Layer(context(ca_file), _HOST)
    assert not layer.shake(b"")
    with pytest.raises(TlsFailed) as failed:
        layer.shake(b"220 mx.example.com ESMTP\r\n")
    assert failed.value.code == "tls_not_tls"


@pytest.mark.parametrize(
    "said", [b"\x16\x03\x01\xff\xff", b"\x15\x03\x03\x00\x02\x02\x28", b"\x16\x03\x03\x00\x04abcd"]
)
def test_a_handshake_of_garbage_fails_in_words(ca_file: Path, said: bytes) -> None:
    """An alert, a record of nonsense: `tls_failed`, or a wait for the rest that the deadline ends."""
    layer = Layer(context(ca_file), _HOST)
    layer.shake(b"")
    code = "waits"
    try:
        layer.shake(said)
    except TlsFailed as failed:
        code = failed.code
    assert code in ("waits", "tls_failed")


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"])
def test_a_ca_file_that_is_none(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty, or holding no certificate: said with its path."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PersonError) as raised:
        context(path)
    assert raised.value.code == "ca_file_bad"
    assert raised.value.values["path"] == str(path)


def test_a_ca_file_stands_in_for_the_machines_own(ca_file: Path) -> None:
    """Only what is in it is trusted."""
    assert len(context(ca_file).get_ca_certs()) == 1
    assert context(None).verify_mode is ssl.CERT_REQUIRED
    assert context(None).check_hostname


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that keeps its certificates where this OpenSSL does not look."""
    known = ssl.get_default_verify_paths()._replace(cafile=None, capath=None)  # type: ignore[arg-type]  # typeshed has str
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: known)
    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", lambda _: None)
    for name in (known.openssl_cafile_env, known.openssl_capath_env):
        monkeypatch.delenv(name, raising=False)


def _bundles(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    monkeypatch.setattr("core.mail.smtp.tls._BUNDLES", tuple(map(str, paths)))


@pytest.mark.usefixtures("elsewhere")
def test_certificates_are_found_where_another_system_keeps_them(
    ca: trustme.CA, ca_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packaged program on another Linux: the first file that is there is trusted, and verifies as usual."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    _bundles(monkeypatch, tmp_path / "missing.crt", tmp_path, ca_file, other)
    _shaken(context(None), _Side(ca.issue_cert(_HOST)))
    assert _failure(context(None), ca.issue_cert("other.example.test")).code == "certificate_name"
    assert _failure(context(other), ca.issue_cert(_HOST)).code == "certificate_unknown"
    assert _failure(context(None), trustme.CA().issue_cert(_HOST)).code == "certificate_unknown"


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_who_names_certificates_gets_those_only(
    name: str, ca: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment names is not made up for, also where it is not there."""
    _bundles(monkeypatch, ca_file)
    monkeypatch.setenv(name, "/nowhere")
    assert _failure(context(None), ca.issue_cert(_HOST)).code == "certificate_unknown"


@pytest.mark.parametrize("place", [{"cafile": "/there.pem"}, {"capath": "/there"}])
@pytest.mark.usefixtures("elsewhere")
def test_a_system_that_is_known_is_left_to_openssl(
    place: dict[str, str], ca: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where OpenSSL finds a file or a folder, nothing is added to it."""
    known = ssl.get_default_verify_paths()._replace(**place)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: known)
    _bundles(monkeypatch, ca_file)
    assert _failure(context(None), ca.issue_cert(_HOST)).code == "certificate_unknown"


@pytest.mark.usefixtures("elsewhere")
def test_no_certificates_anywhere_trusts_nobody(
    ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file at all, and one that holds none: nothing passes, and the second is named."""
    _bundles(monkeypatch, tmp_path / "missing.crt")
    assert _failure(context(None), ca.issue_cert(_HOST)).code == "certificate_unknown"
    (tmp_path / "empty.crt").write_text("")
    _bundles(monkeypatch, tmp_path / "empty.crt")
    with pytest.raises(PersonError, match=r"empty\.crt"):
        context(None)
