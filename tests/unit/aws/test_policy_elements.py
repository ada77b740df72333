"""The smaller parts of an evaluation: values and operators as they are written, principals, and who arranges which circumstance."""

from __future__ import annotations

from time import tzset
from typing import Any

import pytest

from nightaudit_auditor.aws.policy import (
    FREE,
    Caller,
    Facts,
    PolicyError,
    PolicyText,
    Request,
    Statement,
    Truth,
    applies,
    decide,
    match_statement,
    parse_document,
)
from nightaudit_auditor.aws.policy.circumstances import CIRCUMSTANCES, arranged
from nightaudit_auditor.aws.policy.evaluate import decide_each, match_principal, principal_account, session_role
from nightaudit_auditor.aws.policy.truth import every, over, some

OWN, OTHER = "111111111111", "444444444444"
ROLE, SESSION = f"arn:aws:iam::{OTHER}:role/x", f"arn:aws:sts::{OTHER}:assumed-role/x/s"


def _statement(**elements: Any) -> Statement:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | elements
    return parse_document({"Version": "2012-10-17", "Statement": whole}).statements[0]


def _speaks(caller: Caller = Caller("AWS", OWN), facts: Facts = Facts({}, (None,)), **elements: Any) -> Truth:  # noqa: B008
    return applies(_statement(**elements), Request("s3:GetObject", "arn:aws:s3:::b/ann", caller, facts))


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
        return _speaks(facts=facts or self.FACTS, Condition={operator: {key: value}})

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

    def test_what_is_no_date_equals_none(self) -> None:
        assert self._holds("DateEquals", "x:d", "tomorrow") is Truth.NO

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
        assert self._holds("DateEquals", "x:n", "${x:v}", facts) is Truth.NO
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
        (condition,) = _statement(Condition={"StringEquals": {"a": value}}).conditions
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
            _statement(**elements)

    @pytest.mark.parametrize("element", ["Action", "NotAction", "Resource", "NotResource"])
    def test_so_is_an_element_that_is_no_text(self, element: str) -> None:
        whole = {"Effect": "Allow", element: 1} | ({} if "Action" in element else {"Action": "*"})
        with pytest.raises(PolicyError, match=rf"^Statement\[0\]\.{element.lower()} is neither a string nor a list"):
            parse_document({"Statement": whole})

    @pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
    def test_so_is_a_principal_that_is_none(self, element: str) -> None:
        with pytest.raises(PolicyError, match=rf"^Statement\[0\]\.{element.lower()} is neither '\*' nor an object$"):
            _statement(**{element: "everybody"})

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
        assert _statement().sid == ""

    def test_a_policy_may_have_an_id_and_each_element_once(self) -> None:
        statement = {"Effect": "Allow", "Action": "*"}
        assert parse_document({"Id": "x", "Statement": statement}) == parse_document({"Statement": statement})
        with pytest.raises(PolicyError, match=r"^policy has an element twice$"):
            parse_document({"Id": "x", "id": "y", "Statement": statement})

    def test_without_a_quantifier_there_is_none(self) -> None:
        (condition,) = _statement(Condition={"StringEquals": {"a": "b"}}).conditions
        assert (condition.quantifier, condition.if_exists) == ("", False)


