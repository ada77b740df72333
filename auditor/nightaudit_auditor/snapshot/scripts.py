"""User data: unpacked as cloud-init does it, and searched for secrets line by line.

Base64 outside, then plain text, gzip, or a MIME multipart whose parts are packed likewise (EC2 User Guide, "Run commands when
you launch an EC2 instance with user data input"; cloud-init documentation, "User-data formats").
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes

from nightaudit_auditor.snapshot.detectors import access_key_id, detect

_LIMIT = 1024 * 1024  # bytes: EC2 takes 16 KiB packed; more than this is made to burst its reader
_DEPTH = 4
_LINE, _OVERLAP = 8192, 512  # characters: longer lines are searched piece by piece
_GZIP = b"\x1f\x8b"
_MIME = re.compile(rb"\A\s*(?:[A-Za-z-]+:[^\n]*\n)*content-type:\s*multipart/", re.IGNORECASE)
_PAIR = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,63})["']?\s{0,8}(?:=>|[:=])\s{0,8}(?P<value>"[^"]*"|'[^']*'|[^\s"';&|,]+)"""
)
_FLAG = re.compile(
    r"--?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,63})\s{1,8}(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"';&|-][^\s\"';&|]*)"
)
# What stands for a value: $VARIABLE, $(command), `command`, %VARIABLE%, {{ template }}, <placeholder>, [list].
_PLACEHOLDER = re.compile(r"[$`%<{\[]|\*+$|!(?:Ref|Sub|GetAtt)\b")


class UnpackError(Exception):
    """The data is packed in a way that cannot be undone; the message says at which step."""


@dataclass(frozen=True)
class Found:
    """A secret in a script: the name it goes by (empty if it has none), its detector, the text that is the secret."""

    name: str
    detector: str
    value: str


def secrets_in(data: str) -> tuple[Found, ...]:
    """The secrets in base64 user data, each once, in the order of the text. Raises UnpackError."""
    found: dict[Found, None] = {}
    for text in _texts(_base64(data), _DEPTH):
        found.update(dict.fromkeys(scan(text)))
    return tuple(found)


def _base64(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return data.encode("utf-8", "surrogatepass")  # who sent it unencoded gets it back so


def _texts(data: bytes, depth: int) -> Iterator[str]:
    if depth == 0:
        raise UnpackError("packed too often")
    if data.startswith(_GZIP):
        yield from _texts(_gunzip(data), depth - 1)
    elif _MIME.match(data):
        for part in message_from_bytes(data.lstrip()).walk():
            payload = None if part.is_multipart() else part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield from _texts(payload, depth - 1)
    else:
        yield data.decode("utf-8", "replace")


def _gunzip(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, _LIMIT)
    except zlib.error as error:
        raise UnpackError("broken gzip") from error
    if stream.unconsumed_tail or not stream.eof:
        raise UnpackError("gzip that is cut short" if not stream.unconsumed_tail else "gzip of too much")
    return plain


def scan(text: str) -> Iterator[Found]:
    """The secrets in a text of many lines, each line by itself."""
    key_id = access_key_id(text)
    siblings = {"": key_id} if key_id else {}
    for line in _lines(text):
        named = [
            Found(_shown(name), detector, value)
            for name, value in _pairs(line)
            if (detector := detect(name, value, siblings))
        ]
        yield from named
        detector = detect("", line)
        if detector and all(found.detector != detector for found in named):
            yield Found("", detector, line)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for start in range(0, max(len(line), 1), _LINE):
            yield line[max(start - _OVERLAP, 0) : start + _LINE]


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """`NAME=value`, `name: value`, `--name value`, with or without quotes. What only stands for a value is left out."""
    for pattern in (_PAIR, _FLAG):
        for match in pattern.finditer(line):
            value = match["value"].strip("\"'")
            if value and not _PLACEHOLDER.match(value):
                yield match["name"], value


def _shown(name: str) -> str:
    """A name is stored: one that has itself the form of a secret is not."""
    return "" if detect("", name) else name
