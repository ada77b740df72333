"""Block Kit's documented limits, checked as Slack checks them.

Sources: Slack's Block Kit reference (blocks, text object, button element) and chat.postMessage's own limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MOST_BLOCKS = 50
LONGEST_SECTION_TEXT = 3000
MOST_FIELDS = 10
LONGEST_FIELD = 2000
LONGEST_HEADER = 150
MOST_CONTEXT_ELEMENTS = 10
MOST_ACTIONS = 25
LONGEST_BUTTON_TEXT = 75
LONGEST_URL = 3000
LONGEST_BLOCK_ID = 255
LONGEST_MARKDOWN = 12000
LONGEST_IMAGE_ALT = 2000
LONGEST_TEXT = 40000

Problems = Iterator[str]


def problems(blocks: list[Any]) -> list[str]:
    """What is wrong with a message's blocks, in the words of Slack's response_metadata.messages; empty if nothing is."""
    if len(blocks) > MOST_BLOCKS:
        return [f"[ERROR] no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]"]
    found: list[str] = []
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        found.extend(_block(block, f"/blocks/{index}"))
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id is not None:
            if block_id in ids:
                found.append(_error("`block_id` already exists", f"/blocks/{index}/block_id"))
            ids.add(block_id)
    markdown = sum(
        len(str(one.get("text", ""))) for one in blocks if isinstance(one, dict) and one.get("type") == "markdown"
    )
    if markdown > LONGEST_MARKDOWN:
        found.append(_error(f"must be less than {LONGEST_MARKDOWN + 1} characters", "/blocks"))
    return found


def _error(message: str, pointer: str) -> str:
    return f"[ERROR] {message} [json-pointer:{pointer}]"


def _block(block: Any, at: str) -> Problems:
    if not isinstance(block, dict):
        yield _error("must be an object", at)
        return
    check = _CHECKS.get(str(block.get("type")))
    if check is None:
        yield _error(f"unsupported type: {block.get('type')}", f"{at}/type")
        return
    if len(str(block.get("block_id", ""))) > LONGEST_BLOCK_ID:
        yield _error(f"must be less than {LONGEST_BLOCK_ID + 1} characters", f"{at}/block_id")
    yield from check(block, at)


def _text(text: Any, at: str, longest: int, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")) -> Problems:
    if not isinstance(text, dict):
        yield _error("must be an object", at)
        return
    if text.get("type") not in kinds:
        yield _error(f"unsupported type: {text.get('type')}", f"{at}/type")
    said = text.get("text")
    if not isinstance(said, str):
        yield _error("missing required field: text", at)
    elif not said:
        yield _error("must be more than 0 characters", f"{at}/text")
    elif len(said) > longest:
        yield _error(f"must be less than {longest + 1} characters", f"{at}/text")


def _header(block: dict[str, Any], at: str) -> Problems:
    yield from _text(block.get("text"), f"{at}/text", LONGEST_HEADER, ("plain_text",))


def _section(block: dict[str, Any], at: str) -> Problems:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield _error("missing required field: text or fields", at)
    if block.get("text") is not None:
        yield from _text(block["text"], f"{at}/text", LONGEST_SECTION_TEXT)
    if fields is not None:
        if not isinstance(fields, list):
            yield _error("must be an array", f"{at}/fields")
            return
        if len(fields) > MOST_FIELDS:
            yield _error(f"no more than {MOST_FIELDS} items allowed", f"{at}/fields")
        for index, one in enumerate(fields):
            yield from _text(one, f"{at}/fields/{index}", LONGEST_FIELD)
    if (accessory := block.get("accessory")) is not None:
        yield from _element(accessory, f"{at}/accessory")


def _context(block: dict[str, Any], at: str) -> Problems:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield _error("missing required field: elements", at)
        return
    if len(elements) > MOST_CONTEXT_ELEMENTS:
        yield _error(f"no more than {MOST_CONTEXT_ELEMENTS} items allowed", f"{at}/elements")
    for index, one in enumerate(elements):
        if isinstance(one, dict) and one.get("type") == "image":
            yield from _image(one, f"{at}/elements/{index}")
        else:
            yield from _text(one, f"{at}/elements/{index}", LONGEST_SECTION_TEXT)


def _actions(block: dict[str, Any], at: str) -> Problems:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield _error("missing required field: elements", at)
        return
    if len(elements) > MOST_ACTIONS:
        yield _error(f"no more than {MOST_ACTIONS} items allowed", f"{at}/elements")
    for index, one in enumerate(elements):
        yield from _element(one, f"{at}/elements/{index}")


def _element(element: Any, at: str) -> Problems:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind == "image":
        yield from _image(element, at)
    elif kind == "button":
        yield from _text(element.get("text"), f"{at}/text", LONGEST_BUTTON_TEXT, ("plain_text",))
        if len(str(element.get("url", ""))) > LONGEST_URL:
            yield _error(f"must be less than {LONGEST_URL + 1} characters", f"{at}/url")
    else:
        yield _error(f"unsupported type: {kind}", f"{at}/type")


def _image(block: dict[str, Any], at: str) -> Problems:
    if not block.get("image_url") and not block.get("slack_file"):
        yield _error("missing required field: image_url", at)
    elif len(str(block.get("image_url", ""))) > LONGEST_URL:
        yield _error(f"must be less than {LONGEST_URL + 1} characters", f"{at}/image_url")
    alt = block.get("alt_text")
    if not isinstance(alt, str):
        yield _error("missing required field: alt_text", at)
    elif len(alt) > LONGEST_IMAGE_ALT:
        yield _error(f"must be less than {LONGEST_IMAGE_ALT + 1} characters", f"{at}/alt_text")


def _markdown(block: dict[str, Any], at: str) -> Problems:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield _error("missing required field: text", at)


def _divider(_divider_block: dict[str, Any], _at: str) -> Problems:
    yield from ()


_CHECKS: dict[str, Callable[[dict[str, Any], str], Problems]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "markdown": _markdown,
}
