"""What must hold for every policy: order means nothing, and no Deny and no condition ever lets anybody in."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import (
    ANONYMOUS,
    FREE,
    Caller,
    Facts,
    PolicyText,
    Request,
    Truth,
    decide,
    exposure,
    parse_document,
)
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.policy.strangers import caller_facts
from nightaudit_auditor.aws.principals import Permissions, authorization
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from nightaudit_auditor.snapshot import Account, AccountData, Outcome, Record

OWN, OTHER = "111111111111", "444444444444"
_ACTIONS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sts:AssumeRole"]
_RESOURCES = ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x", "arn:aws:s3:::b", "arn:aws:s3:::${aws:username}/*"]
_PRINCIPALS: list[Any] = [
    "*", {"AWS": "*"}, {"AWS": OTHER}, {"AWS": [f"arn:aws:iam::{OTHER}:role/r", OWN]}, {"Service": "s3.amazonaws.com"},
]  # fmt: skip
_CONDITIONS = st.builds(
    lambda operator, key, values: {operator: {key: values}},
    st.sampled_from(
        ["StringEquals", "StringNotEquals", "StringLike", "StringLikeIfExists", "StringNotLike", "ForAllValues:StringLike",
         "ForAnyValue:StringEquals", "ArnLike", "ArnNotLike", "Null", "Bool", "IpAddress", "NotIpAddress", "NumericLessThan",
         "DateGreaterThan"]
    ),
    st.sampled_from(
        ["aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:SourceArn", "aws:SourceIp", "aws:SecureTransport", "aws:username",
         "aws:SourceVpce", "s3:prefix"]
    ),
    st.lists(st.sampled_from([OWN, OTHER, "o-abcdefghij", "*", "true", "false", "10.0.0.0/8", "0.0.0.0/0", "5", "x*"]), max_size=3),
)  # fmt: skip


def _one_of(*names: str, values: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda name, value: {name: value}, st.sampled_from(names), st.sampled_from(values))


def _statements(effect: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda effect_, actions, resources, principals, condition: (
            {"Effect": effect_, **actions, **resources, **principals} | ({"Condition": condition} if condition else {})
        ),
        st.just(effect) if effect else st.sampled_from(["Allow", "Deny"]),
        _one_of("Action", "NotAction", values=_ACTIONS),
        _one_of("Resource", "NotResource", values=_RESOURCES),
        _one_of("Principal", "NotPrincipal", values=_PRINCIPALS),
        st.one_of(st.none(), _CONDITIONS),
    )


_REQUESTS = [
    Request(action, resource, caller, facts)
    for action in ("s3:GetObject", "s3:PutObject", "ec2:RunInstances")
    for resource in ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x")
    for caller, facts in (
        (ANONYMOUS, Facts({})),
        (Caller("AWS", OTHER), caller_facts(OTHER, OWN)),
        (Caller("AWS", OTHER, f"arn:aws:iam::{OTHER}:role/r"), Facts({"aws:username": FREE}, default=(None,))),
        (Caller("Service", id="s3.amazonaws.com"), caller_facts(OTHER, OWN, "o-abcdefghij")),
    )
]


def _decided(statements: list[dict[str, Any]]) -> list[Truth]:
    document = parse_document({"Version": "2012-10-17", "Statement": statements})
    return [decide([document], request) for request in _REQUESTS]


@given(st.lists(_statements(), max_size=5).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_the_order_of_statements_means_nothing(both: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    one, two = both
    assert _decided(one) == _decided(two)
    assert exposure(parse_document({"Statement": one}), [("s3:GetObject", "arn:aws:s3:::b/*")], OWN) == exposure(
        parse_document({"Statement": two}), [("s3:GetObject", "arn:aws:s3:::b/*")], OWN
    )


@given(st.lists(_statements(), max_size=4), _statements("Deny"))
def test_a_deny_never_widens(statements: list[dict[str, Any]], deny: dict[str, Any]) -> None:
    assert all(
        after <= before for before, after in zip(_decided(statements), _decided([*statements, deny]), strict=True)
    )


@given(st.lists(_statements(), max_size=3), _statements("Allow"), _CONDITIONS)
def test_a_condition_on_an_allow_never_widens(
    statements: list[dict[str, Any]], allow: dict[str, Any], condition: dict[str, dict[str, Any]]
) -> None:
    bare = {key: value for key, value in allow.items() if key != "Condition"}
    before, after = _decided([*statements, bare]), _decided([*statements, bare | {"Condition": condition}])
    assert all(a <= b for a, b in zip(after, before, strict=True))


@given(st.lists(_statements(), max_size=4), _statements("Allow"))
def test_an_allow_never_narrows(statements: list[dict[str, Any]], allow: dict[str, Any]) -> None:
    assert all(
        after >= before for before, after in zip(_decided(statements), _decided([*statements, allow]), strict=True)
    )


_PATTERN = st.text(st.sampled_from("ab*?"), max_size=6)


@given(_PATTERN, st.text(st.sampled_from("ab"), max_size=6))
def test_wildcards_match_as_a_regular_expression_would(pattern: str, text: str) -> None:
    import re

    expression = "".join(".*" if c == "*" else "." if c == "?" else c for c in pattern)
    expected = Truth.YES if re.fullmatch(expression, text) else Truth.NO
    assert match(wild(pattern), text) is expected


@example("?", "*", ["", "a", "ab"])
@example("a?", "a*", ["a", "ab", "abb"])
@given(_PATTERN, _PATTERN, st.lists(st.text(st.sampled_from("ab"), max_size=5), max_size=20))
def test_sets_of_values_are_judged_as_their_members(pattern: str, values: str, samples: list[str]) -> None:
    verdict = match(wild(pattern), wild(values))
    members = [s for s in samples if match(wild(values), s) is Truth.YES]
    matched = [match(wild(pattern), s) is Truth.YES for s in members]
    if verdict is Truth.YES:
        assert all(matched)
    elif verdict is Truth.NO:
        assert not any(matched)


_POLICIES = st.lists(
    st.builds(
        lambda effect, action, resource: {"Effect": effect, **action, **resource},
        st.sampled_from(["Allow", "Deny"]),
        _one_of("Action", "NotAction", values=_ACTIONS),
        _one_of("Resource", "NotResource", values=_RESOURCES),
    ),
    max_size=4,
)
_ASKED = [
    ("s3:GetObject", "arn:aws:s3:::b/x"),
    ("s3:PutObject", "arn:aws:s3:::b"),
    ("sts:AssumeRole", "arn:aws:s3:::b/x"),
]


def _permissions(
    own: list[dict[str, Any]], boundary: list[dict[str, Any]] | None, guardrails: Guardrails | None
) -> list[Truth]:
    arn = f"arn:aws:iam::{OWN}:policy/boundary"
    bound = {"PermissionsBoundary": {"PermissionsBoundaryArn": arn}} if boundary is not None else {}
    details = {
        "UserDetailList": [
            {"UserName": "ann", "Arn": f"arn:aws:iam::{OWN}:user/ann", **bound,
             "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": own}}]}
        ],
        "Policies": [
            {"Arn": arn, "PolicyName": "boundary",
             "PolicyVersionList": [{"IsDefaultVersion": True, "Document": {"Version": "2012-10-17", "Statement": boundary or []}}]}
        ],
    }  # fmt: skip
    record = Record(OWN, "iam", "get_account_authorization_details", "global", Outcome.OK, answer=details)
    data = AccountData(Account(OWN), (), [record])
    known = authorization(data)
    who = Permissions(known, known.users[0], data.account, guardrails)
    return [who.may(action, resource) for action, resource in _ASKED]


@given(_POLICIES, _POLICIES)
def test_a_boundary_never_adds(own: list[dict[str, Any]], boundary: list[dict[str, Any]]) -> None:
    bare, bounded = _permissions(own, None, None), _permissions(own, boundary, None)
    assert all(after <= before for before, after in zip(bare, bounded, strict=True))


@given(_POLICIES, _POLICIES)
def test_the_organization_never_adds(own: list[dict[str, Any]], level: list[dict[str, Any]]) -> None:
    guardrails = Guardrails(((PolicyText({"Version": "2012-10-17", "Statement": level}),),))
    bare, guarded = _permissions(own, None, None), _permissions(own, None, guardrails)
    assert all(after <= before for before, after in zip(bare, guarded, strict=True))


@given(_POLICIES.flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_the_order_of_a_principals_statements_means_nothing(
    both: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    assert _permissions(both[0], None, None) == _permissions(both[1], None, None)
