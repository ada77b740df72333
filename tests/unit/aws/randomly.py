"""Policies at random, and how a verdict is held against what every concrete request says."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import Truth
from tests.unit.checks.build import OWN

USER = f"arn:aws:iam::{OWN}:user/ann"
_SUFFIXES = ("", "IfExists")


def condition(operators: list[str], keys: list[str], values: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A condition with one of the operators, as it is or IfExists, on one of the keys."""
    return st.builds(
        lambda operator, suffix, key, found: {f"{operator}{suffix}": {key: found}},
        st.sampled_from(operators), st.sampled_from(_SUFFIXES), st.sampled_from(keys), st.lists(st.sampled_from(values), min_size=1, max_size=2),
    )  # fmt: skip


def one_of(*names: str, values: list[Any], several: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """One of the elements, with one of the values or several."""
    found = st.sampled_from(values)
    given_ = st.one_of(found, st.lists(found, min_size=1, max_size=2)) if several else found
    return st.builds(lambda name, value: {name: value}, st.sampled_from(names), given_)


def readings_of(documents: list[dict[str, Any]]) -> Counter[str]:
    """How often each key is read: as a condition's, and as a variable."""
    found: Counter[str] = Counter()
    for document in documents:
        for statement in document["Statement"]:
            found.update(key.lower() for keys in statement.get("Condition", {}).values() for key in keys)
        if document.get("Version") == "2012-10-17":
            found.update(key.lower() for key in re.findall(r"\$\{([^},*?$]+)", json.dumps(document)))
    return found


def hold(verdict: Truth, outcomes: set[bool], *, exactly: bool) -> None:
    """YES is allowed in all, NO in none; MAYBE, if it is exact, in some."""
    if verdict is not Truth.MAYBE:
        assert outcomes == {verdict is Truth.YES}
    elif exactly:
        assert outcomes == {True, False}


def relevant(behind: dict[str, list[tuple[str, ...] | None]], readings: Counter[str]) -> dict[str, Any]:
    """What is behind the keys that are read at all."""
    return {key: values for key, values in behind.items() if key in readings}
