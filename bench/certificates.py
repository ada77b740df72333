"""Throw-away certificates for whatever host a client names, from an authority that only the benchmark trusts."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botocore.httpsession import get_cert_path
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

AUTHORITY = "bundle.pem"
"""The usual bundle of public authorities with the benchmark's own at its end: what a client has to load."""


class Certificates:
    """An authority in `folder`, and one certificate for each parent domain. RSA 2048, as AWS has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "benchmark authority")])
        self._contexts: dict[str, ssl.SSLContext] = {}
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = self._builder(self._name).add_extension(constraints, critical=True).sign(self._key, hashes.SHA256())
        public = Path(str(get_cert_path(True))).read_bytes()
        (folder / AUTHORITY).write_bytes(public + b"\n" + own.public_bytes(serialization.Encoding.PEM))

    def context(self) -> ssl.SSLContext:
        """A server's TLS context that shows a certificate for the name that the client asks for."""
        first = self._context("localhost")

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                connection.context = self._context(name)

        first.sni_callback = choose
        return first

    def _context(self, host: str) -> ssl.SSLContext:
        _, dot, parent = host.partition(".")
        wanted = f"*.{parent}" if dot else host
        if wanted not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate(wanted))
            self._contexts[wanted] = context
        return self._contexts[wanted]

    def _certificate(self, name: str) -> Path:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        made = self._builder(subject).add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / f"{len(self._contexts)}.pem"
        path.write_bytes(key + made.public_bytes(serialization.Encoding.PEM))
        return path

    def _builder(self, subject: x509.Name) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
        )
