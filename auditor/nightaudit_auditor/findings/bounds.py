"""How long the texts of a finding may be: a name of a megabyte must not be a megabyte in every run's memory, report and message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

NAME_CHARACTERS = 512
DETAIL_CHARACTERS = 4000
TAG_CHARACTERS = 256
"""AWS's own limit of a tag's value; its key has 128 (Tagging AWS Resources, "Tag naming limits and requirements")."""
TAGS = 60
"""AWS allows 50, and those that it sets itself besides."""
EVIDENCE_CHARACTERS = 50_000
"""Of the evidence as JSON: a resource policy is at most 20 KB."""
NOTE_CHARACTERS = 40
"""What `clip` adds to what it cuts, at most: who cuts again leaves room for it."""


def clip(text: str, most: int) -> str:
    """The text, or its beginning with a note of how long it is."""
    return text if len(text) <= most else f"{text[:most]}… (cut: {len(text):,} characters)"


def bounded_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags, at most 60 of them, each within AWS's limits; if there are more, the last one says how many."""
    kept = sorted(tags.items())[: TAGS if len(tags) <= TAGS else TAGS - 1]
    room = TAG_CHARACTERS + NOTE_CHARACTERS
    shown = {clip(key, room): clip(value, room) for key, value in kept}
    return shown if len(kept) == len(tags) else {**shown, "…": f"{len(tags) - len(kept)} more tags"}


def bounded_evidence(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence with every text in it cut to a detail's length; if it is too long even so, the beginning of its JSON as `cut`."""
    if len(msgspec.json.encode(evidence, enc_hook=str)) <= DETAIL_CHARACTERS:
        return dict(evidence)
    short: dict[str, Any] = _bounded(evidence)
    text = json.dumps(short, ensure_ascii=False, default=str)
    return short if len(text) <= EVIDENCE_CHARACTERS else {"cut": clip(text, DETAIL_CHARACTERS)}


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return clip(value, DETAIL_CHARACTERS)
    if isinstance(value, Mapping):
        return {clip(str(key), NAME_CHARACTERS): _bounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_bounded(each) for each in value]
    return value
