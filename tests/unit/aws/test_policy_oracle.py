"""The evaluator against an oracle that tries every concrete request: YES is allowed in all, NO in none, MAYBE in some.

Where one unknown fact is read more than once, the evaluator may say MAYBE although the readings cancel out (`a` or not `a`):
it weighs each by itself. Its YES and NO must hold even then.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import Caller, Facts, PolicyText, Request, Truth, decide, parse_document
from nightaudit_auditor.aws.principals import Permissions, Roster, authorization
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from tests.unit.aws import oracle
from tests.unit.aws.oracle import Account, Asked, Who
from tests.unit.checks.build import OWN, SISTER, account
from tests.unit.checks.iam.build import details, managed, role, user

_ACTIONS = ["x:Get", "x:Put", "y:Get"]
_ACTION_PATTERNS = ["*", "x:*", "X:get", "x:G*", "x:?ut", "?:Get", "*:Put", "y:Get", "x:G?"]
_RESOURCES = ["arn:aws:x:::a", "arn:aws:x:::ab", "arn:aws:x:::b"]
_WITH_VARIABLES = [
    "arn:aws:x:::${aws:username}", "arn:aws:x:::${aws:username}b", "arn:aws:x:::${*}", "arn:aws:x:::a${*}", "arn:aws:x:::${?}",
    "arn:aws:x:::a${?}*", "arn:aws:x:::a${$}", "arn:aws:x:::${aws:username, 'a'}", "arn:aws:x:::${X:Other, 'ab'}", "arn:aws:x:::${x:other, 'a'}*",
    "arn:aws:x:::${x:other}${aws:username, ''}",
]  # fmt: skip
_RESOURCE_PATTERNS = [
    "*", "arn:aws:x:::*", "arn:aws:x:::a", "arn:aws:x:::a*", "arn:aws:x:::?", "arn:aws:x:::A", *_WITH_VARIABLES[:2], *_WITH_VARIABLES,
]  # fmt: skip

_STRINGS = ["", "a", "A", "b", "ab"]
_MORE_RESOURCES = [
    f"arn:aws:x:::a{rest}"
    for rest in (
        "*",
        "?",
        "$",
        "${*}",
        "${?}",
        "${$}",
        *{one + two for one in ("", "b") for two in _STRINGS} - {"", "b"},
    )
]
"""Of which a request is one if it may be any that begins with `a`."""
_VARIABLE_TEXTS = [
    "${aws:username}", "${aws:username}*", "${*}", "a${*}", "${?}", "a${$}", "${$}*", "${aws:username, 'b'}", "${x:other, 'a'}*", "${X:Other, 'ab'}",
]  # fmt: skip
_ARN_NAMES = ["${x:other, 't'}", "${aws:username}", "${*}", "${?}"]
_ODD = ["a*", "A*", "b*", "?", "*", "ab*", "$", "a$", "$*", "t", *_VARIABLE_TEXTS]
"""What a caller may send too: in the evaluator's facts these would stand for any value."""
_NUMBERS = ["4", "4.5", "5", "5.0", "6", "7"]
_DATES = ["2025-12-31", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "1767225600", "2026-01-02", "2026-01-03"]
_ARNS = [f"arn:aws:sns:{region}:{owner}:t" for region in ("eu", "us") for owner in (OWN, SISTER)]
_OTHER_ARNS = [
    f"arn:aws:sns:{region}:{OWN}:{name}"
    for region in ("eu", "us")
    for name in ("", "a", "A", "b", "ab", "*", "?", *_ARN_NAMES)
]
_ADDRESSES = ["203.0.113.9", "198.51.100.1", "2001:db8::1"]
_VALUES: dict[str, list[str]] = {
    "x:string": _STRINGS, "x:other": _STRINGS, "aws:username": ["a", "A", "b", "ab"], "x:number": _NUMBERS, "x:date": _DATES,
    "x:flag": ["true", "false"], "x:arn": _ARNS, "x:address": _ADDRESSES, "x:several": ["a", "b"],
}  # fmt: skip
_SETS: list[tuple[str, ...]] = [(), ("a",), ("b",), ("a", "b"), ("b", "b")]
_SINGLE = ("", "IfExists")


def _condition(operators: list[str], keys: list[str], values: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda operator, suffix, key, found: {f"{operator}{suffix}": {key: found}},
        st.sampled_from(operators), st.sampled_from(_SINGLE), st.sampled_from(keys), st.lists(st.sampled_from(values), min_size=1, max_size=2),
    )  # fmt: skip


