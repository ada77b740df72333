"""Foreign text as Slack's mrkdwn, so that it is shown literally.

Slack documents an escape for `&`, `<` and `>` only (Formatting text for app surfaces, "Escaping text"). It has none for
`*`, `_`, `~`, a backtick or `:emoji:`, but it formats nothing inside a code span: words that hold one of them become
code. A backtick, which would end the span, is written as its look-alike U+02CB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, urlsplit

from nightaudit_auditor.report.visible import visible

_FORMATS = re.compile(r"[*_~`]|:[^:]+:|^[@#]|://")
_GRAVE = "\u02cb"
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"
_CODE_MARKS = 2
_LONGEST_ENTITY = len("&amp;")


def code(text: str) -> str:
    """The whole text as one code span: for identifiers."""
    return f"`{_entities(visible(text)).replace('`', _GRAVE)}`" if text else ""


def prose(text: str) -> str:
    """Text in which only the words that Slack would format, link or draw as an emoji are code."""
    return " ".join(_word(word) for word in visible(text).split(" "))


def link(url: str, label: str) -> str:
    """A link, if the address is one of the Web; else the address as code."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return code(url)
    return f"<{_entities(quote(url, safe=_URL_SAFE))}|{_entities(label)}>"


def pieces(text: str, most: int, *, as_code: bool = False) -> Iterator[str]:
    """`prose(text)` or `code(text)`, cut into parts of at most `most` characters, between words where there are any.

    No part ends inside an entity or a code span, and together they hold every character. `most` is at least 16.
    """
    render = code if as_code else prose
    piece, length = "", 0
    for part in _parts(visible(text), (most - _CODE_MARKS) // _LONGEST_ENTITY):
        bound = len(_entities(part)) + _CODE_MARKS
        if piece and length + bound > most:
            yield render(piece)
            piece, length = "", 0
        piece += part
        length += bound
    if piece:
        yield render(piece)


def short(text: str, most: int, *, as_code: bool = False) -> str:
    """The beginning of the text in at most `most` characters, with an ellipsis if there is more of it."""
    parts = list(islice(pieces(text, most, as_code=as_code), 2))
    if len(parts) < 2:
        return "".join(parts)
    return f"{next(pieces(text, most - 1, as_code=as_code)).rstrip()}…"


def plain(text: str, most: int) -> str:
    """At most `most` characters for a place where Slack formats nothing, such as a header."""
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _parts(text: str, most: int) -> Iterator[str]:
    """The words, each with the spaces after it, none longer than `most`."""
    for word in re.findall(r"[^ ]+ *| +", text):
        for start in range(0, len(word), most):
            yield word[start : start + most]


def _word(word: str) -> str:
    return code(word) if _FORMATS.search(word) else _entities(word)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
