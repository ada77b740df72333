"""Whom the accounts let in from outside, and what each of them is to us."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from nightaudit_auditor.snapshot import NOT_ITS_TURN, AccountData, Outcome
from nightaudit_auditor.views.trust import Trusted, trust
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    account,
    denied,
    failed,
    judge,
    ok,
    organization,
    problems,
)
from tests.unit.checks.iam.build import DETAILS, details, role, trusting
from tests.unit.checks.s3.cases import allow, policy
from tests.unit.checks.s3.cases import world as bucket

DATADOG = "464622532012"
MEMBER = "333333333333"
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "agreed"}}
CHECKS = Path(__file__).parents[1] / "checks"
CASES: list[Case] = [
    case
    for path in sorted(CHECKS.glob("*/cases.py"))
    for case in import_module(f"tests.unit.checks.{path.parent.name}.cases").CASES
]
FOREIGN = frozenset(
    {
        "IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT", "S3_BUCKET_CROSS_ACCOUNT", "SECRET_CROSS_ACCOUNT", "KMS_KEY_CROSS_ACCOUNT",
        "LAMBDA_CROSS_ACCOUNT", "ECR_REPO_CROSS_ACCOUNT", "EBS_SNAPSHOT_SHARED", "AMI_SHARED", "RDS_SNAPSHOT_SHARED",
        "REDSHIFT_SNAPSHOT_SHARED", "VPC_PEERING_FOREIGN", "VPC_ENDPOINT_SERVICE_OPEN", "DYNAMODB_POLICY_PUBLIC",
        "EVENTBRIDGE_BUS_PUBLIC", "BACKUP_VAULT_PUBLIC", "GLUE_CATALOG_PUBLIC", "SSM_DOCUMENT_PUBLIC", "SNS_PUBLIC", "SQS_PUBLIC", "RAM_SHARE_EXTERNAL",
    }
)  # fmt: skip


def arn(of: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{of}:root"}


def rows(*accounts: AccountData, settings: Settings | None = None) -> list[Trusted]:
    """Those that say who is let in."""
    found = trust({data.account.id: data for data in accounts}, settings or Settings())
    return [row for row in found if row.party]


def one_role(*trusts: dict[str, Any]) -> AccountData:
    return account(details(role(*trusts)), *NO_ORGANIZATION)


class TestRoles:
    @pytest.mark.parametrize(
        ("party", "relation", "name"),
        [
            (SISTER, "own", "sister"),
            (MEMBER, "organization", f"member {MEMBER}"),
            ("444444444444", "trusted", ""),
            (DATADOG, "vendor", "Datadog"),
            (STRANGER, "stranger", ""),
        ],
    )
    def test_a_party_is_what_the_trust_model_says(self, party: str, relation: str, name: str) -> None:
        data = account(details(role(trusting(arn(party)))), *organization(OWN, MEMBER))
        known = Settings(trusted_accounts=frozenset({"444444444444"}))
        sister = account(*NO_ORGANIZATION, id_=SISTER, name="sister")
        (row,) = rows(data, sister, settings=known)
        assert (row.account, row.party, row.relation, row.name) == (OWN, party, relation, name)
        assert row.resource == "worker"

    @pytest.mark.parametrize(("condition", "said"), [(EXTERNAL_ID, "required"), (None, "none")])
    def test_an_external_id_is_asked_for_or_not(self, condition: dict[str, Any] | None, said: str) -> None:
        (row,) = rows(one_role(trusting(arn(DATADOG), condition)))
        assert row.external_id == said

    def test_the_principals_that_are_named_are_told(self) -> None:
        principal = f"arn:aws:iam::{STRANGER}:role/deployer"
        (row,) = rows(one_role(trusting({"AWS": principal})))
        assert row.principals == (principal,)

    def test_everybody_is_everybody(self) -> None:
        (row,) = rows(one_role(trusting({"AWS": "*"})))
        assert (row.party, row.relation, row.name) == ("*", "stranger", "everybody")

    @pytest.mark.parametrize(
        "principal", [{"Service": "ec2.amazonaws.com"}, arn(OWN)], ids=["a service", "the account itself"]
    )
    def test_who_is_inside_is_no_party(self, principal: dict[str, str]) -> None:
        assert rows(one_role(trusting(principal))) == []

    def test_whoever_may_be_of_an_organization_that_was_not_read_is_unknown(self) -> None:
        unread = denied("organizations.list_accounts")
        described = organization("555555555555")[0]
        (row,) = rows(account(details(role(trusting(arn(STRANGER)))), described, unread))
        assert (row.party, row.relation, row.operation) == (STRANGER, "UNKNOWN", "organizations.list_accounts")

    def test_the_schedule_can_doubt_vendors(self) -> None:
        (row,) = rows(one_role(trusting(arn(DATADOG))), settings=Settings(known_vendors=False))
        assert row.relation == "stranger"


class TestResources:
    def test_a_bucket_that_a_vendor_reads(self) -> None:
        (row,) = rows(account(*bucket(policy(allow(principal=arn(DATADOG))))))
        assert (row.type, row.resource, row.relation, row.actions) == (
            "AWS::S3::Bucket",
            "b",
            "vendor",
            ("s3:GetObject",),
        )
        assert row.external_id == ""

    @pytest.mark.parametrize("service", ["sns", "sqs"])
    def test_topics_and_queues(self, service: str) -> None:
        target = f"arn:aws:{service}:{REGION}:{OWN}:x"
        action = {"sns": "sns:Publish", "sqs": "sqs:SendMessage"}[service]
        statement = {"Effect": "Allow", "Principal": arn(SISTER), "Action": action, "Resource": target}
        attributes = {"Attributes": {"Policy": json.dumps({"Version": "2012-10-17", "Statement": statement})}}
        url = f"https://sqs.{REGION}.amazonaws.com/{OWN}/x"
        records = {
            "sns": (
                ok("sns.list_topics", REGION, {"Topics": [{"TopicArn": target}]}),
                ok("sns.get_topic_attributes", REGION, attributes, TopicArn=target),
            ),
            "sqs": (
                ok("sqs.list_queues", REGION, {"QueueUrls": [url]}),
                ok("sqs.get_queue_attributes", REGION, attributes, QueueUrl=url),
            ),
        }[service]
        (row,) = rows(account(*records, *NO_ORGANIZATION), account(*NO_ORGANIZATION, id_=SISTER))
        assert (row.party, row.relation, row.actions) == (SISTER, "own", (action,))

    def test_of_a_peering_only_the_other_side_is_a_party(self) -> None:
        sides = {"RequesterVpcInfo": {"OwnerId": OWN}, "AccepterVpcInfo": {"OwnerId": STRANGER}}
        peering = {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, **sides}
        listed = ok("ec2.describe_vpc_peering_connections", REGION, {"VpcPeeringConnections": [peering]})
        (row,) = rows(account(listed, *NO_ORGANIZATION))
        assert (row.resource, row.party) == ("pcx-1", STRANGER)

    def test_an_account_through_which_a_service_of_aws_acts_is_told_apart(self) -> None:
        logs = "054676820928"  # of Elastic Load Balancing, in Frankfurt
        (row,) = rows(account(*bucket(policy(allow("s3:PutObject", principal=arn(logs))))))
        assert (row.party, row.relation) == (logs, "aws")
        assert "load balanc" in row.name.lower()


class TestAgreement:
    @pytest.mark.parametrize("case", [c for c in CASES if c.check in FOREIGN and c.shape != "unreadable"], ids=str)
    def test_the_strangers_of_the_checks_are_strangers_here(self, case: Case) -> None:
        told = {
            (result.resource.arn, str(named))
            for result in problems(judge(case.check, *case.accounts, settings=case.settings))
            for named in [result.outcome.evidence.get("account", result.outcome.evidence.get("organization", "*"))]  # type: ignore[union-attr]
        }
        strangers = {
            (row.arn, row.party) for row in rows(*case.accounts, settings=case.settings) if row.relation == "stranger"
        }
        assert told <= strangers
        if case.check == "IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT":
            assert told == {found for found in strangers if found[1] != "*"}


class TestUnknown:
    @pytest.mark.parametrize(
        ("record", "type_"),
        [
            (denied(DETAILS), "AWS::IAM::Role"),
            (denied("s3.list_buckets"), "AWS::S3::Bucket"),
            (failed("sqs.list_queues", REGION, Outcome.THROTTLED), "AWS::SQS::Queue"),
        ],
    )
    def test_a_list_that_was_not_read(self, record: Any, type_: str) -> None:
        found = trust({OWN: account(record, *NO_ORGANIZATION)}, Settings())
        operation = f"{record.service}.{record.operation}"
        assert [(row.relation, row.operation) for row in found if row.type == type_] == [("UNKNOWN", operation)]

    def test_a_trust_policy_that_nobody_can_read(self) -> None:
        data = account(details(role(AssumeRolePolicyDocument="no JSON"), role(trusting(arn(STRANGER)), name="other")))
        found = {row.resource: row.relation for row in trust({OWN: data}, Settings()) if row.type == "AWS::IAM::Role"}
        assert found == {"worker": "UNKNOWN", "other": "UNKNOWN"}  # the other's party may be of the organization

    def test_all_that_wait_for_their_turn_have_one_row(self) -> None:
        snapshots = [{"SnapshotId": f"snap-{number}"} for number in range(3)]
        waiting = [
            failed("ec2.describe_snapshot_attribute", REGION, Outcome.SKIPPED, code=NOT_ITS_TURN, **one)
            for one in snapshots
        ]
        data = account(ok("ec2.describe_snapshots", REGION, {"Snapshots": snapshots}), *waiting, *NO_ORGANIZATION)
        found = [row for row in trust({OWN: data}, Settings()) if row.operation == "ec2.describe_snapshot_attribute"]
        assert [(row.relation, row.resource) for row in found] == [("UNKNOWN", "")]

    def test_an_account_that_was_not_reached(self) -> None:
        (row,) = trust({OWN: account(reachable=False)}, Settings())
        assert (row.type, row.relation) == ("AWS::::Account", "UNKNOWN")
