"""Of whom and of what a statement speaks, and who arranges which circumstance."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.policy import (
    Caller,
    Facts,
    PolicyError,
    PolicyText,
    Request,
    Truth,
    applies,
    decide,
    match_statement,
    parse_document,
)
from nightaudit_auditor.aws.policy.circumstances import CIRCUMSTANCES, arranged
from nightaudit_auditor.aws.policy.evaluate import decide_each, match_principal, principal_account, session_role
from tests.unit.aws.statements import OTHER, OWN, ROLE, SESSION, speaks, statement


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
        named = [(p.type, p.id) for p in statement(Principal=element).principals or ()]
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
        (principal,) = statement(Principal=element).principals or ()
        assert match_principal(principal, caller) is expected

    @pytest.mark.parametrize("spared", [{"AWS": ROLE}, {"AWS": OTHER}, {"AWS": "*"}, {"Service": "a"}])
    def test_with_a_boundary_nobody_is_spared_a_deny(self, spared: dict[str, str]) -> None:
        bounded = Caller("AWS", OTHER, ROLE, bounded=True)
        assert speaks(bounded, Effect="Deny", NotPrincipal=spared) is Truth.YES
        assert speaks(bounded, Effect="Deny", NotPrincipal=spared, Action="s3:PutObject") is Truth.NO
        without = Truth.YES if "Service" in spared else Truth.NO
        assert speaks(bounded, Effect="Allow", NotPrincipal=spared) is without
        assert speaks(Caller("AWS", OTHER, ROLE), Effect="Deny", NotPrincipal=spared) is without

    def test_with_a_boundary_a_deny_names_whom_it_names(self) -> None:
        bounded = Caller("AWS", OTHER, ROLE, bounded=True)
        assert speaks(bounded, Effect="Deny", Principal={"AWS": OWN}) is Truth.NO
        assert speaks(bounded, Effect="Deny", Principal={"AWS": ROLE}) is Truth.YES


class TestStatements:
    def test_one_speaks_of_a_request_if_all_its_elements_do(self) -> None:
        team = {"StringEquals": {"x:team": "a"}}
        assert speaks(Principal={"AWS": OWN}) is Truth.YES
        assert speaks(Principal={"AWS": OTHER}) is Truth.NO
        assert speaks(Action="s3:PutObject") is Truth.NO
        assert speaks(Resource="arn:aws:s3:::other/*") is Truth.NO
        assert speaks(Condition=team) is Truth.NO
        assert speaks(facts=Facts({}), Condition=team) is Truth.MAYBE
        assert (
            speaks(facts=Facts({"aws:username": (("ann",),)}), Resource="arn:aws:s3:::b/${aws:username}") is Truth.YES
        )
        assert speaks(facts=Facts({}), Resource="arn:aws:s3:::b/${aws:username}") is Truth.MAYBE
        assert speaks(facts=Facts({}), Resource="arn:aws:s3:::c/${aws:username}") is Truth.NO
        assert speaks(caller=Caller("AWS", OTHER), Principal={"AWS": ROLE}) is Truth.MAYBE

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
        assert speaks(facts=facts, Resource=pattern) is expected
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
        assert speaks(facts=facts, Resource=pattern) is expected

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [({"Action": ["*"]}, Truth.YES), ({"Action": "S?:get*"}, Truth.YES), ({"Action": "s*:Get*"}, Truth.YES), ({"Action": "*3:GetObject"}, Truth.YES), ({"Action": "sqs:*"}, Truth.NO), ({"Action": "S3:GETOBJECT"}, Truth.YES)],
    )  # fmt: skip
    def test_of_an_action_by_any_pattern(self, elements: dict[str, Any], expected: Truth) -> None:
        assert match_statement(statement(**elements), "s3:GetObject") is expected

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

    def test_what_had_run_out_when_it_was_sent_is_no_part_of_it(self) -> None:
        over = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
        text = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Condition": over}}
        assert PolicyText(text, moment=1_795_403_820.0).valid.statements == ()
        assert len(PolicyText(text).valid.statements) == 1
