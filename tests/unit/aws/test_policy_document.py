"""Policy documents: as tolerant as AWS, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nightaudit_auditor.aws.policy import Caller, Facts, PolicyError, Principal, Request, Truth, decide, parse_document

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def _with(**changes: Any) -> dict[str, Any]:
    return {"Statement": [{k: v for k, v in (ALLOW | changes).items() if v is not None}]}


class TestWhatIsAccepted:
    def test_text_and_object_are_the_same(self) -> None:
        assert parse_document(json.dumps(_with())) == parse_document(_with())

    def test_one_statement_as_an_object(self) -> None:
        assert parse_document({"Statement": ALLOW}) == parse_document({"Statement": [ALLOW]})

    def test_a_string_is_a_list_of_one(self) -> None:
        assert parse_document(_with(Action=["s3:GetObject"])) == parse_document(_with(Action="s3:GetObject"))

    def test_a_star_is_everybody(self) -> None:
        assert parse_document(_with(Principal="*")) == parse_document(_with(Principal={"AWS": ["*"]}))
        assert parse_document(_with(Principal="*")).statements[0].principals == (Principal("AWS", "*"),)

    def test_names_of_elements_and_keys_in_any_case(self) -> None:
        odd = {
            "statement": {
                "EFFECT": "Allow",
                "action": "s3:GetObject",
                "RESOURCE": "*",
                "condition": {"bool": {"AWS:secureTransport": True}},
            }
        }
        (condition,) = parse_document(odd).statements[0].conditions
        assert (condition.operator, condition.key, condition.values) == ("Bool", "aws:securetransport", ("true",))

    def test_quantifiers_and_if_exists(self) -> None:
        block = {"ForAnyValue:StringNotLikeIfExists": {"aws:PrincipalOrgPaths": ["o-x/*"]}}
        (condition,) = parse_document(_with(Condition=block)).statements[0].conditions
        assert (condition.quantifier, condition.operator, condition.if_exists, condition.negated) == (
            "ForAnyValue", "StringNotLike", True, True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "place"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ({}, "no Statement"),
        ({"Statement": "Allow"}, "neither an object nor a list"),
        ({"Statement": ["Allow"]}, r"Statement\[0\] is not an object"),
        ({"Statement": [], "Statements": []}, "unknown element 'statements'"),
        (_with(Effect="Maybe"), "Effect"),
        (_with(Effect=None), "Effect"),
        (_with(Action=None), "neither Action nor NotAction"),
        (_with(NotAction="*"), "both action and notaction"),
        (_with(NotResource="*"), "both resource and notresource"),
        (_with(Action=[1]), "action"),
        (_with(Principals="*"), "unknown element 'principals'"),
        (_with(Principal="everybody"), "principal"),
        (_with(Principal={"Group": "x"}), "unknown type 'Group'"),
        (_with(Condition=[]), "Condition is not an object"),
        (_with(Condition={"StringAlmostEquals": {"a": "b"}}), "unknown operator 'StringAlmostEquals'"),
        (_with(Condition={"ForSomeValues:StringLike": {"a": "b"}}), "unknown operator"),
        (_with(Condition={"NullIfExists": {"a": "true"}}), "unknown operator"),
        (_with(Condition={"StringLike": "a"}), "StringLike is not an object"),
        (_with(Condition={"StringLike": {"a": {"b": "c"}}}), "neither a string, a number nor a boolean"),
        ({"Statement": [ALLOW | {"action": "*"}]}, "an element twice"),
    ],
)
def test_what_aws_would_refuse_is_refused_with_its_place(policy: Any, place: str) -> None:
    with pytest.raises(PolicyError, match=place):
        parse_document(policy)


class TestConditions:
    @pytest.mark.parametrize(
        ("operator", "wanted", "value", "expected"),
        [
            ("StringEquals", "a*", "ab", Truth.NO),
            ("StringEquals", "A", "a", Truth.NO),
            ("StringEqualsIgnoreCase", "A", "a", Truth.YES),
            ("StringNotEqualsIgnoreCase", "A", "a", Truth.NO),
            ("StringLike", "a?c", "abc", Truth.YES),
            ("NumericLessThan", "10", "9", Truth.YES),
            ("NumericLessThan", "10", "x", Truth.NO),
            ("NumericGreaterThanEquals", "10", "10.0", Truth.YES),
            ("NumericNotEquals", "10", "11", Truth.YES),
            ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", Truth.YES),
            ("DateGreaterThan", "2026-01-01", "1767225601", Truth.YES),
            ("Bool", "TRUE", "true", Truth.YES),
            ("BinaryEquals", "QUJD", "QUJD", Truth.YES),
            ("IpAddress", "203.0.113.0/24", "203.0.113.9", Truth.YES),
            ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", Truth.NO),
            ("IpAddress", "2001:db8::/32", "2001:db8::1", Truth.YES),
            ("IpAddress", "not an address", "203.0.113.9", Truth.NO),
            ("ArnEquals", "arn:aws:sns:*:111111111111:t", "arn:aws:sns:eu-west-1:111111111111:t", Truth.YES),
            ("ArnNotLike", "arn:aws:sns:*:111111111111:t", "arn:aws:sns:eu-west-1:222222222222:t", Truth.YES),
            ("Null", "false", "x", Truth.YES),
        ],
    )
    def test_operators(self, operator: str, wanted: str, value: str, expected: Truth) -> None:
        document = parse_document(_with(Condition={operator: {"aws:x": wanted}}))
        request = Request("s3:GetObject", "arn:aws:s3:::b/x", Caller("AWS", "1"), Facts({"aws:x": ((value,),)}))
        assert decide([document], request) is expected

    @pytest.mark.parametrize(
        ("operator", "values", "expected"),
        [
            ("ForAllValues:StringEquals", ("a", "b"), Truth.YES),
            ("ForAllValues:StringEquals", ("a", "z"), Truth.NO),
            ("ForAnyValue:StringEquals", ("a", "z"), Truth.YES),
            ("ForAnyValue:StringEquals", ("y", "z"), Truth.NO),
            ("ForAllValues:StringNotEquals", ("y", "z"), Truth.YES),
            ("ForAnyValue:StringNotEquals", ("a", "z"), Truth.YES),
            ("ForAllValues:StringEquals", None, Truth.YES),
            ("ForAnyValue:StringEquals", None, Truth.NO),
            ("StringEquals", None, Truth.NO),
            ("StringNotEquals", None, Truth.YES),
            ("StringEqualsIfExists", None, Truth.YES),
            ("Null", None, Truth.NO),
        ],
    )
    def test_sets_and_missing_keys(self, operator: str, values: tuple[str, ...] | None, expected: Truth) -> None:
        document = parse_document(_with(Condition={operator: {"aws:x": ["a", "b"]}}))
        request = Request("s3:GetObject", "arn:aws:s3:::b/x", Caller("AWS", "1"), Facts({"aws:x": (values,)}))
        assert decide([document], request) is expected

    def test_what_is_not_known_is_conditional(self) -> None:
        document = parse_document(_with(Condition={"StringEquals": {"aws:x": "a"}}))
        assert (
            decide([document], Request("s3:GetObject", "arn:aws:s3:::b/x", Caller("AWS", "1"), Facts({})))
            is Truth.MAYBE
        )

    @pytest.mark.parametrize(("version", "expected"), [("2012-10-17", Truth.YES), ("2008-10-17", Truth.NO)])
    def test_variables_are_text_before_2012(self, version: str, expected: Truth) -> None:
        document = parse_document({"Version": version} | _with(Resource="arn:aws:s3:::b/${aws:username}/*"))
        request = Request(
            "s3:GetObject", "arn:aws:s3:::b/ann/x", Caller("AWS", "1"), Facts({"aws:username": (("ann",),)})
        )
        assert decide([document], request) is expected
