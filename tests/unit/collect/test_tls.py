"""TLS with a certificate authority of one's own, also through a proxy that only passes bytes on."""

from __future__ import annotations

import asyncio
import ssl
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import botocore.session
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nightaudit_auditor.collect.wire import Answer, Wire, WireError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def _certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    path = folder / "certificate.pem"
    path.write_bytes(pem)
    return path


@dataclass
class _Proxy:
    """A proxy that understands CONNECT; `tunnels` are the hosts it was asked for."""

    url: str = ""
    tunnels: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split()
        assert method == "CONNECT"
        self.tunnels.append(target)
        host, _, port = target.partition(":")
        upstream_reader, upstream = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, upstream), _pump(upstream_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(ANSWER)
    await writer.drain()
    writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return _certificate(tmp_path)


@pytest.fixture
async def aws_url(certificate: Path) -> AsyncIterator[str]:
    """An HTTPS server with a certificate that only its own bundle vouches for."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _send(url: str) -> Answer:
    async with Wire(botocore.session.Session(), connections=2, user_agent="test") as wire:
        return await wire.send("GET", url, {}, b"")


async def test_a_bundle_of_ones_own_is_trusted(
    session: botocore.session.Session, aws_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert (await _send(aws_url)).body == b"ok"


async def test_a_bundle_in_the_configuration_file_is_trusted_too(
    session: botocore.session.Session, aws_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {certificate}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert (await _send(aws_url)).body == b"ok"


async def test_an_open_connection_holds_little_memory(
    session: botocore.session.Session, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    """A run has hundreds of them open."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def keep_open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(keep_open, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Wire(botocore.session.Session(), connections=10, user_agent="test") as wire:
        await wire.send("GET", url, {}, b"")
        tracemalloc.start()
        await asyncio.gather(*(wire.send("GET", url, {}, b"") for _ in range(10)))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # The server's end of each connection is in this process, too.
    assert held / 10 < 2 * 100_000


async def test_a_server_that_nobody_vouches_for_gets_no_request(
    session: botocore.session.Session, aws_url: str
) -> None:
    with pytest.raises(WireError, match="certificate verify failed"):
        await _send(aws_url)


async def test_a_proxy_only_passes_on_what_it_cannot_read(
    session: botocore.session.Session, aws_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    proxy = _Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await _send(aws_url)).body == b"ok"
    assert proxy.tunnels == [aws_url.removeprefix("https://")]
