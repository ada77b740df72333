"""Patterns against values and against sets of values, and what variables and ARNs make of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import FREE, Facts, Truth
from nightaudit_auditor.aws.policy.conditions import substitute
from nightaudit_auditor.aws.policy.match import match, match_action, match_arn, prefix, wild
from tests.unit.aws.oracle import like, plain

_TEXTS = ["".join(letters) for length in range(5) for letters in product("ab", repeat=length)]
_PATTERN = st.text(st.sampled_from("ab*?"), max_size=4)


@given(_PATTERN, _PATTERN)
def test_a_set_of_values_is_matched_by_all_some_or_none_of_its_members(pattern: str, values: str) -> None:
    """Members of up to four letters tell all apart: but `*` against `?*` and the like, whose difference is the empty text alone."""
    members = {text for text in _TEXTS if like(plain(values), text)}
    matched = {text for text in members if like(plain(pattern), text)}
    verdict = match(wild(pattern), wild(values))
    if verdict is Truth.NO:
        assert not matched
    elif verdict is Truth.YES:
        assert matched == members
    elif "*" not in pattern + values:
        assert matched
        assert matched != members


@pytest.mark.parametrize(
    ("pattern", "values", "expected"),
    [
        ("a*", "ab*", Truth.YES), ("ab*", "a*", Truth.MAYBE), ("a*b", "a?b", Truth.YES), ("a?b", "a*b", Truth.MAYBE), ("*a*", "?a?", Truth.YES),
        ("a*", "b*", Truth.NO), ("*a", "*b", Truth.NO), ("*a*b*", "*ab*", Truth.YES), ("*ab*", "*a*b*", Truth.MAYBE), ("**", "*", Truth.YES),
        ("?*", "*", Truth.MAYBE), ("*", "?", Truth.YES), ("?", "ab*", Truth.NO), ("a**b", "a*b", Truth.YES), ("a", "a*", Truth.MAYBE),
        ("ab", "?", Truth.NO), ("?b", "ab*", Truth.MAYBE), ("a*c*e", "a*b*c*d*e", Truth.YES), ("", "*", Truth.MAYBE), ("*", "", Truth.YES),
        ("a*a", "a", Truth.NO), ("a\n*", "a\nb", Truth.YES), ("a.c", "abc", Truth.NO), ("a*", "a\nb", Truth.YES), ("a?b", "a\nb", Truth.YES),
        ("a*bcdefg", "a?bcdefgbcdefg", Truth.YES), ("*a", "*aa", Truth.YES), ("*a", "?aa", Truth.YES), ("ab", "a?", Truth.MAYBE), ("***", "*", Truth.YES), ("****", "*", Truth.YES), ("a***b", "a*b", Truth.YES), ("***?", "*?", Truth.YES),
    ],
)  # fmt: skip
def test_patterns_against_sets(pattern: str, values: str, expected: Truth) -> None:
    assert match(wild(pattern), wild(values)) is expected


def test_long_patterns_are_compared_in_no_time() -> None:
    assert match(wild("*a" * 40), wild("*b" * 40)) is Truth.NO


def test_a_star_in_a_value_is_a_character() -> None:
    assert match("a*", "a*") is Truth.YES
    assert match("*", wild("*")) is Truth.MAYBE
    assert match("a*", "ab") is Truth.NO


@pytest.mark.parametrize(("pattern", "action"), [("S3:GET*", "s3:GetObject"), ("s3:getobject", "S3:GetObject")])
def test_actions_in_any_case(pattern: str, action: str) -> None:
    assert match_action(pattern, action) is Truth.YES


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("*", "anything", Truth.YES), ("arn:aws:iam::1:role/a:*", "arn:aws:iam::1:role/a:b:c", Truth.YES), ("arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a:b:c", Truth.YES),
        ("arn:aws:iam::1:*:c", "arn:aws:iam::1:role/a:b:c", Truth.YES), ("arn:aws:*:c", "arn:aws:iam::1:role/a:b:c", Truth.YES), ("arn:*:*:*:2:x", "arn:a:b:c:1:d:2:x", Truth.NO),
        ("arn:*:x:*:1:a:b", "arn:q:z:x:y:1:a:b", Truth.NO), ("arn:aws:iam", "arn:aws:iam", Truth.YES), ("a*", "arn:aws:iam::1:role/a", Truth.YES), ("arn:aws:iam::1:role/a", "a", Truth.NO),
    ],
)  # fmt: skip
def test_arns_part_by_part(pattern: str, value: str, expected: Truth) -> None:
    assert match_arn(wild(pattern), wild(value)) is expected


@pytest.mark.parametrize(("pattern", "start"), [("a*b?c", "a"), ("a?b*c", "a"), ("abc", "abc"), ("*a", ""), ("", "")])
def test_what_a_pattern_begins_with(pattern: str, start: str) -> None:
    assert prefix(wild(pattern)) == start


class TestVariables:
    FACTS = Facts(
        {"aws:username": (("ann",),), "x:none": (None,), "x:two": (("a",), ("b",)), "x:several": (("a", "b"),), "x:wild": (("a*",),), "x:one": (("a?",),)},
        FREE,
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("home/${aws:username}/x", ("home/ann/x", True)), ("${AWS:UserName}", ("ann", True)), ("${ aws:username }", ("ann", True)),
            ("${aws:username}-${aws:username}", ("ann-ann", True)), ("${aws:username, 'guest'}", ("ann", True)), ("${x:none}", ("*", False)),
            ("a${x:two}b", ("a*b", False)), ("${x:several}", ("*", False)), ("${x:wild}", ("*", False)), ("${x:one}", ("*", False)), ("${x:free}", ("*", False)),
            ("${aws:username}/${x:free}", ("ann/*", False)), ("${$}", ("$", True)), ("plain", ("plain", True)),
        ],
    )  # fmt: skip
    def test_what_is_known_stands_for_them_and_anything_for_what_is_not(
        self, text: str, expected: tuple[str, bool]
    ) -> None:
        assert substitute(text, self.FACTS) == expected

    @pytest.mark.parametrize("text", ["${*}", "${?}"])
    def test_characters_that_patterns_cannot_spell_are_left_open(self, text: str) -> None:
        assert substitute(text, self.FACTS) == (text[2], False)
