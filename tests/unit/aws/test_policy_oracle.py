"""The evaluator against an oracle that tries every concrete request: YES is allowed in all, NO in none, MAYBE in some.

Where one unknown fact is read more than once, the evaluator may say MAYBE although the readings cancel out (`a` or not `a`):
it weighs each by itself. Its YES and NO must hold even then.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import Caller, Facts, Request, Truth, decide, parse_document
from tests.unit.aws import oracle
from tests.unit.aws.oracle import Asked, Who
from tests.unit.aws.randomly import USER, condition, hold, one_of, readings_of, relevant
from tests.unit.checks.build import OWN, SISTER

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


_COMPARED = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
_ON_STRINGS = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"]  # fmt: skip
_ON_ARNS = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
with_variables = st.one_of(
    condition(
        _ON_STRINGS,
        ["x:string", "X:Other", "aws:username"],
        _VARIABLE_TEXTS,
    ),
    condition(_ON_ARNS, ["x:arn"], [f"arn:*:*:{region}:*:{name}" for region in ("eu", "*") for name in _ARN_NAMES]),
)  # fmt: skip
conditions = st.one_of(
    with_variables,
    condition(_ON_STRINGS, ["x:string", "X:Other", "aws:username"], ["a", "A", "b", "a*", "?", "ab", "*", "b*"]),
    condition([f"Numeric{one}" for one in _COMPARED], ["x:number"], ["5", 5, "4.5", "6"]),
    condition([f"Date{one}" for one in _COMPARED], ["x:date"], ["2026-01-01T00:00:00Z", "1767225599", "2026-01-02"]),
    condition(["Bool"], ["x:flag"], [True, "false", "True"]),
    condition(
        _ON_ARNS,
        ["x:arn"],
        ["*", f"arn:aws:sns:*:{OWN}:t", _ARNS[0], _ARNS[3], f"arn:aws:sns:?u:{SISTER}:*", "arn:*:*:eu:*:*"],
    ),
    condition(["IpAddress", "NotIpAddress"], ["x:address"], ["203.0.113.0/24", "2001:db8::/32", "198.51.100.1/32"]),
    condition(
        [f"{quantifier}:{operator}" for quantifier in ("ForAllValues", "ForAnyValue") for operator in ("StringEquals", "StringNotEquals", "StringLike")],
        ["x:several"],
        ["a", "b", "?"],
    ),
    st.builds(
        lambda key, wanted: {"Null": {key: wanted}},
        st.sampled_from(sorted(_VALUES)), st.lists(st.sampled_from(["true", "false"]), min_size=1, max_size=2),
    ),
)  # fmt: skip

_ROLE, _OTHER = f"arn:aws:iam::{SISTER}:role/r", f"arn:aws:iam::{SISTER}:role/q"
_PRINCIPALS: list[Any] = [
    "*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": f"arn:aws:iam::{SISTER}:root"}, {"AWS": [USER, _ROLE]}, {"AWS": _ROLE},
    {"AWS": f"arn:aws:sts::{SISTER}:assumed-role/r/s"}, {"Service": ["x.amazonaws.com", "y.amazonaws.com"]}, {"CanonicalUser": "abc"}, {"Federated": "idp", "AWS": SISTER},
]  # fmt: skip
_IN_SESSIONS = tuple(Who("AWS", SISTER, _ROLE, f"arn:aws:sts::{SISTER}:assumed-role/r/{name}") for name in ("s", "t"))
_CALLERS: dict[str, tuple[Caller, tuple[Who, ...]]] = {
    "nobody": (Caller("Anonymous"), (Who("Anonymous"),)),
    "the user": (Caller("AWS", OWN, USER), (Who("AWS", OWN, USER),)),
    "the user with a boundary": (Caller("AWS", OWN, USER, bounded=True), (Who("AWS", OWN, USER, bounded=True),)),
    "the role": (Caller("AWS", SISTER, _ROLE), _IN_SESSIONS),
    "somebody": (Caller("AWS", SISTER), (*_IN_SESSIONS, Who("AWS", SISTER, _OTHER))),
    "a service": (Caller("Service", id="x.amazonaws.com"), (Who("Service", name="x.amazonaws.com"),)),
    "a canonical user": (Caller("CanonicalUser", id="abc"), (Who("CanonicalUser", name="abc"),)),
    "an identity provider": (Caller("Federated", id="idp"), (Who("Federated", name="idp"),)),
}


def statements(*, principals: list[Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    principal = one_of("Principal", "NotPrincipal", values=principals, several=False) if principals else st.just({})
    return st.builds(
        lambda effect, action, resource, named, found: {"Effect": effect, **action, **resource, **named, "Condition": found},
        st.sampled_from(["Allow", "Allow", "Deny"]),
        one_of("Action", "Action", "NotAction", values=_ACTION_PATTERNS),
        st.one_of(st.just({}), one_of("Resource", "Resource", "NotResource", values=_RESOURCE_PATTERNS)),
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
    st.one_of(st.just({}), one_of("Resource", "NotResource", values=_WITH_VARIABLES)),
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
    readings = readings_of(documents)
    behind = relevant(alternatives, readings)
    # Several free keys at once make thousands of requests, which tell no more.
    assume(prod(map(len, behind.values())) * len(resources) * len(each) <= 5000)
    outcomes = {
        oracle.verdict(documents, Asked(one, action, name, context)) == "Allow"
        for one, name, context in product(each, resources, oracle.contexts(behind))
    }
    verdict = decide(map(parse_document, documents), Request(action, resource, who, known))
    once = all(count == 1 or len(behind[key]) == 1 for key, count in readings.items())
    alone = sum(len(document["Statement"]) for document in documents) <= 1 or (len(each) == 1 and len(resources) == 1)
    hold(verdict, outcomes, exactly=once and alone)


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
        oracle.verdict([policy], Asked(Who("AWS", OWN, USER), "x:Get", _RESOURCES[0], context)) == "Allow"
        for context in oracle.contexts(relevant(behind, readings_of([policy])))
    }
    assert outcomes == ({True, False} if truly is None else {truly})
    request = Request("x:Get", _RESOURCES[0], Caller("AWS", OWN, USER), Facts(known))
    assert decide([parse_document(policy)], request) is Truth.MAYBE
