"""What a user or role may do, and which role it may assume, against the oracle that tries every concrete request: policies,
boundary, the organization's levels and the role's trust policy together."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import PolicyText
from nightaudit_auditor.aws.principals import Permissions, Roster, authorization
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from tests.unit.aws import oracle
from tests.unit.aws.oracle import Account, Asked, Who
from tests.unit.aws.randomly import USER, condition, hold, one_of, readings_of, relevant
from tests.unit.checks.build import OWN, SISTER, account
from tests.unit.checks.iam.build import details, managed, role, user

_TARGET = f"arn:aws:iam::{OWN}:role/target"
_WORKER = f"arn:aws:iam::{OWN}:role/worker"
_SESSION = f"arn:aws:sts::{OWN}:assumed-role/worker/s"
_BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"
_own_conditions = st.one_of(
    st.just({}),
    condition(
        ["StringEquals", "StringNotEquals", "StringLike", "ForAllValues:StringEquals"],
        ["aws:PrincipalTag/team", "x:string"],
        ["a", "b", "a*"],
    ),
)
_own_statements = st.builds(
    lambda effect, action, resource, found: {"Effect": effect, **action, **resource, "Condition": found},
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    one_of("Action", "Action", "Action", "NotAction", values=["*", "sts:*", "sts:AssumeRole", "sts:Tag*"], several=False),
    one_of("Resource", "Resource", "NotResource", values=["*", _TARGET, f"arn:aws:iam::{OWN}:role/t*", _WORKER], several=False),
    _own_conditions,
)  # fmt: skip
_trusts = st.builds(
    lambda kind, principal, found: {"Effect": kind[0], kind[1]: principal, "Action": "sts:AssumeRole", "Condition": found},
    st.sampled_from([*[("Allow", "Principal")] * 5, ("Deny", "Principal"), ("Deny", "NotPrincipal")]),
    st.sampled_from(["*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": [f"arn:aws:iam::{OWN}:root", USER]}, {"AWS": USER}, {"AWS": USER}, {"AWS": _WORKER}, {"AWS": _SESSION}, {"AWS": SISTER}]),
    _own_conditions,
)  # fmt: skip


def _document(
    found: st.SearchStrategy[dict[str, Any]], most: int = 2, *, least: int = 0
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda each: {"Version": "2012-10-17", "Statement": each}, st.lists(found, min_size=least, max_size=most)
    )


_FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _mostly(usual: Any, found: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Where each of many policies must allow, few may be strange, or nothing is ever allowed."""
    return st.one_of(st.just(usual), st.just(usual), found)


def _levels(found: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[tuple[tuple[dict[str, Any], ...], ...]]:
    """Most hold AWS's own policy that allows everything, and others beside it."""
    others = st.lists(_document(found, most=1, least=1), max_size=2)
    level = st.builds(lambda aws, more: (*aws, *more), _mostly([_FULL], st.just([])), others)
    return _mostly((), st.lists(level, min_size=1, max_size=2).map(tuple))


accounts = st.builds(
    Account,
    _mostly((_FULL,), st.lists(_document(_own_statements), max_size=2).map(tuple)),
    st.one_of(st.none(), _document(_own_statements)),
    _levels(_own_statements),
    _levels(_own_statements.map(lambda statement: statement | {"Principal": "*"})),
)


def _texts(levels: Any) -> tuple[tuple[PolicyText, ...], ...]:
    return tuple(tuple(PolicyText(policy) for policy in level) for level in levels)


@settings(max_examples=3 * settings.default.max_examples)
@given(accounts, _document(_trusts, least=1), st.booleans(), st.sampled_from([None, "a", "c"]))
def test_what_a_user_or_role_may_is_what_every_concrete_request_says(
    around: Account, trust: dict[str, Any], is_user: bool, team: str | None
) -> None:
    _agree(around, trust, is_user, team)


_allowed = _trusts.filter(lambda statement: statement["Effect"] == "Allow")


@given(
    st.builds(Account, st.just((_FULL,)), _document(_own_statements)),
    st.sampled_from([USER, _SESSION]),
    _allowed,
    _allowed,
    st.sampled_from([None, "a", "c"]),
)
def test_what_reaches_past_a_boundary_is_what_every_concrete_request_says(
    around: Account, name: str, naming: dict[str, Any], other: dict[str, Any], team: str | None
) -> None:
    each = [other, naming | {"Principal": {"AWS": name}}]
    _agree(around, {"Version": "2012-10-17", "Statement": each}, name == USER, team)


def _agree(around: Account, trust: dict[str, Any], is_user: bool, team: str | None) -> None:
    inline = {"PolicyName": "p"}
    own = [inline | {"PolicyDocument": policy} for policy in around.identity]
    more: dict[str, Any] = {"Tags": [{"Key": "Team", "Value": team}]} if team and is_user else {}
    if around.boundary is not None:
        more["PermissionsBoundary"] = {"PermissionsBoundaryArn": _BOUNDARY}
    identity = user(UserPolicyList=own, **more) if is_user else role(RolePolicyList=own, **more)
    target = role(name="target") | {"AssumeRolePolicyDocument": trust}
    boundary = managed(_BOUNDARY, *(around.boundary or {"Statement": []})["Statement"])
    data = account(details(identity, target, boundary))
    guardrails = Guardrails(_texts(around.scps), _texts(around.rcps))

    name = USER if is_user else _WORKER
    strings: list[tuple[str, ...] | None] = [None, ("a",), ("b",), ("ab",), ("a*",), ("c",)]
    tags = [(team,) if team else None] if is_user else strings
    readings = readings_of([*around.every(), trust])
    behind = relevant({"x:string": strings, "aws:principaltag/team": tags}, readings)
    sessions = [""] if is_user else [_SESSION, _SESSION + "t"]
    asked = [
        Asked(Who("AWS", OWN, name, session, around.boundary is not None), "sts:AssumeRole", _TARGET, context)
        for session, context in product(sessions, oracle.contexts(behind))
    ]
    known = authorization(data)
    who = next(one for one in (*known.users, *known.roles) if one.arn == name)
    once = all(count == 1 or len(behind[key]) == 1 for key, count in readings.items())
    hold(
        Permissions(known, who, data.account, guardrails).may("sts:AssumeRole", _TARGET),
        {oracle.may(around, one) for one in asked},
        exactly=once,
    )
    roster = Roster(data, guardrails)
    hold(
        roster.may_assume(roster.actors[name], roster.actors[_TARGET]),
        {oracle.may_assume(around, trust, one, user=is_user) for one in asked},
        exactly=once and (is_user or json.dumps(trust).count(_SESSION) <= 1),
    )
