"""The smallest parts of an evaluation: truths, and values and operators as they are written."""

from __future__ import annotations

from time import tzset
from typing import Any

import pytest

from nightaudit_auditor.aws.policy import (
    FREE,
    Caller,
    Facts,
    PolicyError,
    Request,
    Truth,
    decide,
    parse_document,
)
from nightaudit_auditor.aws.policy.truth import every, over, some
from tests.unit.aws.statements import OWN, speaks, statement


class TestTruth:
    def test_of_nothing(self) -> None:
        assert (every([]), some([]), over([])) == (Truth.YES, Truth.NO, Truth.NO)

    def test_alternatives_that_differ(self) -> None:
        assert over([Truth.YES, Truth.YES]) is Truth.YES
        assert over([Truth.YES, Truth.NO]) is Truth.MAYBE


class TestConditionsAsWritten:
    FACTS = Facts(
        {"x:n": (("5",),), "x:d": (("1767225600",),), "x:s": (("Ann",),), "x:b": (("false",),), "aws:username": (("ann",),)},
        (None,),
    )  # fmt: skip

    def _holds(self, operator: str, key: str, value: Any, facts: Facts | None = None) -> Truth:
        return speaks(facts=facts or self.FACTS, Condition={operator: {key: value}})

    @pytest.mark.parametrize(
        ("operator", "holds"),
        [("LessThan", False), ("LessThanEquals", True), ("Equals", True), ("NotEquals", False), ("GreaterThan", False), ("GreaterThanEquals", True)],
    )  # fmt: skip
    def test_comparisons_at_the_edge(self, operator: str, holds: bool) -> None:
        expected = Truth.YES if holds else Truth.NO
        assert self._holds(f"Numeric{operator}", "x:n", 5) is expected
        assert self._holds(f"Date{operator}", "x:d", "2026-01-01T00:00:00Z") is expected

    @pytest.mark.parametrize(
        ("operator", "sign"), [("LessThan", 1), ("LessThanEquals", 1), ("GreaterThan", -1), ("GreaterThanEquals", -1)]
    )
    def test_comparisons_beside_it(self, operator: str, sign: int) -> None:
        assert self._holds(f"Numeric{operator}", "x:n", 5 + sign) is Truth.YES
        assert self._holds(f"Numeric{operator}", "x:n", 5 - sign) is Truth.NO

    def test_a_date_is_no_number(self) -> None:
        dated = Facts({"x:n": (("2026-01-01",),)}, (None,))
        assert self._holds("NumericEquals", "x:n", "2026-01-01", dated) is Truth.NO
        assert self._holds("NumericNotEquals", "x:n", "2026-01-01", dated) is Truth.YES
        assert self._holds("DateEquals", "x:n", "2026-01-01", dated) is Truth.YES

    @pytest.mark.parametrize(
        "text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "1767225600"]
    )
    def test_dates_in_any_form_are_utc_unless_they_say_otherwise(self, text: str) -> None:
        assert self._holds("DateEquals", "x:d", text) is Truth.YES

    def test_dates_are_utc_wherever_the_auditor_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        try:
            with monkeypatch.context() as elsewhere:
                elsewhere.setenv("TZ", "Asia/Tokyo")
                tzset()
                assert self._holds("DateEquals", "x:d", "2026-01-01T00:00:00") is Truth.YES
        finally:
            tzset()

    @pytest.mark.parametrize("text", ["2026-01", "2026", "20th of May"])
    def test_a_date_of_a_policy_that_is_not_read_may_be_any(self, text: str) -> None:
        assert self._holds("DateEquals", "x:d", text) is Truth.MAYBE
        assert self._holds("DateNotEquals", "x:d", text) is Truth.MAYBE

    def test_what_is_no_date_is_before_none(self) -> None:
        assert self._holds("DateLessThan", "x:d", "2026-01-01", Facts({"x:d": (("tomorrow",),)})) is Truth.NO

    def test_a_number_or_date_that_is_not_known_may_be_any(self) -> None:
        free = Facts({})
        assert self._holds("NumericLessThan", "x:n", 5, free) is Truth.MAYBE
        assert self._holds("DateLessThan", "x:d", "2026-01-01", Facts({"x:d": (("*",),)})) is Truth.MAYBE

    @pytest.mark.parametrize("value", [True, "true", "True", "TRUE"])
    def test_truth_in_any_case(self, value: Any) -> None:
        assert self._holds("Null", "x:absent", value) is Truth.YES
        assert self._holds("Null", "x:n", value) is Truth.NO
        assert self._holds("Bool", "x:b", value) is Truth.NO

    @pytest.mark.parametrize("value", [False, "false", "False"])
    def test_and_its_contrary(self, value: Any) -> None:
        assert self._holds("Null", "x:absent", value) is Truth.NO
        assert self._holds("Null", "x:n", value) is Truth.YES
        assert self._holds("Bool", "x:b", value) is Truth.YES

    def test_a_truth_that_is_not_known_is_one_of_two(self) -> None:
        free = Facts({})
        assert self._holds("BoolIfExists", "x:b", ["true", False], free) is Truth.YES
        assert self._holds("Bool", "x:b", ["true", "false"], free) is Truth.MAYBE  # the key may be missing
        assert self._holds("BoolIfExists", "x:b", "TRUE", free) is Truth.MAYBE
        assert self._holds("Bool", "x:b", ["yes", "${x:b}"], free) is Truth.NO

    def test_values_may_be_variables(self) -> None:
        assert self._holds("StringEquals", "aws:username", "${aws:username}") is Truth.YES
        assert self._holds("StringEqualsIgnoreCase", "x:s", "${aws:username}") is Truth.YES
        assert self._holds("StringLike", "x:s", "${aws:username}*") is Truth.NO

    def test_a_variable_that_is_not_known_leaves_it_open(self) -> None:
        assert self._holds("StringEquals", "x:s", "${x:free}", Facts({"x:s": (("Ann",),)})) is Truth.MAYBE
        assert self._holds("StringEquals", "x:s", "B${x:free}", Facts({"x:s": (("Ann",),)})) is Truth.NO

    @pytest.mark.parametrize(
        ("value", "like", "equal"),
        [("An*", Truth.YES, Truth.NO), ("An${*}", Truth.NO, Truth.NO), ("A${?}n", Truth.NO, Truth.NO), ("A?n", Truth.YES, Truth.NO), ("A${$}", Truth.NO, Truth.NO)],
    )  # fmt: skip
    def test_a_character_spelled_so_is_no_wildcard(self, value: str, like: Truth, equal: Truth) -> None:
        assert self._holds("StringLike", "x:s", value) is like
        assert self._holds("StringNotLike", "x:s", value) is like.negated()
        assert self._holds("StringEquals", "x:s", value) is equal
        assert self._holds("StringNotEquals", "x:s", value) is equal.negated()

    @pytest.mark.parametrize(
        "operator", ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnLike", "ArnEquals"]
    )
    def test_such_a_character_matches_itself(self, operator: str) -> None:
        spelled = Facts({"x:s": (("arn:aws:sns:eu:1:$t",),)}, (None,))
        assert self._holds(operator, "x:s", "arn:aws:sns:eu:1:${$}t", spelled) is Truth.YES
        assert self._holds(operator, "x:s", "arn:aws:sns:eu:1:${$}${*}", spelled) is Truth.NO
        assert self._holds(operator, "x:s", "arn:aws:sns:eu:1:${*}", Facts({"x:s": FREE})) is Truth.MAYBE

    @pytest.mark.parametrize("operator", ["ArnLike", "ArnEquals"])
    def test_a_variable_fills_a_part_of_an_arn(self, operator: str) -> None:
        topic = Facts(
            {"x:s": (("arn:aws:sns:eu:1:ann",),), "aws:username": (("ann",),), "x:other": (("bob",),)}, (None,)
        )
        assert self._holds(operator, "x:s", "arn:*:*:*:*:${aws:username}", topic) is Truth.YES
        assert self._holds(operator, "x:s", "arn:*:*:*:*:${x:other}", topic) is Truth.NO
        assert self._holds(operator, "x:s", "arn:*:*:*:*:${x:absent, 'ann'}", topic) is Truth.YES
        assert self._holds(operator.replace("Arn", "ArnNot"), "x:s", "arn:*:*:*:*:${x:absent}", topic) is Truth.YES

    def test_beside_a_variable_the_operator_says_what_is_a_wildcard(self) -> None:
        for value in ("A*${x:absent, ''}", "${x:absent, ''}?nn"):
            assert self._holds("StringLike", "x:s", value) is Truth.YES
            assert self._holds("StringEquals", "x:s", value) is Truth.NO
            assert self._holds("StringEqualsIgnoreCase", "x:s", value) is Truth.NO

    def test_a_variable_that_the_request_lacks_is_like_nothing(self) -> None:
        assert self._holds("StringLike", "x:s", "${x:absent}*") is Truth.NO
        assert self._holds("StringNotLike", "x:s", "${x:absent}*") is Truth.YES
        assert self._holds("StringLike", "x:s", ["${x:absent}*", "Ann"]) is Truth.YES
        assert self._holds("StringLike", "x:s", "${x:absent, 'A'}*") is Truth.YES

    def test_in_numbers_dates_addresses_and_truth_they_are_text(self) -> None:
        facts = Facts({"x:n": (("5",),), "x:b": (("true",),), "x:a": (("203.0.113.9",),), "x:v": (("5",),), "x:t": (("true",),), "x:w": (("203.0.113.9",),)}, (None,))  # fmt: skip
        assert self._holds("NumericEquals", "x:n", "${x:v}", facts) is Truth.NO
        assert self._holds("NumericNotEquals", "x:n", "${x:v}", facts) is Truth.YES
        assert self._holds("DateEquals", "x:n", "${x:v}", facts) is Truth.MAYBE  # a text that is no date
        assert self._holds("Bool", "x:b", "${x:t}", facts) is Truth.NO
        assert self._holds("IpAddress", "x:a", "${x:w}", facts) is Truth.NO
        assert self._holds("BinaryEquals", "x:b", "${x:t}", facts) is Truth.NO
        assert self._holds("StringEquals", "x:b", "${x:t}", facts) is Truth.YES

    def test_before_2012_they_are_text(self) -> None:
        text = {
            "Statement": {
                "Effect": "Allow",
                "Action": "*",
                "Condition": {"StringEquals": {"aws:username": "${aws:username}"}},
            }
        }
        assert decide([parse_document(text)], Request("a:B", "", Caller("AWS", OWN), self.FACTS)) is Truth.NO

    def test_arns_are_compared_by_parts_whatever_the_key(self) -> None:
        spread = Facts({"x:s": (("arn:aws:sns:eu:1:a:b",),)}, (None,))
        assert self._holds("ArnLike", "x:s", "arn:*:b", spread) is Truth.YES
        assert self._holds("ArnLike", "x:s", "arn:*:*:*:a:b", spread) is Truth.NO
        assert self._holds("StringLike", "x:s", "arn:*:*:*:a:b", spread) is Truth.YES

    @pytest.mark.parametrize(
        "operator", [":StringEquals", "x:StringEquals", "ForAnyValue:", "ForAnyValue:ForAllValues:StringEquals"]
    )
    def test_operators_with_an_odd_head_are_refused(self, operator: str) -> None:
        if operator.startswith(":"):
            assert self._holds(operator, "x:s", "Ann") is Truth.YES
        else:
            with pytest.raises(PolicyError, match="unknown operator"):
                self._holds(operator, "x:s", "Ann")

    @pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (5, "5"), (4.5, "4.5"), ("x", "x")])
    def test_values_are_texts_as_json_writes_them(self, value: Any, text: str) -> None:
        (condition,) = statement(Condition={"StringEquals": {"a": value}}).conditions
        assert condition.values == (text,)

    @pytest.mark.parametrize(
        ("elements", "place"),
        [
            ({"action": "*"}, r"^Statement\[0\] has an element twice"), ({"Principal": {"AWS": [1]}}, r"^Statement\[0\]\.principal\.AWS is neither"),
            ({"Condition": {"Almost": {"a": "b"}}}, r"^Statement\[0\]\.Condition has an unknown operator 'Almost'"), ({"Condition": {"Bool": {"k": {}}}}, r"^Statement\[0\]\.Condition\.Bool\.k is neither"),
            ({"Principal": "*", "NotPrincipal": "*"}, r"^Statement\[0\] has both principal and notprincipal"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_with_its_place(self, elements: dict[str, Any], place: str) -> None:
        with pytest.raises(PolicyError, match=place):
            statement(**elements)

    @pytest.mark.parametrize("element", ["Action", "NotAction", "Resource", "NotResource"])
    def test_so_is_an_element_that_is_no_text(self, element: str) -> None:
        whole = {"Effect": "Allow", element: 1} | ({} if "Action" in element else {"Action": "*"})
        with pytest.raises(PolicyError, match=rf"^Statement\[0\]\.{element.lower()} is neither a string nor a list"):
            parse_document({"Statement": whole})

    @pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
    def test_so_is_a_principal_that_is_none(self, element: str) -> None:
        with pytest.raises(PolicyError, match=rf"^Statement\[0\]\.{element.lower()} is neither '\*' nor an object$"):
            statement(**{element: "everybody"})

    @pytest.mark.parametrize(
        ("policy", "problem"),
        [
            ([], "the policy is not an object"),
            ({}, "there is no Statement"),
            ({"Statement": "x"}, "Statement is neither an object nor a list"),
        ],
    )
    def test_a_policy_that_is_none_is_refused(self, policy: Any, problem: str) -> None:
        with pytest.raises(PolicyError, match=rf"^{problem}$"):
            parse_document(policy)

    def test_half_of_a_surrogate_pair_is_replaced(self) -> None:
        text = r'{"Statement": {"Effect": "Allow", "Action": "*", "Sid": "a\ud800b", "Resource": "\u00e4"}}'
        (statement,) = parse_document(text).statements
        assert (statement.sid, statement.resources) == ("a\ufffdb", ("\u00e4",))

    def test_a_statement_without_a_name_has_an_empty_one(self) -> None:
        assert statement().sid == ""

    def test_a_policy_may_have_an_id_and_each_element_once(self) -> None:
        statement = {"Effect": "Allow", "Action": "*"}
        assert parse_document({"Id": "x", "Statement": statement}) == parse_document({"Statement": statement})
        with pytest.raises(PolicyError, match=r"^policy has an element twice$"):
            parse_document({"Id": "x", "id": "y", "Statement": statement})

    def test_without_a_quantifier_there_is_none(self) -> None:
        (condition,) = statement(Condition={"StringEquals": {"a": "b"}}).conditions
        assert (condition.quantifier, condition.if_exists) == ("", False)