class TestPrincipals:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (OTHER, (OTHER, True)), (f"arn:aws:iam::{OTHER}:root", (OTHER, True)), (ROLE, (OTHER, False)), (f"arn:aws:iam::{OTHER}:role/root", (OTHER, False)),
            (f"arn:aws:sts::{OTHER}:root", (OTHER, False)), (f"arn:aws:sts::{OTHER}:assumed-role/x/a:b", (OTHER, False)), (f"arn:aws:iam::{OTHER}", ("", False)),
            ("AIDAAAAAAAAA", ("", False)), ("4444", ("", False)), ("AIDA:a:b:c:d:e", ("", False)), ("", ("", False)),
        ],
    )  # fmt: skip
    def test_whose_account_a_principal_names(self, text: str, expected: tuple[str, bool]) -> None:
        assert principal_account(text) == expected

    @pytest.mark.parametrize(
        ("text", "name"),
        [(SESSION, "x"), (ROLE, ""), (OTHER, ""), (f"arn:aws:iam::{OTHER}:role/assumed-role/x", ""), (f"arn:aws:sts::{OTHER}:federated-user/x", ""), ("*", "")],
    )  # fmt: skip
    def test_whose_session_a_principal_is(self, text: str, name: str) -> None:
        assert session_role(text) == name

    def test_an_element_may_name_several_types(self) -> None:
        element = {"Service": ["a", "b"], "Federated": "c", "AWS": OTHER, "CanonicalUser": "d"}
        named = [(p.type, p.id) for p in _statement(Principal=element).principals or ()]
        assert named == [("Service", "a"), ("Service", "b"), ("Federated", "c"), ("AWS", OTHER), ("CanonicalUser", "d")]

    @pytest.mark.parametrize(
        ("element", "caller", "expected"),
        [
            ({"Service": "a"}, Caller("Service", id="a"), Truth.YES), ({"Service": "a"}, Caller("Service", id="b"), Truth.NO),
            ({"Service": "*"}, Caller("Service", id="b"), Truth.YES), ({"Federated": "a"}, Caller("Service", id="a"), Truth.NO),
            ({"AWS": ROLE}, Caller("AWS", OTHER, ROLE), Truth.YES), ({"AWS": ROLE}, Caller("AWS", OTHER, f"{ROLE}y"), Truth.NO),
            ({"AWS": ROLE}, Caller("AWS", OTHER), Truth.MAYBE), ({"AWS": OTHER}, Caller("AWS", OTHER), Truth.YES), ({"AWS": ROLE}, Caller("AWS", OWN), Truth.NO),
            ({"AWS": SESSION}, Caller("AWS", OTHER, ROLE), Truth.MAYBE), ({"AWS": SESSION}, Caller("AWS", OTHER, SESSION), Truth.YES), ({"AWS": SESSION}, Caller("AWS", OTHER, f"{ROLE}y"), Truth.NO),
            ({"AWS": SESSION}, Caller("AWS", OTHER, f"arn:aws:iam::{OTHER}:user/x"), Truth.NO), ({"AWS": SESSION}, Caller("AWS", OWN, f"arn:aws:iam::{OWN}:role/x"), Truth.NO),
        ],
    )  # fmt: skip
    def test_whom_an_element_names(self, element: dict[str, str], caller: Caller, expected: Truth) -> None:
        (principal,) = _statement(Principal=element).principals or ()
        assert match_principal(principal, caller) is expected

    @pytest.mark.parametrize("spared", [{"AWS": ROLE}, {"AWS": OTHER}, {"AWS": "*"}, {"Service": "a"}])
    def test_with_a_boundary_nobody_is_spared_a_deny(self, spared: dict[str, str]) -> None:
        bounded = Caller("AWS", OTHER, ROLE, bounded=True)
        assert _speaks(bounded, Effect="Deny", NotPrincipal=spared) is Truth.YES
        assert _speaks(bounded, Effect="Deny", NotPrincipal=spared, Action="s3:PutObject") is Truth.NO
        without = Truth.YES if "Service" in spared else Truth.NO
        assert _speaks(bounded, Effect="Allow", NotPrincipal=spared) is without
        assert _speaks(Caller("AWS", OTHER, ROLE), Effect="Deny", NotPrincipal=spared) is without

    def test_with_a_boundary_a_deny_names_whom_it_names(self) -> None:
        bounded = Caller("AWS", OTHER, ROLE, bounded=True)
        assert _speaks(bounded, Effect="Deny", Principal={"AWS": OWN}) is Truth.NO
        assert _speaks(bounded, Effect="Deny", Principal={"AWS": ROLE}) is Truth.YES


