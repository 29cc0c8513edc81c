"""TLS, verified, apart from the socket: bytes in, bytes out; and what is wrong with a certificate, in words.

No certificate is ever taken from a source that is not trusted, and there is no switch for it.
"""

import contextlib
import os
import ssl
from datetime import UTC, datetime
from pathlib import Path

from core.errors import PersonError
from core.mail.smtp.steps import TlsFailed
from core.paths import is_out_of_files

#: The first byte of a TLS record that a server may begin with: an alert, a handshake (RFC 8446, section 5.1).
_FIRST_BYTES = (0x15, 0x16)
#: X509_V_FLAG_NO_CHECK_TIME, which Python has no name for.
_NO_CHECK_TIME = 0x200000
#: OpenSSL's numbers (X509_V_ERR_…), by what they are called here.
_CODES = {
    2: "certificate_unknown",
    9: "certificate_early",
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_unknown",
    20: "certificate_unknown",
    21: "certificate_unknown",
    62: "certificate_name",
    64: "certificate_name",
}
_READ_BYTES = 256 * 1024
#: The files in which systems keep the certificates they trust: Debian and Arch; Fedora; openSUSE; RHEL; Alpine and
#: macOS. (As in Go's crypto/x509, root_linux.go.)
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def context(ca_file: Path | None) -> ssl.SSLContext:
    """Make what verifies certificates: by `ca_file` alone where there is one, else by the machine's own.

    Reads files. Raises `PersonError` (`ca_file_bad`, `files_out`).
    """
    ca_file = ca_file or _bundle_elsewhere()
    try:
        made = ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError) as error:
        if is_out_of_files(error):
            raise PersonError("files_out") from None
        why = getattr(error, "strerror", None) or "it holds no certificate"
        raise PersonError(
            "ca_file_bad", path=ca_file, why="it holds no certificate" if _is_ssl(error) else why
        ) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def looking_context(ca_file: Path | None) -> ssl.SSLContext:
    """Make what also lets a certificate through that is for another name or another time, but from a trusted source.

    Only to read from it what is wrong: nobody logs in, and nothing is sent, where it was used. See `explain`.
    """
    made = context(ca_file)
    made.check_hostname = False
    made.verify_flags |= _NO_CHECK_TIME
    return made


class Layer:
    """One side of a TLS connection. Never touches a socket: what it wants written is in `outgoing`."""

    def __init__(self, made: ssl.SSLContext, host: str) -> None:
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = made.wrap_bio(self._in, self._out, server_hostname=host)
        self._is_begun = False
        #: The server said that nothing follows.
        self.is_ended = False

    def shake(self, received: bytes) -> bool:
        """Go on with the handshake; True when it is done. Raises `TlsFailed`."""
        if received and not self._is_begun:
            self._is_begun = True
            if received[0] not in _FIRST_BYTES:
                raise TlsFailed("tls_not_tls")
        self._in.write(received)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLCertVerificationError as error:
            code = _CODES.get(error.verify_code, "certificate_bad")
            raise TlsFailed(code, error.verify_code, **_values(code, error.verify_message)) from None
        except ssl.SSLError as error:
            raise TlsFailed("tls_failed", why=_why(error)) from None
        except ValueError as error:  # a host name that no certificate can be for
            raise TlsFailed("tls_failed", why=str(error)) from None
        return True

    def outgoing(self) -> bytes:
        """Return what is to be written to the socket now."""
        return self._out.read()

    def encode(self, data: bytes) -> bytes:
        """Return `data` as it is written to the socket."""
        self._tls.write(data)
        return self._out.read()

    def decode(self, received: bytes) -> bytes:
        """Return what the server said. Raises `ssl.SSLError` when it was changed on the way."""
        self._in.write(received)
        said = b""
        while True:
            try:
                piece = self._tls.read(_READ_BYTES)
            except ssl.SSLWantReadError:
                return said
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                piece = b""
            except ssl.SSLError:
                if not said:
                    raise
                piece = b""  # what was sealed before it counts, and nothing behind it
            if not piece:
                self.is_ended = True
                return said
            said += piece

    def goodbye(self) -> bytes:
        """Return the notice that we write nothing more."""
        with contextlib.suppress(ssl.SSLError, ValueError):
            self._tls.unwrap()  # it wants to wait for the other side's notice, which nobody needs
        return self._out.read()

    @property
    def words(self) -> str:
        """Protocol and cipher: `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
        cipher = self._tls.cipher()
        return f"{self._tls.version()} {cipher[0] if cipher else ''}".rstrip()

    def certificate(self) -> dict[str, object]:
        """Return what the verified certificate says, as `ssl` puts it."""
        return dict(self._tls.getpeercert() or {})


def is_explainable(failed: TlsFailed) -> bool:
    """Say whether a look at the certificate would tell more: its names, its dates."""
    return failed.code in ("certificate_name", "certificate_expired", "certificate_early")


def explain(failed: TlsFailed, certificate: dict[str, object]) -> TlsFailed:
    """Return the failure with what is in the certificate: the names it is for, the day it ends or begins."""
    return TlsFailed(failed.code, failed.verify_code, **_values(failed.code, "", certificate))


def names(certificate: dict[str, object]) -> list[str]:
    """Return the host names and addresses a certificate is for, as many as a sentence holds."""
    alternatives = certificate.get("subjectAltName", ())
    assert isinstance(alternatives, tuple)
    return [str(name) for kind, name in alternatives if kind in ("DNS", "IP Address")][:5]


def day(certificate: dict[str, object], key: str) -> str:
    """Return the day of `notAfter` or `notBefore`, as 2026-11-30; "" where it cannot be read."""
    value = certificate.get(key)
    if not isinstance(value, str):
        return ""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(value), UTC).date().isoformat()


def _bundle_elsewhere() -> Path | None:
    """Find the machine's own certificates where OpenSSL does not look for them; None where it does, or is told to.

    The OpenSSL of a packaged program looks only where the system keeps them on which it was built.
    """
    known = ssl.get_default_verify_paths()
    is_told = known.openssl_cafile_env in os.environ or known.openssl_capath_env in os.environ
    if is_told or known.cafile is not None or known.capath is not None:
        return None
    return next((path for path in map(Path, _BUNDLES) if path.is_file()), None)


def _values(code: str, why: str, certificate: dict[str, object] | None = None) -> dict[str, str]:
    found = certificate or {}
    if code == "certificate_name":
        return {"names": ", ".join(names(found)) or "?"}
    if code in ("certificate_expired", "certificate_early"):
        return {"at": day(found, "notAfter" if code == "certificate_expired" else "notBefore") or "?"}
    return {"why": why} if code == "certificate_bad" else {}


def _why(error: ssl.SSLError) -> str:
    return (error.reason or "it broke off").replace("_", " ").lower()


def _is_ssl(error: Exception) -> bool:
    return isinstance(error, ssl.SSLError)
