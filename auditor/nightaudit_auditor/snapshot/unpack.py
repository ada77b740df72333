"""User data, unpacked as cloud-init does it, within bounds: what is over them is made to keep its reader busy.

Base64 outside, then plain text, gzip, or a MIME multipart whose parts are packed likewise (EC2 User Guide, "Run commands when
you launch an EC2 instance with user data input"; cloud-init documentation, "User-data formats").
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import zlib
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

LIMIT = 1024 * 1024
"""Characters or bytes of one value that are examined: EC2 takes 16 KiB of user data packed, CloudFormation 1 MB of a template."""
_TOTAL = 2 * LIMIT  # bytes of all that comes out of one value, at every step
_DEPTH = 4
_HEAD = 4096  # bytes: cloud-init looks no further for a message's headers
_NESTED = 16
_PARTS = 256
_HEADER = 8192  # characters of one header with what continues it
_GZIP = b"\x1f\x8b"


class UnpackError(Exception):
    """The data is packed in a way that cannot be undone; the message says at which step, and holds nothing of the data."""


class _Headers(Compat32):
    """Refuses a header that is too long: the email package takes parameters apart in time that grows with its square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        if sum(map(len, sourcelines)) > _HEADER:
            raise UnpackError("multipart with a header that is too long")
        return super().header_source_parse(sourcelines)


_POLICY = _Headers()


class _Budget:
    """What may still be unpacked of one value."""

    def __init__(self) -> None:
        self._bytes = _TOTAL
        self._parts = _PARTS

    def spend(self, count: int) -> None:
        """Take `count` bytes off. Raises UnpackError."""
        self._bytes -= count
        if self._bytes < 0:
            raise UnpackError("too much once it is unpacked")

    def part(self, policy: Any = _POLICY) -> Message:
        """An empty message for the parser to fill. Raises UnpackError."""
        self._parts -= 1
        if self._parts < 0:
            raise UnpackError("multipart of too many parts")
        return Message(policy)


def texts(data: str) -> Iterator[str]:
    """All texts in base64 user data, from the outside to the inside. Raises UnpackError; malformed MIME may raise anything."""
    if len(data) > _TOTAL:
        raise UnpackError("too much")
    yield from _texts(_base64(data), _DEPTH, _Budget())


def _base64(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return data.encode("utf-8", "surrogatepass")  # who sent it unencoded gets it back so


def _texts(data: bytes, depth: int, budget: _Budget) -> Iterator[str]:
    if depth == 0:
        raise UnpackError("packed too often")
    budget.spend(len(data))
    if data.startswith(_GZIP):
        yield from _texts(_gunzip(data), depth - 1, budget)
        return
    yield data.decode("utf-8", "replace")
    head = data[:_HEAD].lower()
    if b"mime-version:" in head or b"multipart/" in head:
        for payload in _payloads(data.lstrip(), budget):
            yield from _texts(payload, depth - 1, budget)


def _payloads(data: bytes, budget: _Budget) -> Iterator[bytes]:
    """What the parts of a message hold, decoded; nothing if it is none."""
    lowered = data.lower()
    # A type must be named for each level, and the parser compares every line with the boundaries of all levels around it.
    if lowered.count(b"multipart/") + lowered.count(b"message/") > _NESTED:
        raise UnpackError("multipart nested too deeply")
    message = BytesParser(budget.part, policy=_POLICY).parsebytes(data)
    for part in message.walk():
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        # A text without headers is its own payload.
        if isinstance(payload, bytes) and len(payload) < len(data):
            yield payload


def _gunzip(data: bytes) -> bytes:
    # Of several streams one behind another cloud-init reads all, and so does GzipFile.
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        try:
            plain = file.read(LIMIT + 1)
        except EOFError as error:
            raise UnpackError("gzip that is cut short") from error
        except (OSError, zlib.error) as error:
            raise UnpackError("broken gzip") from error
    if len(plain) > LIMIT:
        raise UnpackError("gzip of too much")
    return plain