_COMPARED = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
_ON_STRINGS = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"]  # fmt: skip
_ON_ARNS = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
with_variables = st.one_of(
    _condition(
        _ON_STRINGS,
        ["x:string", "X:Other", "aws:username"],
        _VARIABLE_TEXTS,
    ),
    _condition(_ON_ARNS, ["x:arn"], [f"arn:*:*:{region}:*:{name}" for region in ("eu", "*") for name in _ARN_NAMES]),
)  # fmt: skip
conditions = st.one_of(
    with_variables,
    _condition(_ON_STRINGS, ["x:string", "X:Other", "aws:username"], ["a", "A", "b", "a*", "?", "ab", "*", "b*"]),
    _condition([f"Numeric{one}" for one in _COMPARED], ["x:number"], ["5", 5, "4.5", "6"]),
    _condition([f"Date{one}" for one in _COMPARED], ["x:date"], ["2026-01-01T00:00:00Z", "1767225599", "2026-01-02"]),
    _condition(["Bool"], ["x:flag"], [True, "false", "True"]),
    _condition(
        _ON_ARNS,
        ["x:arn"],
        ["*", f"arn:aws:sns:*:{OWN}:t", _ARNS[0], _ARNS[3], f"arn:aws:sns:?u:{SISTER}:*", "arn:*:*:eu:*:*"],
    ),
    _condition(["IpAddress", "NotIpAddress"], ["x:address"], ["203.0.113.0/24", "2001:db8::/32", "198.51.100.1/32"]),
    _condition(
        [f"{quantifier}:{operator}" for quantifier in ("ForAllValues", "ForAnyValue") for operator in ("StringEquals", "StringNotEquals", "StringLike")],
        ["x:several"],
        ["a", "b", "?"],
    ),
    st.builds(
        lambda key, wanted: {"Null": {key: wanted}},
        st.sampled_from(sorted(_VALUES)), st.lists(st.sampled_from(["true", "false"]), min_size=1, max_size=2),
    ),
)  # fmt: skip

_USER, _ROLE, _OTHER = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{SISTER}:role/r", f"arn:aws:iam::{SISTER}:role/q"
_PRINCIPALS: list[Any] = [
    "*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": f"arn:aws:iam::{SISTER}:root"}, {"AWS": [_USER, _ROLE]}, {"AWS": _ROLE},
    {"AWS": f"arn:aws:sts::{SISTER}:assumed-role/r/s"}, {"Service": ["x.amazonaws.com", "y.amazonaws.com"]}, {"CanonicalUser": "abc"}, {"Federated": "idp", "AWS": SISTER},
]  # fmt: skip
_IN_SESSIONS = tuple(Who("AWS", SISTER, _ROLE, f"arn:aws:sts::{SISTER}:assumed-role/r/{name}") for name in ("s", "t"))
_CALLERS: dict[str, tuple[Caller, tuple[Who, ...]]] = {
    "nobody": (Caller("Anonymous"), (Who("Anonymous"),)),
    "the user": (Caller("AWS", OWN, _USER), (Who("AWS", OWN, _USER),)),
    "the user with a boundary": (Caller("AWS", OWN, _USER, bounded=True), (Who("AWS", OWN, _USER, bounded=True),)),
    "the role": (Caller("AWS", SISTER, _ROLE), _IN_SESSIONS),
    "somebody": (Caller("AWS", SISTER), (*_IN_SESSIONS, Who("AWS", SISTER, _OTHER))),
    "a service": (Caller("Service", id="x.amazonaws.com"), (Who("Service", name="x.amazonaws.com"),)),
    "a canonical user": (Caller("CanonicalUser", id="abc"), (Who("CanonicalUser", name="abc"),)),
    "an identity provider": (Caller("Federated", id="idp"), (Who("Federated", name="idp"),)),
}


