"""Wildcards as AWS matches them: `*` any run of characters, `?` exactly one (IAM User Guide, "IAM JSON policy elements").

Both sides may be patterns: what a policy says on the left, and on the right a set of possible values. YES then means that
the left matches all of the right, MAYBE that it matches some.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nightaudit_auditor.aws.policy.truth import Truth, every

_MANY, _ONE = "\ue000", "\ue001"  # wildcards as private characters, so that a literal `*` stays a character
_CACHE = 65536


def wild(text: str) -> str:
    """A text in which `*` and `?` are wildcards."""
    return text.replace("*", _MANY).replace("?", _ONE)


@lru_cache(maxsize=_CACHE)
def match(pattern: str, values: str) -> Truth:
    """Whether `pattern` matches `values`; both as `wild` or plain text makes them."""
    if pattern in (values, _MANY):
        return Truth.YES
    if not is_wild(values):
        return Truth.YES if is_wild(pattern) and _expression(pattern).fullmatch(values) else Truth.NO
    if not _meets(pattern, values):
        return Truth.NO
    return Truth.YES if _covers(pattern, values) else Truth.MAYBE


@lru_cache(maxsize=_CACHE)
def match_action(pattern: str, action: str) -> Truth:
    """Actions are compared without regard to case; `action` is concrete."""
    return match(wild(pattern.lower()), action.lower())


@lru_cache(maxsize=_CACHE)
def match_arn(pattern: str, values: str) -> Truth:
    """ArnLike: each of the six parts by itself, so that a wildcard never reaches over a colon but in the last."""
    if pattern == _MANY:
        return Truth.YES
    left, right = pattern.split(":", 5), values.split(":", 5)
    if len(left) != 6 or len(right) != 6:
        return match(pattern, values)
    return every(match(a, b) for a, b in zip(left, right, strict=True))


@lru_cache(maxsize=_CACHE)
def _expression(pattern: str) -> re.Pattern[str]:
    """For single values, which are the rule: a regular expression is many times faster than the general comparison.

    What stands between two `*` has one length, so that its first place does as well as any other: without the atomic groups,
    a pattern of a few dozen wildcards is tried for hours.
    """
    first, *rest = (_fixed(part) for part in pattern.split(_MANY))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in middle if part)}.*{last}", re.DOTALL)


def _fixed(part: str) -> str:
    return "".join("." if char == _ONE else re.escape(char) for char in part)


def prefix(pattern: str) -> str:
    """What a `wild` pattern begins with, before its first wildcard."""
    return re.split(f"[{_MANY}{_ONE}]", pattern, maxsplit=1)[0]


def spelled(pattern: str, many: str, one: str) -> str:
    """One of the texts that a `wild` pattern matches: with these for its wildcards."""
    return pattern.replace(_MANY, many).replace(_ONE, one)


def is_wild(text: str) -> bool:
    """Whether a `wild` pattern has wildcards."""
    return _MANY in text or _ONE in text


def _covers(pattern: str, values: str) -> bool:
    """True if `pattern` matches every text of `values`: a wildcard there is met only by one that is at least as wide."""
    row = _closed({0}, pattern)
    for char in values:
        following: set[int] = set()
        for at in row:
            if at == len(pattern):
                continue
            token = pattern[at]
            if token == _MANY:
                following.add(at)
            elif token == char or (token == _ONE and char != _MANY):
                following.add(at + 1)
        row = _closed(following, pattern)
        if not row:
            return False
    return len(pattern) in row


def _closed(positions: set[int], pattern: str) -> set[int]:
    """With every position that is reached by letting a `*` match nothing."""
    closed = set(positions)
    pending = list(positions)
    while pending:
        at = pending.pop()
        if at < len(pattern) and pattern[at] == _MANY and at + 1 not in closed:
            closed.add(at + 1)
            pending.append(at + 1)
    return closed


def _meets(left: str, right: str) -> bool:
    """True if some text is matched by both."""
    seen: set[tuple[int, int]] = set()
    pending = [(0, 0)]
    while pending:
        state = pending.pop()
        if state in seen:
            continue
        seen.add(state)
        i, j = state
        if i == len(left) and j == len(right):
            return True
        a = left[i] if i < len(left) else ""
        b = right[j] if j < len(right) else ""
        if a == _MANY:
            pending.append((i + 1, j))
            if b and b != _MANY:
                pending.append((i, j + 1))
        if b == _MANY:
            pending.append((i, j + 1))
            if a and a != _MANY:
                pending.append((i + 1, j))
        if a and b and _MANY not in (a, b) and (a == b or _ONE in (a, b)):
            pending.append((i + 1, j + 1))
    return False
