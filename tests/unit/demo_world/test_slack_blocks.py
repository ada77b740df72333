"""Block Kit's limits, refused as Slack refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from demo.slack.blocks import problems


def text(length: int, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": "x" * length}


def button(label: int = 5, url: str = "https://example.com") -> dict[str, Any]:
    return {"type": "button", "text": text(label, "plain_text"), "url": url}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "divider"},
        {"type": "header", "text": text(150, "plain_text")},
        {"type": "section", "text": text(3000)},
        {"type": "section", "fields": [text(2000)] * 10},
        {"type": "section", "text": text(1), "accessory": button(75)},
        {"type": "context", "elements": [text(1)] * 10},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}]},
        {"type": "actions", "elements": [button()] * 25},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
        {"type": "markdown", "text": "x" * 12000},
    ],
)
def test_what_is_within_the_limits_passes(block: dict[str, Any]) -> None:
    assert problems([block]) == []


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ("text", "/blocks/0"),
        ({"type": "table"}, "/blocks/0/type"),
        ({"type": "header", "text": text(151, "plain_text")}, "/blocks/0/text/text"),
        ({"type": "header", "text": text(1)}, "/blocks/0/text/type"),
        ({"type": "section"}, "/blocks/0"),
        ({"type": "section", "text": text(3001)}, "/blocks/0/text/text"),
        ({"type": "section", "text": text(0)}, "/blocks/0/text/text"),
        ({"type": "section", "text": "plain"}, "/blocks/0/text"),
        ({"type": "section", "text": {"type": "mrkdwn"}}, "/blocks/0/text"),
        ({"type": "section", "fields": "no list"}, "/blocks/0/fields"),
        ({"type": "section", "fields": [text(1)] * 11}, "/blocks/0/fields"),
        ({"type": "section", "fields": [text(2001)]}, "/blocks/0/fields/0/text"),
        ({"type": "section", "text": text(1), "accessory": button(76)}, "/blocks/0/accessory/text/text"),
        ({"type": "section", "text": text(1), "accessory": {"type": "slider"}}, "/blocks/0/accessory/type"),
        ({"type": "context", "elements": []}, "/blocks/0"),
        ({"type": "context", "elements": [text(1)] * 11}, "/blocks/0/elements"),
        ({"type": "actions"}, "/blocks/0"),
        ({"type": "actions", "elements": [button()] * 26}, "/blocks/0/elements"),
        ({"type": "actions", "elements": [button(url="https://" + "x" * 3000)]}, "/blocks/0/elements/0/url"),
        ({"type": "image", "alt_text": "a"}, "/blocks/0"),
        ({"type": "image", "image_url": "https://example.com/" + "a" * 3000, "alt_text": "a"}, "/blocks/0/image_url"),
        ({"type": "image", "image_url": "https://example.com"}, "/blocks/0"),
        ({"type": "image", "image_url": "https://example.com", "alt_text": "a" * 2001}, "/blocks/0/alt_text"),
        ({"type": "markdown", "text": ""}, "/blocks/0"),
        ({"type": "markdown", "text": "x" * 12001}, "/blocks"),
        ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id"),
    ],
)
def test_what_breaks_a_limit_is_named_by_its_pointer(block: object, pointer: str) -> None:
    found = problems([block])
    assert any(one.endswith(f"[json-pointer:{pointer}]") for one in found), found


def test_fifty_blocks_pass_and_fifty_one_do_not() -> None:
    assert problems([{"type": "divider"}] * 50) == []
    assert problems([{"type": "divider"}] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_block_id_is_given_once() -> None:
    twice = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]
    assert problems(twice) == ["[ERROR] `block_id` already exists [json-pointer:/blocks/1/block_id]"]
