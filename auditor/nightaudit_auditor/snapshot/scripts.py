"""User data and other scripts, searched for secrets line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nightaudit_auditor.snapshot.detectors import detect, with_key_id
from nightaudit_auditor.snapshot.unpack import texts

_LINE, _OVERLAP = 16384, 8192
"""Characters: longer lines are searched piece by piece, and what is not longer than the overlap is whole in one of them."""
_MOST = _LINE + _OVERLAP
# The name is taken without giving any of it back: where it ends, no shorter one ends either.
_PAIR = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,63}+)["']?\s{0,8}(?:=>|[:=])\s{0,8}"""
    rf"""(?P<value>"[^"]{{0,{_MOST}}}"|'[^']{{0,{_MOST}}}'|[^\s"';&|,]{{1,{_MOST}}})"""
)
_FLAG = re.compile(
    r"--?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,63}+)\s{1,8}"
    rf"(?P<value>\"[^\"]{{0,{_MOST}}}\"|'[^']{{0,{_MOST}}}'|[^\s\"';&|-][^\s\"';&|]{{0,{_MOST}}})"
)
# What stands for a value: $VARIABLE, $(command), `command`, %VARIABLE%, {{ template }}, <placeholder>, [list].
_PLACEHOLDER = re.compile(r"[$`%<{\[]|\*{1,64}$|!(?:Ref|Sub|GetAtt)\b")


@dataclass(frozen=True)
class Found:
    """A secret in a script: the name it goes by (empty if it has none), its detector, the text that is the secret."""

    name: str
    detector: str
    value: str


def secrets_in(data: str) -> tuple[Found, ...]:
    """The secrets in base64 user data, each once, in the order of the text. Raises UnpackError; malformed MIME may raise anything."""
    found: dict[Found, None] = {}
    for text in texts(data):
        found.update(dict.fromkeys(scan(text)))
    return tuple(found)


def scan(text: str) -> Iterator[Found]:
    """The secrets in a text of many lines, each line by itself."""
    siblings = with_key_id({"": text})
    for line in lines(text):
        named = [
            Found(_shown(name), detector, value)
            for name, value in _pairs(line)
            if (detector := detect(name, value, siblings))
        ]
        yield from named
        detector = detect("", line)
        if detector and all(found.detector != detector for found in named):
            yield Found("", detector, line)


def lines(text: str) -> Iterator[str]:
    """The lines of a text, a long one in pieces that overlap."""
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