class TestStatements:
    def test_one_speaks_of_a_request_if_all_its_elements_do(self) -> None:
        team = {"StringEquals": {"x:team": "a"}}
        assert _speaks(Principal={"AWS": OWN}) is Truth.YES
        assert _speaks(Principal={"AWS": OTHER}) is Truth.NO
        assert _speaks(Action="s3:PutObject") is Truth.NO
        assert _speaks(Resource="arn:aws:s3:::other/*") is Truth.NO
        assert _speaks(Condition=team) is Truth.NO
        assert _speaks(facts=Facts({}), Condition=team) is Truth.MAYBE
        assert (
            _speaks(facts=Facts({"aws:username": (("ann",),)}), Resource="arn:aws:s3:::b/${aws:username}") is Truth.YES
        )
        assert _speaks(facts=Facts({}), Resource="arn:aws:s3:::b/${aws:username}") is Truth.MAYBE
        assert _speaks(facts=Facts({}), Resource="arn:aws:s3:::c/${aws:username}") is Truth.NO
        assert _speaks(caller=Caller("AWS", OTHER), Principal={"AWS": ROLE}) is Truth.MAYBE

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("arn:aws:s3:::b/${*}", Truth.NO), ("arn:aws:s3:::b/a${?}n", Truth.NO), ("arn:aws:s3:::b/a?n", Truth.YES), ("arn:aws:s3:::b/*${$}", Truth.NO),
            ("arn:aws:s3:::b/${x:absent, 'ann'}", Truth.YES), ("arn:aws:s3:::b/${x:absent, 'bob'}", Truth.NO), ("arn:aws:s3:::b/${x:absent}", Truth.NO), ("arn:aws:s3:::b/*${x:absent}", Truth.NO),
            ("arn:aws:s3:::b/${aws:username, 'bob'}", Truth.YES),
        ],
    )  # fmt: skip
    def test_a_variable_in_a_resource_is_text_when_it_is_filled(self, pattern: str, expected: Truth) -> None:
        facts = Facts({"aws:username": (("ann",),)}, (None,))
        assert _speaks(facts=facts, Resource=pattern) is expected
        both = {"NotResource": pattern, "Effect": "Deny"}
        statement = parse_document({"Version": "2012-10-17", "Statement": both | {"Action": "*"}}).statements[0]
        request = Request("s3:GetObject", "arn:aws:s3:::b/ann", Caller("AWS", OWN), facts)
        assert applies(statement, request) is expected.negated()

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [("arn:aws:s3:::${x:bucket}/ann", Truth.YES), ("arn:aws:s3::${x:none}:b/ann", Truth.MAYBE), ("arn:aws:${x:service}:::b/ann", Truth.MAYBE), ("${x:all}", Truth.MAYBE), ("arn:aws:${x:bucket}:::b/ann", Truth.NO), ("arn:aws:${x:service}:::${x:bucket}/ann", Truth.MAYBE)],
    )  # fmt: skip
    def test_before_the_fifth_colon_of_a_resource_none_is_sure(self, pattern: str, expected: Truth) -> None:
        """AWS does not allow one there."""
        facts = Facts({"x:bucket": (("b",),), "x:none": (("",),), "x:service": (("s3",),), "x:all": (("arn:aws:s3:::b/ann",),)}, (None,))  # fmt: skip
        assert _speaks(facts=facts, Resource=pattern) is expected

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [({"Action": ["*"]}, Truth.YES), ({"Action": "S?:get*"}, Truth.YES), ({"Action": "s*:Get*"}, Truth.YES), ({"Action": "*3:GetObject"}, Truth.YES), ({"Action": "sqs:*"}, Truth.NO), ({"Action": "S3:GETOBJECT"}, Truth.YES)],
    )  # fmt: skip
    def test_of_an_action_by_any_pattern(self, elements: dict[str, Any], expected: Truth) -> None:
        assert match_statement(_statement(**elements), "s3:GetObject") is expected

    def test_not_action_is_everything_else(self) -> None:
        text = {"Statement": {"Effect": "Allow", "NotAction": ["s3:Get*", "*:Put*"]}}
        (statement,) = parse_document(text).statements
        asked = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:PutMessage", "sqs:GetMessage")
        assert [match_statement(statement, action) for action in asked] == [
            Truth.NO, Truth.NO, Truth.YES, Truth.NO, Truth.YES,
        ]  # fmt: skip

    def test_many_requests_are_decided_as_each_would_be(self) -> None:
        text = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}"}, {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"},
        ]}  # fmt: skip
        document, facts = parse_document(text), Facts({"aws:username": (("ann",),)})
        asked = [
            (action, f"arn:aws:s3:::b/{name}") for action in ("s3:GetObject", "s3:PutObject") for name in ("ann", "bob")
        ]
        each = [decide([document], Request(*one, Caller("AWS", OWN), facts)) for one in asked]
        assert list(decide_each(document, Caller("AWS", OWN), facts, asked)) == each == [
            Truth.YES, Truth.NO, Truth.NO, Truth.NO,
        ]  # fmt: skip

    def test_allowing_and_denying_are_kept_apart(self) -> None:
        text = {"Statement": [{"Effect": effect, "Action": "*", "Sid": effect} for effect in ("Allow", "Deny")]}
        document = parse_document(text)
        assert [s.sid for s in document.allowing()] == ["Allow"]
        assert [s.sid for s in document.denying()] == ["Deny"]


