"""Services that may act for somebody else, and where a source stands in a policy."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.policy import Caller, Exposure, Grant, Principal, Truth, exposure, parse_document
from nightaudit_auditor.aws.policy.evaluate import match_principal
from nightaudit_auditor.aws.policy.sources import bare_buckets

OWN, OTHER, THIRD = "111111111111", "444444444444", "555555555555"
SNS, S3 = "sns.amazonaws.com", "s3.amazonaws.com"
SEND, RECEIVE = "sqs:SendMessage", "sqs:ReceiveMessage"
QUEUE = "arn:aws:sqs:eu-central-1:111111111111:q"
ORGANIZATION = "o-abcdefghij"


def _allow(principal: Any, action: str | list[str] = SEND, **condition: dict[str, Any]) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": QUEUE}
    return found | {"Condition": condition} if condition else found


def _exposed(*statements: dict[str, Any]) -> Exposure:
    document = parse_document({"Version": "2012-10-17", "Statement": list(statements)})
    return exposure(document, [(SEND, QUEUE), (RECEIVE, QUEUE)], OWN)


def _grant(*actions: str, by: str = "") -> Grant:
    return Grant(frozenset(actions), frozenset({by} if by else ()))


FOR_OTHER = {"StringEquals": {"aws:SourceAccount": OTHER}}


class TestForAnAccount:
    def test_a_service_is_a_deputy_of_the_account_that_a_condition_names(self) -> None:
        found = _exposed(_allow({"Service": SNS}, **FOR_OTHER))
        assert found.deputies == {OTHER: _grant(SEND, by=SNS)}
        assert (found.services, found.accounts, found.public) == ({}, {}, frozenset())

    def test_each_service_and_account_counts_by_itself(self) -> None:
        found = _exposed(
            _allow({"Service": SNS}, **FOR_OTHER),
            _allow({"Service": S3}, RECEIVE, StringEquals={"aws:SourceAccount": [OTHER, THIRD]}),
        )
        assert found.deputies == {
            OTHER: Grant(frozenset({SEND, RECEIVE}), frozenset({SNS, S3})),
            THIRD: _grant(RECEIVE, by=S3),
        }

    def test_the_service_is_known_by_its_name_and_the_resource_by_its_account(self) -> None:
        asked = {"aws:SourceAccount": OTHER, "aws:PrincipalServiceName": SNS, "aws:ResourceAccount": OWN}
        assert _exposed(_allow({"Service": SNS}, StringEquals=asked)).deputies == {OTHER: _grant(SEND, by=SNS)}

    def test_for_the_own_account_it_is_none(self) -> None:
        assert _exposed(_allow({"Service": SNS}, StringEquals={"aws:SourceAccount": OWN})).deputies == {}

    def test_what_the_service_may_do_for_anybody_is_not_said_again(self) -> None:
        found = _exposed(_allow({"Service": SNS}), _allow({"Service": SNS}, RECEIVE, **FOR_OTHER))
        assert found.services == {SNS: _grant(SEND, by=SNS)}
        assert found.deputies == {OTHER: _grant(RECEIVE, by=SNS)}

    def test_nor_what_everybody_may_do(self) -> None:
        found = _exposed(_allow("*"), _allow({"Service": SNS}, [SEND, RECEIVE], **FOR_OTHER))
        assert (found.public, found.deputies) == (frozenset({SEND}), {OTHER: _grant(RECEIVE, by=SNS)})


FOR_ALL_OF_IT = {"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}


class TestForAnOrganization:
    def test_a_service_may_act_for_all_its_accounts(self) -> None:
        found = _exposed(_allow({"Service": SNS}, **FOR_ALL_OF_IT))
        assert (found.organizations, found.services) == ({ORGANIZATION: _grant(SEND, by=SNS)}, {})

    def test_what_the_service_may_do_for_anybody_is_not_said_again(self) -> None:
        found = _exposed(_allow({"Service": SNS}), _allow({"Service": SNS}, RECEIVE, **FOR_ALL_OF_IT))
        assert found.organizations == {ORGANIZATION: _grant(RECEIVE, by=SNS)}

    def test_nor_what_everybody_may_do(self) -> None:
        found = _exposed(_allow("*"), _allow({"Service": SNS}, [SEND, RECEIVE], **FOR_ALL_OF_IT))
        assert found.organizations == {ORGANIZATION: _grant(RECEIVE, by=SNS)}

    def test_the_service_is_known_by_its_name(self) -> None:
        asked = {"aws:SourceOrgID": ORGANIZATION, "aws:PrincipalServiceName": SNS}
        assert _exposed(_allow({"Service": SNS}, StringEquals=asked)).organizations == {
            ORGANIZATION: _grant(SEND, by=SNS)
        }

    def test_a_role_that_must_be_of_it_and_is_denied_stays_out(self) -> None:
        role = {"AWS": f"arn:aws:iam::{OTHER}:role/reader"}
        allowed = _allow(role, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
        assert _exposed(allowed, _allow(role) | {"Effect": "Deny"}).organizations == {}

    def test_its_accounts_themselves_have_no_principal_of_their_own(self) -> None:
        found = _exposed(_allow("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}))
        assert found.organizations == {ORGANIZATION: _grant(SEND)}

    def test_one_role_that_must_be_of_it_gets_in_as_that(self) -> None:
        role = f"arn:aws:iam::{OTHER}:role/reader"
        found = _exposed(_allow({"AWS": role}, StringEquals={"aws:PrincipalOrgID": ORGANIZATION}))
        assert (found.organizations, found.accounts) == ({ORGANIZATION: _grant(SEND)}, {})


class TestReached:
    def test_what_an_account_may_do_and_have_done_is_one(self) -> None:
        found = _exposed(_allow({"AWS": OTHER}), _allow({"Service": SNS}, RECEIVE, **FOR_OTHER))
        assert found.accounts == {OTHER: _grant(SEND)}
        assert found.reached == {OTHER: _grant(SEND, RECEIVE, by=SNS)}

    def test_the_named_principal_stays_among_them(self) -> None:
        role = f"arn:aws:iam::{OTHER}:role/reader"
        found = _exposed(_allow({"AWS": role}, [SEND, RECEIVE]), _allow({"Service": SNS}, **FOR_OTHER))
        assert found.reached == {OTHER: Grant(frozenset({SEND, RECEIVE}), frozenset({role, SNS}))}

    def test_who_only_has_a_service_is_reached_too(self) -> None:
        assert _exposed(_allow({"Service": SNS}, **FOR_OTHER)).reached == {OTHER: _grant(SEND, by=SNS)}


@pytest.mark.parametrize(
    ("principal", "caller", "named"),
    [
        (Principal("Service", "logs.eu-central-1.amazonaws.com"), Caller("Service", id="logs.amazonaws.com"), True),
        (Principal("Service", "ec2.amazonaws.com.cn"), Caller("Service", id="ec2.amazonaws.com"), True),
        (Principal("Service", SNS), Caller("Service", id=S3), False),
        (Principal("Federated", "a.amazonaws.com"), Caller("Federated", id="a.eu-west-1.amazonaws.com"), False),
    ],
)
def test_a_service_goes_by_all_its_names_and_nobody_else_does(
    principal: Principal, caller: Caller, named: bool
) -> None:
    assert match_principal(principal, caller) is (Truth.YES if named else Truth.NO)


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("arn:aws:s3:*:*:bucket", "arn:aws:s3:::bucket"),
        ("arn:aws:s3::*:bucket", "arn:aws:s3:::bucket"),
        ("arn:aws:s3:*::bucket", "arn:aws:s3:::bucket"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("arn:aws-cn:s3:*:*:a:b:c", "arn:aws-cn:s3:::a:b:c"),
        ("arn:aws:s3:eu-west-1:*:bucket", "arn:aws:s3:eu-west-1:*:bucket"),
        (f"arn:aws:s3:*:{OTHER}:bucket", f"arn:aws:s3:*:{OTHER}:bucket"),
        ("arn:aws:s3:*:*:accesspoint/a", "arn:aws:s3:*:*:accesspoint/a"),
        ("arn:aws:sns:*:*:topic", "arn:aws:sns:*:*:topic"),
        ("arn:aws:s3:*:*", "arn:aws:s3:*:*"),
    ],
)
def test_a_bucket_among_the_sources_has_neither_region_nor_account(source: str, meant: str) -> None:
    statement = _allow({"Service": S3}, ArnLike={"aws:SourceArn": source, "aws:PrincipalArn": source})
    (read,) = bare_buckets(parse_document({"Version": "2012-10-17", "Statement": statement})).statements
    assert {c.key: c.values for c in read.conditions} == {"aws:sourcearn": (meant,), "aws:principalarn": (source,)}
