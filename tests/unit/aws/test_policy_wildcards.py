"""Patterns against values and against sets of values, and what variables and ARNs make of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import FREE, Facts, Truth
from nightaudit_auditor.aws.policy.match import match, match_action, match_arn, prefix, spelled, wild
from nightaudit_auditor.aws.policy.variables import judged, readings
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
    assert match(wild("*?" * 20 + "!"), 64 * "a") is Truth.NO
    assert match(wild("*a" * 20 + "*!"), 64 * "a") is Truth.NO


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
    """IAM User Guide, "IAM policy elements: Variables and tags"."""

    FACTS = Facts(
        {"aws:username": (("ann",),), "x:none": (None,), "x:two": (("a",), ("b",)), "x:may": (None, ("a",)), "x:several": (("a", "b"),),
         "x:wild": (("a*",),), "x:one": (("a?",),), "x:dollar": (("${*}",),)},
        FREE,
    )  # fmt: skip
    ANY = wild("*")

    def _readings(self, text: str, *, wildcards: bool = True) -> list[tuple[str, bool] | None]:
        return list(readings(text, self.FACTS, wildcards=wildcards))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("home/${aws:username}/x", "home/ann/x"), ("${AWS:UserName}", "ann"), ("${ aws:username }", "ann"), ("plain", "plain"), ("", ""),
            ("${aws:username}-${aws:username}", "ann-ann"), ("a*${aws:username}?", wild("a*ann?")), ("${aws:username", "${aws:username"),
            ("${}", "${}"), ("$aws:username", "$aws:username"), ("{aws:username}", "{aws:username}"),
        ],
    )  # fmt: skip
    def test_what_is_known_stands_for_them(self, text: str, expected: str) -> None:
        assert self._readings(text) == [(expected, True)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("a${*}b", "a*b"), ("${?}", "?"), ("${$}", "$"), ("${$}{aws:username}", "${aws:username}"), ("*${*}", wild("*") + "*"), ("${*}${aws:username}${?}", "*ann?")],
    )  # fmt: skip
    def test_special_characters_are_characters(self, text: str, expected: str) -> None:
        assert self._readings(text) == [(expected, True)]

    def test_nothing_stands_for_what_the_request_lacks(self) -> None:
        assert self._readings("a${x:none}") == [None]
        assert self._readings("${aws:username}${x:none}*") == [None]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a/${x:none, 'guest'}/*", wild("a/guest/*")), ("${x:none, ''}", ""), ("${x:none,'x'}", "x"), ("${ x:none , 'a b' }", "a b"), ("${x:none, 'a}b'}", "a}b"),
            ("${aws:username, 'guest'}", "ann"), ("${x:none, 'a'}-${aws:username, 'b'}", "a-ann"),
        ],
    )  # fmt: skip
    def test_a_default_does_if_there_is_one(self, text: str, expected: str) -> None:
        assert self._readings(text) == [(expected, True)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a${x:two}b", [("aab", True), ("abb", True)]), ("${x:two}${x:two}", [("aa", True), ("bb", True)]), ("${x:may}", [None, ("a", True)]),
            ("${x:may, 'c'}", [("c", True), ("a", True)]), ("${x:may}${x:two}", [None, None, ("aa", True), ("ab", True)]),
        ],
    )  # fmt: skip
    def test_of_several_values_each_may_be_meant(self, text: str, expected: list[tuple[str, bool] | None]) -> None:
        assert self._readings(text) == expected

    def test_what_is_not_known_may_be_anything(self) -> None:
        assert self._readings("a${x:free}b") == [None, (wild("a*b"), False)]
        assert self._readings("${x:free, 'c'}") == [("c", True), (self.ANY, False)]
        assert self._readings("${aws:username}/${x:free}") == [None, (wild("ann/*"), False)]
        assert self._readings("${x:free}/${aws:username}")[1] == (wild("*/ann"), False)
        assert self._readings("${x:several}") == [(self.ANY, False)]
        assert self._readings("b${x:wild}") == [(wild("ba*"), False)]
        assert self._readings("${x:one}") == [(wild("a?"), False)]

    @pytest.mark.parametrize("text", ["${x:none, guest}", "${x:none,}", "${x:none, 'a' or 'b'}", "${x:none, 'a*'}"])
    def test_so_may_a_default_of_which_nothing_is_written(self, text: str) -> None:
        """Without quotes; and whether a `*` in it is a wildcard."""
        ((pattern, certain),) = filter(None, self._readings(text))
        assert match(pattern, "a*") is Truth.YES
        assert not certain

    def test_where_there_are_no_wildcards_the_rest_has_none(self) -> None:
        assert self._readings("a*${aws:username}?", wildcards=False) == [("a*ann?", True)]
        assert self._readings("*${x:none, '*'}", wildcards=False) == [("**", True)]
        assert self._readings("*${x:free}", wildcards=False) == [None, ("*" + self.ANY, False)]
        assert self._readings("${x:dollar}") == [(wild("${*}"), False)]

    def test_too_many_values_to_try_are_not_known(self) -> None:
        def known(count: int) -> Facts:
            return Facts(
                {"x:a": tuple((str(n),) for n in range(count)), "x:b": (("1",), ("2",)), "x:c": (("c",),)}, FREE
            )

        assert len(list(readings("${x:a}${x:b}${x:c}", known(32)))) == 64
        assert list(readings("${x:a}${x:b}${x:c}", known(33))) == [(wild("**c"), False)]

    def test_many_beginnings_without_an_end_are_text_and_take_no_time(self) -> None:
        text = "${a" * 500 + 5000 * " "
        assert list(readings(text, self.FACTS)) == [(text, True)]

    def test_they_are_weighed_together(self) -> None:
        def found(text: str, value: str) -> Truth:
            return judged(readings(text, self.FACTS), lambda pattern: match(pattern, value))

        assert [found("${x:two}", value) for value in "abc"] == [Truth.MAYBE, Truth.MAYBE, Truth.NO]
        assert [found("${x:none}", value) for value in ("", "a")] == [Truth.NO, Truth.NO]
        assert [found("${x:may, 'a'}", value) for value in "ab"] == [Truth.YES, Truth.NO]
        assert [found("a${x:free}", value) for value in ("ab", "b")] == [Truth.MAYBE, Truth.NO]
        assert [found("${x:wild}", value) for value in ("ab", "b")] == [Truth.MAYBE, Truth.NO]
        assert [found("a${*}", value) for value in ("a*", "ab")] == [Truth.YES, Truth.NO]
        assert found("a${*}", wild("a*")) is Truth.MAYBE


def test_a_text_that_a_pattern_matches() -> None:
    assert spelled(wild("a*b?*"), "xx", "y") == "axxbyxx"
    assert spelled("a*b?", "xx", "y") == "a*b?"
