"""A message as plain text, for terminals."""

from __future__ import annotations

import re
from typing import Any

_LINK = re.compile(r"<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]+))?>")


def plain(text: str, blocks: list[dict[str, Any]]) -> str:
    """The text of a message's blocks, a line for each, or its `text` if it has none."""
    lines = [line for block in blocks for line in _lines(block)] or [text]
    return "\n".join(_unmarked(line) for line in lines)


def _lines(block: dict[str, Any]) -> list[str]:
    found: list[str] = []
    text = block.get("text")
    if isinstance(text, dict):
        found.append(str(text.get("text", "")))
    elif isinstance(text, str):
        found.append(text)
    fields = [str(one.get("text", "")).replace("\n", " ") for one in block.get("fields") or ()]
    if fields:
        found.append("   ".join(fields))
    if block.get("type") == "context":
        found.append("   ".join(str(one.get("text") or one.get("alt_text", "")) for one in block["elements"]))
    for button in [*([block["accessory"]] if block.get("accessory") else []), *(block.get("elements") or ())]:
        if button.get("type") == "button" and button.get("url"):
            found.append(f"{button['text']['text']}: {button['url']}")
    return found


def _unmarked(line: str) -> str:
    line = _LINK.sub(lambda found: found["label"] or found["target"], line)
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
