"""Who gets through a resource policy, against an oracle that sends the requests of strangers, neighbours and services.

What callers can and cannot say of themselves is written down here a second time, from the IAM User Guide ("AWS global condition
context keys"), as concrete values. Somebody is let in if one of his requests is: so a policy that shuts everybody out by two
conditions that only together leave nothing open may count as open, and is told apart here by how often it reads a key.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import Exposure, exposure, parse_document
from tests.unit.aws import oracle
from tests.unit.aws.oracle import Asked, Who

OWN, PARTNER, ALIEN, LUCKY = "111111111111", "222222222222", "333333333333", "999900000000"
ORGANIZATION, FOREIGN, OURS = "o-abcdefghij", "o-zzzzzzzzzz", "o-ours234567"
ACTIONS = ["s3:GetObject", "s3:PutObject"]
OBJECT = "arn:aws:s3:::b/x"
ROLE = f"arn:aws:iam::{PARTNER}:role/r"
SERVICE = "sns.amazonaws.com"

_CONDITIONS: list[tuple[list[str], str, list[str]]] = [
    (["StringEquals", "StringNotEquals", "StringEqualsIfExists"], "aws:PrincipalAccount", [OWN, PARTNER]),
    (["StringLike", "StringNotLike"], "aws:PrincipalAccount", ["9999*", OWN, PARTNER]),
    (["StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringNotEqualsIfExists"], "aws:PrincipalOrgID", [ORGANIZATION]),
    (["ForAnyValue:StringLike", "ForAllValues:StringLike"], "aws:PrincipalOrgPaths", [f"{ORGANIZATION}/*"]),
    (["ArnLike", "ArnNotLike", "StringEquals"], "aws:PrincipalArn", [ROLE, f"arn:aws:iam::{OWN}:role/*", "arn:aws:iam::*:role/r"]),
    (["StringEquals", "StringNotEquals", "StringEqualsIfExists"], "aws:SourceAccount", [OWN, PARTNER]),
    (["StringEquals"], "aws:SourceOwner", [OWN]),
    (["ArnLike", "ArnNotLike"], "aws:SourceArn", [f"arn:aws:sns:*:{OWN}:*", "arn:aws:s3:::ours", "arn:aws:sns:*:*:*"]),
    (["StringEquals", "StringNotEquals"], "aws:SourceOrgID", [ORGANIZATION]),
    (["StringEquals", "StringNotEquals", "StringEqualsIfExists"], "aws:PrincipalOrgID", ["${aws:ResourceOrgID}"]),
    (["StringEquals", "StringNotEquals"], "aws:SourceOrgID", ["${aws:ResourceOrgID, 'none'}"]),
    (["StringEquals", "StringNotEquals"], "aws:ResourceOrgID", ["${aws:PrincipalOrgID}"]),
    (["StringEquals", "StringNotEquals"], "aws:PrincipalAccount", ["${aws:ResourceAccount}", "${*}"]),
    (["StringEquals"], "aws:SourceAccount", ["${aws:ResourceAccount, 'none'}"]),
    (["IpAddress", "NotIpAddress", "IpAddressIfExists"], "aws:SourceIp", ["203.0.113.0/24", "0.0.0.0/0", "10.0.0.0/8"]),
    (["StringEquals", "StringNotEquals", "StringEqualsIfExists"], "aws:SourceVpce", ["vpce-1"]),
    (["StringEquals", "StringNotEquals"], "aws:SourceVpc", ["vpc-1"]),
    (["Bool"], "aws:PrincipalIsAWSService", ["true", "false"]),
    (["StringEquals"], "aws:PrincipalServiceName", [SERVICE, "x.amazonaws.com"]),
    (["StringEquals", "StringNotEquals"], "aws:PrincipalType", ["User", "Anonymous"]),
    (["StringEquals"], "aws:ResourceAccount", [OWN, "444444444444"]),
    (["Bool", "BoolIfExists"], "aws:SecureTransport", ["true", "false"]),
    (["StringEquals"], "aws:PrincipalTag/team", ["a"]),
    (["Null"], "aws:PrincipalOrgID", ["true", "false"]),
    (["Null"], "aws:SourceVpce", ["true", "false"]),
    (["Null"], "aws:PrincipalServiceName", ["true", "false"]),
]  # fmt: skip
conditions = st.sampled_from(_CONDITIONS).flatmap(
    lambda known: st.builds(
        lambda operator, values: {operator: {known[1]: values}},
        st.sampled_from(known[0]),
        st.lists(st.sampled_from(known[2]), min_size=1, max_size=1),
    )
)
statements = st.builds(
    lambda effect, principal, action, found: {"Effect": effect, **principal, "Action": action, "Resource": "*", "Condition": found},
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from([
        {"Principal": "*"}, {"Principal": "*"}, {"Principal": {"AWS": "*"}}, {"Principal": {"AWS": PARTNER}}, {"Principal": {"AWS": ROLE}},
        {"Principal": {"AWS": OWN}}, {"Principal": {"Service": SERVICE}}, {"Principal": {"CanonicalUser": "abc"}},
        {"NotPrincipal": {"AWS": [OWN]}}, {"NotPrincipal": {"AWS": PARTNER}},
    ]),
    st.sampled_from(["s3:*", "s3:GetObject", "s3:Put*"]),
    st.one_of(st.just({}), conditions, conditions),
)  # fmt: skip

_HEADERS: dict[str, list[tuple[str, ...] | None]] = {
    "aws:securetransport": [("true",), ("false",)],
    "aws:resourceaccount": [(OWN,)],
    "aws:resourceorgid": [None, (ORGANIZATION,), (OURS,)],
}


def acting_for(account: str) -> dict[str, list[tuple[str, ...] | None]]:
    """What a service may say of whom it acts for, if that is somebody in the account, or a resource whose ARN names none."""
    return {
        "aws:sourceaccount": [None, (account,)],
        "aws:sourceowner": [None, (account,)],
        "aws:sourcearn": [None, (f"arn:aws:sns:eu:{account}:t",), ("arn:aws:s3:::anybodys",)],
    }


def principal(account: str, name: str, organization: str | None) -> dict[str, list[tuple[str, ...] | None]]:
    """What IAM says of a user or role, and what he can say himself."""
    org: list[tuple[str, ...] | None] = [(organization,)] if organization else [None, (FOREIGN,)]
    paths: list[tuple[str, ...] | None] = (
        [(f"{organization}/r-1/ou-1/",)] if organization else [None, (f"{FOREIGN}/r-1/",)]
    )
    return {
        "aws:principalaccount": [(account,)],
        "aws:principalarn": [(name,)],
        "aws:principaltype": [("User",) if ":user/" in name else ("Account",) if name.endswith(":root") else ("AssumedRole",)],
        "aws:principalorgid": org,
        "aws:principalorgpaths": paths,
        "aws:sourceorgid": [None, *org],
        "aws:principalisawsservice": [("false",)],
        "aws:principaltag/team": [None, ("a",), ("b",)],
        **acting_for(account),
        **_HEADERS,
    }  # fmt: skip


_ABROAD: dict[str, list[tuple[str, ...] | None]] = {
    "aws:sourceip": [None, ("198.51.100.7",)],
    "aws:sourcevpc": [None, ("vpc-9",)],
    "aws:sourcevpce": [None, ("vpce-9",)],
}
"""Whoever has nothing to do with us comes over the Internet, or by a VPC of his own."""
_ANYWHERE: dict[str, list[tuple[str, ...] | None]] = {
    "aws:sourceip": [None, ("198.51.100.7",), ("203.0.113.9",), ("10.0.0.1",)],
    "aws:sourcevpc": [None, ("vpc-1",), ("vpc-9",)],
    "aws:sourcevpce": [None, ("vpce-1",), ("vpce-9",)],
}

Sender = tuple[Who, dict[str, list[tuple[str, ...] | None]]]


def members(account: str, organization: str | None, network: dict[str, Any]) -> list[Sender]:
    names = [f"arn:aws:iam::{account}:{name}" for name in ("role/r", "role/q", "user/u", "root")]
    return [(Who("AWS", account, name), principal(account, name, organization) | network) for name in names]


ANONYMOUS: Sender = (
    Who("Anonymous"),
    {**acting_for(ALIEN), **_HEADERS, **_ABROAD, "aws:principaltype": [("Anonymous",)], "aws:principalisawsservice": [("false",)],
     "aws:sourceorgid": [None, (FOREIGN,)], "aws:principaltag/team": [None]},
)  # fmt: skip
SENT: Sender = (
    Who("Service", name=SERVICE),
    {**acting_for(ALIEN), **_HEADERS, **_ABROAD, "aws:principalisawsservice": [("true",)], "aws:principalservicename": [(SERVICE,)],
     "aws:sourceorgid": [None, (FOREIGN,)]},
)  # fmt: skip


def let_in(policy: dict[str, Any], senders: list[Sender]) -> frozenset[str]:
    """The actions that one of the senders' requests is allowed."""
    read = set(_read(policy))
    return frozenset(
        action
        for who, says in senders
        for context in oracle.contexts({key: values for key, values in says.items() if key in read})
        for action in ACTIONS
        if oracle.verdict([policy], Asked(who, action, OBJECT, context)) == "Allow"
    )


