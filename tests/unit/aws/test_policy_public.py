"""Who gets through a resource policy: the cases that policy engines are known to get wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nightaudit_auditor.aws.policy import Exposure, exposure, parse_document

OWN, OTHER = "111111111111", "444444444444"
GET = "s3:GetObject"
OBJECTS = "arn:aws:s3:::logs/*"


def _allow(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": GET, "Resource": OBJECTS} | more


def _deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [OBJECTS, "arn:aws:s3:::logs"]} | more


def _when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {operator: {key: list(values)}}


def _exposed(*statements: dict[str, Any]) -> Exposure:
    return exposure(parse_document({"Version": "2012-10-17", "Statement": list(statements)}), [(GET, OBJECTS)], OWN)


OPEN: dict[str, list[dict[str, Any]]] = {
    "principal *": [_allow()],
    "AWS *": [_allow(Principal={"AWS": "*"})],
    "a list with *": [_allow(Principal={"AWS": [f"arn:aws:iam::{OWN}:root", "*"]})],
    "NotPrincipal of one account": [
        {"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": GET, "Resource": OBJECTS}
    ],
    "NotAction": [{"Effect": "Allow", "Principal": "*", "NotAction": "s3:Put*", "Resource": OBJECTS}],
    "NotResource": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::logs/private/*"}],
    "some of the objects": [_allow(Resource="arn:aws:s3:::logs/public/*")],
    "SourceIp of everywhere": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "0.0.0.0/0"))],
    "SourceIp of everywhere in halves": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1"))],
    "SourceIp broader than /8": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "52.0.0.0/7"))],
    "many ranges that are each no broader than /8": [
        _allow(Condition=_when("IpAddress", "aws:SourceIp", *(f"{n}.0.0.0/8" for n in range(11, 100, 2)), *(f"{n}.0.0.0/8" for n in range(128, 168, 2))))
    ],
    "SourceIp of all of IPv6": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "10.0.0.0/8", "::/0"))],
    "SourceIp IfExists: a request through a VPC endpoint has none": [
        _allow(Condition=_when("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24"))
    ],
    "everywhere but one address": [_allow(Condition=_when("NotIpAddress", "aws:SourceIp", "203.0.113.7/32"))],
    "org IfExists: the anonymous have none": [_allow(Condition=_when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abcdefghij"))],
    "any organization": [_allow(Condition=_when("StringLike", "aws:PrincipalOrgID", "*"))],
    "ForAllValues over a key that may be missing": [
        _allow(Condition=_when("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/*"))
    ],
    "not from our endpoint": [_allow(Condition=_when("StringNotEquals", "aws:SourceVpce", "vpce-1"))],
    "not from that account": [_allow(Condition=_when("StringNotEquals", "aws:PrincipalAccount", OTHER))],
    "TLS only": [_allow(Condition=_when("Bool", "aws:SecureTransport", True))],
    "a referer": [_allow(Condition=_when("StringLike", "aws:Referer", "https://example.com/*"))],
    "a user agent": [_allow(Condition=_when("StringEquals", "aws:UserAgent", "x"))],
    "a role's name in any account": [_allow(Condition=_when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Admin"))],
    "accounts that begin so": [_allow(Condition=_when("StringLike", "aws:PrincipalAccount", "9999*"))],
    "accounts that begin as ours does": [_allow(Condition=_when("StringLike", "aws:PrincipalAccount", f"{OWN[:4]}*"))],
    "accounts but for a digit": [_allow(Condition=_when("StringLike", "kms:CallerAccount", f"{OWN[:11]}?"))],
    "roles of accounts that begin so": [_allow(Condition=_when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::9999*:role/x"))],
    "topics of accounts that end so": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*99:t"))],
    "a Deny of all but accounts that begin so": [_allow(), _deny(Condition=_when("StringNotLike", "aws:PrincipalAccount", "9999*"))],
    "a tag of the caller's": [_allow(Condition=_when("StringEquals", "aws:PrincipalTag/team", "security"))],
    "any topic": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"))],
    "any bucket": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"))],
    "any bucket that begins so, in anybody's account": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:logs-*"))],
    "an access point of anybody's account": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:accesspoint/ours"))],
    "a queue of that name in anybody's account": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:sqs:*:*:ours"))],
    "any bucket that begins so": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:::logs-*"))],
    "a service by whose way a stranger may come": [
        _allow(Condition=_when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"))
    ],
    "variables are text before 2012": [_allow(Condition=_when("StringNotEquals", "aws:username", "${aws:username}"))],
    "a Deny of something else": [_allow(), _deny(Action="s3:PutObject")],
    "two parts, one of them denied": [
        _allow(Resource=["arn:aws:s3:::logs/a/*", "arn:aws:s3:::logs/b/*"]), _deny(Resource="arn:aws:s3:::logs/a/*"),
    ],
    "a part, some of which is denied": [_allow(Resource="arn:aws:s3:::logs/a/*"), _deny(Resource="arn:aws:s3:::logs/a/b/*")],
    "a part that only overlaps": [_allow(Resource="arn:aws:s3:::*/a"), _deny(Resource="arn:aws:s3:::*/b")],
    "a user's own part, denied where it is somebody's": [
        _allow(Resource="arn:aws:s3:::logs/${aws:username}/*"), _deny(Resource="arn:aws:s3:::logs/alice/*"),
    ],
    "a Deny of some objects": [_allow(), _deny(Resource="arn:aws:s3:::logs/private/*")],
    "a Deny without TLS": [_allow(), _deny(Condition=_when("Bool", "aws:SecureTransport", "false"))],
    "a Deny of one address": [_allow(), _deny(Condition=_when("IpAddress", "aws:SourceIp", "203.0.113.7/32"))],
    "a Deny of one account": [_allow(), _deny(Principal={"AWS": OTHER})],
    "a Deny unless org, IfExists on the wrong side": [
        _allow(), _deny(Condition=_when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"))
    ],
    "the second statement": [_allow(Condition=_when("StringEquals", "aws:PrincipalAccount", OWN)), _allow()],
}  # fmt: skip

CLOSED: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "an office": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "52.95.110.0/24"))],
    "private addresses": [_allow(Condition=_when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))],
    "a VPC endpoint": [_allow(Condition=_when("StringEquals", "aws:SourceVpce", "vpce-1"))],
    "a VPC": [_allow(Condition=_when("StringEquals", "aws:SourceVpc", "vpc-1"))],
    "the organization": [_allow(Condition=_when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"))],
    "organization paths": [_allow(Condition=_when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/*"))],
    "the own account": [_allow(Condition=_when("StringEquals", "AWS:PRINCIPALACCOUNT", OWN))],
    "a star that is no wildcard": [_allow(Condition=_when("StringEquals", "aws:PrincipalAccount", "9999*"))],
    "a wildcard that leaves nothing open": [_allow(Condition=_when("StringLike", "aws:PrincipalAccount", f"{OWN}*"))],
    "accounts that begin so, through our endpoint": [
        _allow(Condition={"StringLike": {"aws:PrincipalAccount": "9999*"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}})
    ],
    "accounts that begin so, in the organization": [
        _allow(Condition={"StringLike": {"aws:PrincipalAccount": "9999*"}, "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})
    ],
    "the own account's resources": [_allow(Condition=_when("StringEquals", "aws:SourceAccount", OWN))],
    "SNS's default policy": [_allow(Condition=_when("StringEquals", "AWS:SourceOwner", OWN))],
    "one bucket, with wildcards for region and account": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:ours"))],
    "any but one bucket, that is denied": [
        _allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:::ours")),
        _deny(Condition=_when("ArnNotLike", "aws:SourceArn", "arn:aws:s3:*:*:ours")),
    ],
    "Allow and Deny unless from the office, of some of the objects": [
        _allow(Resource="arn:aws:s3:::logs/public/*"),
        _deny(Resource="arn:aws:s3:::logs/public/*", Condition=_when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ],
    "two parts, each denied by itself": [
        _allow(Resource=["arn:aws:s3:::logs/a/*", "arn:aws:s3:::logs/b/*"]),
        _deny(Resource="arn:aws:s3:::logs/a/*"), _deny(Resource="arn:aws:s3:::logs/b/*"),
    ],
    "some of the objects for another action, denied for this": [
        _allow(Resource="arn:aws:s3:::logs/a/*"), _allow(Resource="*", Action="s3:PutObject"), _deny(Resource="arn:aws:s3:::logs/a/*"),
    ],
    "one bucket": [_allow(Condition=_when("ArnLike", "aws:SourceArn", "arn:aws:s3:::ours"))],
    "a role of the own account": [_allow(Condition=_when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/*"))],
    "an ARN's wildcard does not reach over a colon": [
        _allow(Condition=_when("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{OWN}:*"))
    ],
    "nor does it in StringLike": [_allow(Condition=_when("StringLike", "aws:SourceArn", f"arn:aws:sns:*:{OWN}:*"))],
    "kms:CallerAccount beside ViaService": [
        _allow(Condition={"StringEquals": {"kms:CallerAccount": OWN, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}})
    ],
    "services only": [_allow(Condition=_when("Bool", "aws:PrincipalIsAWSService", "true"))],
    "no value at all": [_allow(Condition={"StringEquals": {"aws:Referer": []}})],
    "Null: the organization must be missing and be ours": [
        _allow(Condition={"Null": {"aws:PrincipalOrgID": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})
    ],
    "Deny unless the organization": [
        _allow(), _deny(Condition=_when("StringNotEquals", "aws:PrincipalOrgID", "o-abcdefghij"))
    ],
    "Deny unless the organization, IfExists": [
        _allow(), _deny(Condition=_when("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-abcdefghij"))
    ],
    "Deny unless from the office": [_allow(), _deny(Condition=_when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))],
    "Deny but for us": [
        _allow(), {"Effect": "Deny", "NotPrincipal": {"AWS": [OWN]}, "Action": "s3:*", "Resource": OBJECTS}
    ],
    "Deny before Allow": [_deny(), _allow()],
    "another action": [_allow(Action="s3:PutObject")],
    "another bucket": [_allow(Resource="arn:aws:s3:::logs-other/*")],
    "NotResource of all that the bucket holds": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "NotResource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}
    ],
    "only an account": [_allow(Principal={"AWS": OTHER})],
}  # fmt: skip


@pytest.mark.parametrize("statements", OPEN.values(), ids=OPEN)
def test_open_to_everybody(statements: list[dict[str, Any]]) -> None:
    version = "2008-10-17" if "${" in json.dumps(statements) else "2012-10-17"
    document = parse_document(json.dumps({"Version": version, "Statement": statements}))
    assert exposure(document, [(GET, OBJECTS)], OWN).public == {GET}


@pytest.mark.parametrize("statements", CLOSED.values(), ids=CLOSED)
def test_not_open_to_everybody(statements: list[dict[str, Any]]) -> None:
    assert _exposed(*statements).public == frozenset()


class TestForeignAccounts:
    @pytest.mark.parametrize(
        "principal",
        [OTHER, f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{OTHER}:role/x", f"arn:aws:sts::{OTHER}:assumed-role/x/y"],
    )
    def test_an_account_that_is_named(self, principal: str) -> None:
        assert set(_exposed(_allow(Principal={"AWS": principal})).accounts) == {OTHER}

    @pytest.mark.parametrize("key", ["aws:PrincipalAccount", "aws:SourceAccount"])
    def test_an_account_that_only_a_condition_names(self, key: str) -> None:
        assert set(_exposed(_allow(Condition=_when("StringEquals", key, OTHER))).accounts) == {OTHER}

    def test_an_account_that_a_deny_leaves_out(self) -> None:
        exposed = _exposed(_allow(), _deny(Condition=_when("StringNotEquals", "aws:PrincipalAccount", OWN, OTHER)))
        assert (exposed.public, set(exposed.accounts)) == (frozenset(), {OTHER})

    def test_an_account_that_a_deny_of_all_others_spares(self) -> None:
        found = _exposed(
            _allow(), {"Effect": "Deny", "NotPrincipal": {"AWS": [OWN, OTHER]}, "Action": "s3:*", "Resource": OBJECTS}
        )
        assert (found.public, set(found.accounts)) == (frozenset(), {OTHER})

    def test_the_own_account_is_no_exposure(self) -> None:
        assert _exposed(_allow(Principal={"AWS": OWN})) == Exposure()

    def test_a_denied_account_is_not_let_in(self) -> None:
        assert not _exposed(
            _allow(Principal={"AWS": OTHER}), _deny(Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})
        ).accounts

    def test_a_deny_of_one_role_leaves_the_others(self) -> None:
        statements = [_allow(Principal={"AWS": OTHER}), _deny(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/x"})]
        assert set(_exposed(*statements).accounts) == {OTHER}

    def test_the_named_role_that_is_denied_is_out(self) -> None:
        role = {"AWS": f"arn:aws:iam::{OTHER}:role/x"}
        assert not _exposed(_allow(Principal=role), _deny(Principal=role)).accounts

    def test_deleted_principals_and_origin_identities_are_no_accounts(self) -> None:
        names = ["AIDAAAAAAAAAAAAAAAAAA", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"]
        assert not _exposed(_allow(Principal={"AWS": names})).accounts

    def test_organizations_are_told_apart_from_accounts(self) -> None:
        exposed = _exposed(_allow(Condition=_when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij")))
        assert (set(exposed.organizations), exposed.accounts) == ({"o-abcdefghij"}, {})

    def test_an_account_that_must_be_of_an_organization_gets_in_as_one_of_it(self) -> None:
        exposed = _exposed(
            _allow(Principal={"AWS": OTHER}, Condition=_when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"))
        )
        assert (exposed.accounts, set(exposed.organizations)) == ({}, {"o-abcdefghij"})

    def test_what_a_named_account_may_do_anyway_is_not_its_organizations(self) -> None:
        exposed = _exposed(
            _allow(Principal={"AWS": OTHER}),
            _deny(
                Condition=_when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij")
                | _when("Bool", "aws:SecureTransport", "false")
            ),
        )
        assert (set(exposed.accounts), exposed.organizations) == ({OTHER}, {})

    def test_of_an_organization_only_a_part(self) -> None:
        paths = _when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/r-ab12/ou-ab12-11111111/*")
        assert set(_exposed(_allow(Condition=paths)).organizations) == {"o-abcdefghij"}


class TestServices:
    @pytest.mark.parametrize(
        "condition",
        [
            {},
            _when("ArnLike", "aws:SourceArn", "arn:aws:events:*:*:rule/*"),
            _when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
            _when("StringLike", "aws:SourceAccount", "*"),
        ],
    )
    def test_a_service_that_anybody_can_send(self, condition: dict[str, Any]) -> None:
        assert set(_exposed(_allow(Principal={"Service": "events.amazonaws.com"}, Condition=condition)).services) == {
            "events.amazonaws.com"
        }

    @pytest.mark.parametrize(
        "condition",
        [
            _when("StringEquals", "aws:SourceAccount", OWN),
            _when("ArnLike", "aws:SourceArn", f"arn:aws:events:*:{OWN}:rule/*"),
            _when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::ours"),
            _when("StringEquals", "aws:SourceOrgID", "o-abcdefghij"),
        ],
    )
    def test_a_service_that_acts_for_us_alone(self, condition: dict[str, Any]) -> None:
        assert not _exposed(_allow(Principal={"Service": "events.amazonaws.com"}, Condition=condition)).services

    def test_a_service_is_not_the_public(self) -> None:
        assert not _exposed(_allow(Principal={"Service": "events.amazonaws.com"})).public