class TestCircumstances:
    def _arranged(self, effect: str, *keys: str) -> list[list[str]]:
        condition = {"StringEquals": dict.fromkeys(keys, "x")}
        text = {"Statement": {"Effect": effect, "Action": "s3:*", "Sid": "a", "Condition": condition}}
        return [[c.key for c in s.conditions] for s in arranged(parse_document(text)).statements]

    @pytest.mark.parametrize("key", [*sorted(CIRCUMSTANCES), "aws:RequestTag/team"])
    def test_an_allow_that_asks_for_one_is_met_and_a_deny_avoided(self, key: str) -> None:
        assert self._arranged("Allow", key, "aws:PrincipalTag/team") == [["aws:principaltag/team"]]
        assert self._arranged("Deny", key, "aws:PrincipalTag/team") == []

    @pytest.mark.parametrize("key", ["aws:PrincipalTag/team", "aws:PrincipalArn", "iam:PassedToService"])
    def test_what_nobody_arranges_stays(self, key: str) -> None:
        assert self._arranged("Allow", key) == [[key.lower()]]
        assert self._arranged("Deny", key) == [[key.lower()]]

    def test_statements_are_otherwise_the_same(self) -> None:
        text = {"Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Sid": "a", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, {"Effect": "Deny", "Action": "*", "Sid": "b"},
        ]}  # fmt: skip
        first, second = arranged(parse_document(text)).statements
        assert (first.sid, first.allow, first.actions, first.conditions) == ("a", True, ("s3:*",), ())
        assert second == parse_document(text).statements[1]


class TestPolicyText:
    def test_one_that_was_not_read_says_so(self) -> None:
        with pytest.raises(PolicyError, match=r"^the document was not read$"):
            PolicyText(None).about("s3:GetObject")

    def test_one_that_is_not_in_an_answer_says_in_whose(self) -> None:
        with pytest.raises(PolicyError) as caught:
            PolicyText(None, "policy p", "iam.get_something").about("s3:GetObject")
        assert (caught.value.told, caught.value.operation) == (
            "policy p is not in the answer of iam.get_something",
            "iam.get_something",
        )

    def test_one_that_is_malformed_says_so(self) -> None:
        with pytest.raises(PolicyError) as caught:
            PolicyText("{", "policy p", "iam.get_something").about("s3:GetObject")
        assert caught.value.told.startswith("malformed policy: not JSON")
        assert caught.value.operation == ""

    def test_what_speaks_of_an_action_to_one_who_arranges_circumstances(self) -> None:
        text = PolicyText({"Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Sid": "a", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
            {"Effect": "Deny", "Action": "*", "Sid": "b", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
            {"Effect": "Deny", "NotAction": "sqs:*", "Sid": "c"},
        ]})  # fmt: skip
        asked = {
            action: [(s.sid, s.conditions) for s in text.about(action)]
            for action in ("s3:GetObject", "sqs:Send", "s3:GetObject")
        }
        assert asked == {"s3:GetObject": [("a", ()), ("c", ())], "sqs:Send": []}
        assert text.about("s3:GetObject") is text.about("s3:GetObject")