def _read(policy: dict[str, Any]) -> Counter[str]:
    """How often each key is read: as a condition's, and as a variable."""
    keys = Counter(key.lower() for s in policy["Statement"] for by in s["Condition"].values() for key in by)
    keys.update(key.lower() for key in re.findall(r"\$\{([^},*]+)", json.dumps(policy)))
    return keys


def found(policy: dict[str, Any]) -> Exposure:
    return exposure(parse_document(policy), [(action, OBJECT) for action in ACTIONS], OWN)


def _once(policy: dict[str, Any]) -> bool:
    """No key is read twice; and only one element of one statement looks at who the caller is."""
    keys = _read(policy)
    of_callers = sum(count for key, count in keys.items() if key.startswith(("aws:principal", "aws:source")))
    named = [s for s in policy["Statement"] if s.get("Principal") not in ("*", {"AWS": "*"})]
    return all(count == 1 for count in keys.values()) and of_callers + len(named) <= 1


@given(st.lists(statements, min_size=1, max_size=3))
def test_who_is_let_in_is_whose_requests_are(each: list[dict[str, Any]]) -> None:
    policy = {"Version": "2012-10-17", "Statement": each}
    seen = found(policy)
    strangers = [ANONYMOUS, *members(ALIEN, None, _ABROAD)]
    if "9999*" in str(policy):
        strangers += members(LUCKY, None, _ABROAD)
    public = let_in(policy, strangers)
    partner = let_in(policy, [one for org in (None, OURS) for one in members(PARTNER, org, _ANYWHERE)]) - public
    colleagues = let_in(policy, members("555555555555", ORGANIZATION, _ANYWHERE)) - public
    # What a named account may do anyway is its own, not its organization's.
    as_one_of_them = let_in(policy, members(PARTNER, ORGANIZATION, _ANYWHERE)) - public - partner
    organized = colleagues | (as_one_of_them if _sought(policy) else frozenset())
    organized = organized if ORGANIZATION in str(policy) else frozenset[str]()
    named_services = any(s["Effect"] == "Allow" and "Service" in s.get("Principal", {}) for s in each)
    service = let_in(policy, [SENT]) if named_services else frozenset[str]()
    judged = [
        (public, seen.public),
        (partner if _sought(policy) else frozenset[str](), _granted(seen.accounts, PARTNER)),
        (organized, _granted(seen.organizations, ORGANIZATION)),
        (service, _granted(seen.services, SERVICE)),
    ]
    for actual, said in judged:
        assert actual <= said | seen.public
        if _once(policy):
            assert actual == said
    assert OWN not in seen.accounts


def _sought(policy: dict[str, Any]) -> bool:
    """An account is looked for if an Allow names it, a condition does, or a Deny spares it: any other comes in only where everybody
    does."""
    named = {"Allow": "Principal", "Deny": "NotPrincipal"}
    return any(PARTNER in str(s["Condition"]) or PARTNER in str(s.get(named[s["Effect"]])) for s in policy["Statement"])


def _granted(grants: Any, who: str) -> frozenset[str]:
    return grants[who].actions if who in grants else frozenset()


@given(st.lists(statements, max_size=2), statements, conditions)
def test_neither_a_deny_nor_a_condition_makes_more_public(
    each: list[dict[str, Any]], one: dict[str, Any], condition: dict[str, Any]
) -> None:
    def public(*found_: dict[str, Any]) -> frozenset[str]:
        return found({"Version": "2012-10-17", "Statement": [*each, *found_]}).public

    assert public(one | {"Effect": "Deny"}) <= public()
    assert public(one | {"Effect": "Allow", "Condition": condition}) <= public(
        one | {"Effect": "Allow", "Condition": {}}
    )
