"""Certificates for the servers of the tests, from an authority of the tests' own."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

#: Names that no one else has (RFC 6761). In a test they are made to lead to 127.0.0.1.
HOST = "mail.example.test"


class Authority:
    """Issues certificates, each in a context for a server. `ca_file` is what an account trusts."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self._folder = folder
        self.ca_file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca_file)

    def good(self, *names: str) -> ssl.SSLContext:
        """Return a context with a certificate for these names or addresses."""
        return self._context(self._ca.issue_cert(*(names or (HOST, "localhost", "127.0.0.1"))))

    def expired(self, name: str = HOST) -> ssl.SSLContext:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return self._context(self._ca.issue_cert(name, not_before=yesterday - timedelta(days=10), not_after=yesterday))

    def early(self, name: str = HOST) -> ssl.SSLContext:
        """Return a context whose certificate is valid from tomorrow on."""
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        return self._context(self._ca.issue_cert(name, not_before=tomorrow, not_after=tomorrow + timedelta(days=10)))

    def unknown(self, name: str = HOST) -> ssl.SSLContext:
        """Return a context whose certificate is by an authority that nobody trusts."""
        return self._context(trustme.CA().issue_cert(name))

    def self_signed(self) -> ssl.SSLContext:
        """Return a context whose certificate is signed by itself."""
        other = trustme.CA()
        pem = self._folder / "self-signed.pem"
        pem.write_bytes(other.private_key_pem.bytes() + other.cert_pem.bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def write(self, folder: Path, *names: str) -> Path:
        """Write a certificate for these names with its key into one file, as Postfix reads it."""
        cert = self._ca.issue_cert(*names)
        pem = folder / "server.pem"
        pem.write_bytes(cert.private_key_pem.bytes() + b"".join(blob.bytes() for blob in cert.cert_chain_pems))
        pem.chmod(0o600)
        return pem

    @staticmethod
    def _context(cert: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(context)
        return context
