"""Slack's limits.

Documented: chat.postMessage and Block Kit's reference. Measured: the sum over all blocks, which Slack does not document
(slackapi/bolt-js issues 2509 and 2867 report `msg_blocks_too_long` from about 11,300 characters on).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

Block = dict[str, object]

HEADER_CHARACTERS = 150
SECTION_CHARACTERS = 3000
TEXT_CHARACTERS = 4000  # beyond, Slack advises against; beyond 40,000 it truncates
BLOCKS = 50
MESSAGE_CHARACTERS = 10_000
"""Our own bound on the JSON of a message's blocks, under what Slack was measured to refuse."""

THREAD_MESSAGES = 10
"""A thread longer than this is a file instead: nobody reads it, and Slack takes about one message a second."""


def size(blocks: Sequence[Block]) -> int:
    """Characters of the blocks as JSON."""
    return len(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":")))