def _one_of(*names: str, values: list[Any], several: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    found = st.sampled_from(values)
    given_ = st.one_of(found, st.lists(found, min_size=1, max_size=2)) if several else found
    return st.builds(lambda name, value: {name: value}, st.sampled_from(names), given_)


def statements(*, principals: list[Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    principal = _one_of("Principal", "NotPrincipal", values=principals, several=False) if principals else st.just({})
    return st.builds(
        lambda effect, action, resource, named, found: {"Effect": effect, **action, **resource, **named, "Condition": found},
        st.sampled_from(["Allow", "Allow", "Deny"]),
        _one_of("Action", "Action", "NotAction", values=_ACTION_PATTERNS),
        st.one_of(st.just({}), _one_of("Resource", "Resource", "NotResource", values=_RESOURCE_PATTERNS)),
        principal,
        st.one_of(st.just({}), conditions),
    )  # fmt: skip


def policies(**options: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda version, found: {"Statement": found} | ({"Version": version} if version else {}),
        st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", None]),
        st.lists(statements(**options), max_size=3),
    )


@st.composite
def facts(draw: st.DrawFn) -> tuple[Facts, dict[str, list[tuple[str, ...] | None]]]:
    """What is known of the keys: a value, some of which it is one, or nothing; and the concrete values behind it."""
    known: dict[str, Any] = {}
    behind: dict[str, list[tuple[str, ...] | None]] = {}
    for key, values in _VALUES.items():
        every: list[tuple[str, ...] | None] = [None, *(_SETS if key == "x:several" else [(value,) for value in values])]
        how = draw(st.sampled_from(["known", "some", "free"]))
        if how == "free":
            behind[key] = [value for value in every if value is None or len(value) == 1]
            behind[key] += [(value,) for value in _ODD if key in ("x:string", "x:other", "x:several", "aws:username")]
            behind[key] += [(value,) for value in _OTHER_ARNS if key == "x:arn"]
            behind[key] += [("",)] if key == "aws:username" else []
        else:
            behind[key] = draw(
                st.lists(st.sampled_from(every), min_size=1, max_size=1 if how == "known" else 3, unique=True)
            )
            known[key] = tuple(behind[key])
    return Facts(known), behind


def _readings(documents: list[dict[str, Any]]) -> Counter[str]:
    """How often each key is read: as a condition's, and as a variable."""
    found: Counter[str] = Counter()
    for document in documents:
        for statement in document["Statement"]:
            found.update(key.lower() for keys in statement.get("Condition", {}).values() for key in keys)
        if document.get("Version") == "2012-10-17":
            found.update(key.lower() for key in re.findall(r"\$\{([^},*?$]+)", json.dumps(document)))
    return found


def _holds(verdict: Truth, outcomes: set[bool], *, exactly: bool) -> None:
    if verdict is not Truth.MAYBE:
        assert outcomes == {verdict is Truth.YES}
    elif exactly:
        assert outcomes == {True, False}


def _relevant(behind: dict[str, list[tuple[str, ...] | None]], readings: Counter[str]) -> dict[str, Any]:
    return {key: values for key, values in behind.items() if key in readings}


@given(
    st.lists(policies(principals=_PRINCIPALS), min_size=1, max_size=2),
    st.sampled_from(sorted(_CALLERS)),
    st.sampled_from(_ACTIONS),
    st.sampled_from([*_RESOURCES, "arn:aws:x:::a*"]),
    facts(),
)
def test_a_decision_is_what_every_concrete_request_says(
    documents: list[dict[str, Any]], caller: str, action: str, resource: str, known: tuple[Facts, dict[str, Any]]
) -> None:
    _decided(documents, caller, action, resource, *known)


_variable_statements = st.builds(
    lambda effect, resource, found: {"Effect": effect, "Action": "*", **resource, "Condition": found},
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.one_of(st.just({}), _one_of("Resource", "NotResource", values=_WITH_VARIABLES)),
    st.one_of(st.just({}), with_variables),
)
_ANYBODY = {"Effect": "Allow", "Action": "*"}


@given(_variable_statements, st.sampled_from([*_RESOURCES, "arn:aws:x:::a*"]), facts())
def test_a_variable_is_what_every_concrete_request_says(
    statement: dict[str, Any], resource: str, known: tuple[Facts, dict[str, Any]]
) -> None:
    each = [statement] if statement["Effect"] == "Allow" else [_ANYBODY, statement]
    _decided([{"Version": "2012-10-17", "Statement": each}], "the user", "x:Get", resource, *known)


def _decided(
    documents: list[dict[str, Any]], caller: str, action: str, resource: str, known: Facts, alternatives: dict[str, Any]
) -> None:
    who, each = _CALLERS[caller]
    resources = [one for one in (*_RESOURCES, *_MORE_RESOURCES) if oracle.like(oracle.plain(resource), one)]
    readings = _readings(documents)
    behind = _relevant(alternatives, readings)
    # Several free keys at once make thousands of requests, which tell no more.
    assume(prod(map(len, behind.values())) * len(resources) * len(each) <= 5000)
    outcomes = {
        oracle.verdict(documents, Asked(one, action, name, context)) == "Allow"
        for one, name, context in product(each, resources, oracle.contexts(behind))
    }
    verdict = decide(map(parse_document, documents), Request(action, resource, who, known))
    once = all(count == 1 or len(behind[key]) == 1 for key, count in readings.items())
    alone = sum(len(document["Statement"]) for document in documents) <= 1 or (len(each) == 1 and len(resources) == 1)
    _holds(verdict, outcomes, exactly=once and alone)


def _allow(resource: str = "*", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": resource, "Condition": condition}


@pytest.mark.parametrize(
    ("each", "known", "truly"),
    [
        ([_allow(StringEquals={"x:string": "a"}), _allow(StringNotEquals={"x:string": "a"})], {}, True),
        ([_allow(StringEquals={"x:string": "a"}), _allow(Bool={"x:flag": "true"}) | {"Effect": "Deny"}, _allow(BoolIfExists={"x:flag": "false"})], {"x:string": (None,)}, None),
    ],
    ids=["one reading cancels another", "but this does depend"],
)  # fmt: skip
def test_where_the_evaluator_leaves_open_what_is_settled(
    each: list[dict[str, Any]], known: dict[str, Any], truly: bool | None
) -> None:
    """`truly` is what every request says; None: they differ, so MAYBE is right."""
    policy = {"Version": "2012-10-17", "Statement": each}
    behind = {key: [None, *((value,) for value in values)] for key, values in _VALUES.items()} | {
        key: list(alternatives) for key, alternatives in known.items()
    }
    outcomes = {
        oracle.verdict([policy], Asked(Who("AWS", OWN, _USER), "x:Get", _RESOURCES[0], context)) == "Allow"
        for context in oracle.contexts(_relevant(behind, _readings([policy])))
    }
    assert outcomes == ({True, False} if truly is None else {truly})
    request = Request("x:Get", _RESOURCES[0], Caller("AWS", OWN, _USER), Facts(known))
    assert decide([parse_document(policy)], request) is Truth.MAYBE


_TARGET = f"arn:aws:iam::{OWN}:role/target"
_WORKER = f"arn:aws:iam::{OWN}:role/worker"
_SESSION = f"arn:aws:sts::{OWN}:assumed-role/worker/s"
_BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"
_own_conditions = st.one_of(
    st.just({}),
    _condition(
        ["StringEquals", "StringNotEquals", "StringLike", "ForAllValues:StringEquals"],
        ["aws:PrincipalTag/team", "x:string"],
        ["a", "b", "a*"],
    ),
)
_own_statements = st.builds(
    lambda effect, action, resource, found: {"Effect": effect, **action, **resource, "Condition": found},
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    _one_of("Action", "Action", "Action", "NotAction", values=["*", "sts:*", "sts:AssumeRole", "sts:Tag*"], several=False),
    _one_of("Resource", "Resource", "NotResource", values=["*", _TARGET, f"arn:aws:iam::{OWN}:role/t*", _WORKER], several=False),
    _own_conditions,
)  # fmt: skip
_trusts = st.builds(
    lambda kind, principal, found: {"Effect": kind[0], kind[1]: principal, "Action": "sts:AssumeRole", "Condition": found},
    st.sampled_from([*[("Allow", "Principal")] * 5, ("Deny", "Principal"), ("Deny", "NotPrincipal")]),
    st.sampled_from(["*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": [f"arn:aws:iam::{OWN}:root", _USER]}, {"AWS": _USER}, {"AWS": _USER}, {"AWS": _WORKER}, {"AWS": _SESSION}, {"AWS": SISTER}]),
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
    st.sampled_from([_USER, _SESSION]),
    _allowed,
    _allowed,
    st.sampled_from([None, "a", "c"]),
)
def test_what_reaches_past_a_boundary_is_what_every_concrete_request_says(
    around: Account, name: str, naming: dict[str, Any], other: dict[str, Any], team: str | None
) -> None:
    each = [other, naming | {"Principal": {"AWS": name}}]
    _agree(around, {"Version": "2012-10-17", "Statement": each}, name == _USER, team)


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

    name = _USER if is_user else _WORKER
    strings: list[tuple[str, ...] | None] = [None, ("a",), ("b",), ("ab",), ("a*",), ("c",)]
    tags = [(team,) if team else None] if is_user else strings
    readings = _readings([*around.every(), trust])
    behind = _relevant({"x:string": strings, "aws:principaltag/team": tags}, readings)
    sessions = [""] if is_user else [_SESSION, _SESSION + "t"]
    asked = [
        Asked(Who("AWS", OWN, name, session, around.boundary is not None), "sts:AssumeRole", _TARGET, context)
        for session, context in product(sessions, oracle.contexts(behind))
    ]
    known = authorization(data)
    who = next(one for one in (*known.users, *known.roles) if one.arn == name)
    once = all(count == 1 or len(behind[key]) == 1 for key, count in readings.items())
    _holds(
        Permissions(known, who, data.account, guardrails).may("sts:AssumeRole", _TARGET),
        {oracle.may(around, one) for one in asked},
        exactly=once,
    )
    roster = Roster(data, guardrails)
    _holds(
        roster.may_assume(roster.actors[name], roster.actors[_TARGET]),
        {oracle.may_assume(around, trust, one, user=is_user) for one in asked},
        exactly=once and (is_user or json.dumps(trust).count(_SESSION) <= 1),
    )
