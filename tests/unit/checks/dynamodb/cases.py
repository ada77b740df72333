"""What the checks of DynamoDB find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

TABLES, DESCRIBE, POLICY = "dynamodb.list_tables", "dynamodb.describe_table", "dynamodb.get_resource_policy"
OPEN = "DYNAMODB_POLICY_PUBLIC"
ARN = f"arn:aws:dynamodb:{REGION}:{OWN}:table/orders"
STREAM = f"{ARN}/stream/2026-01-01T00:00:00.000"
LISTED = ok(TABLES, REGION, {"TableNames": ["orders"]})


def world(table: str = "", stream: str | None = None, *more: Record) -> tuple[Record, ...]:
    """A table with a policy (none if empty); with a stream if one is given, which may have a policy too."""
    described = {"TableName": "orders", "TableArn": ARN} | ({"LatestStreamArn": STREAM} if stream is not None else {})
    policies = [(ARN, table)] + ([(STREAM, stream)] if stream is not None else [])
    return (
        LISTED,
        ok(DESCRIBE, REGION, {"Table": described}, TableName="orders"),
        *(
            ok(POLICY, REGION, {"Policy": text}, ResourceArn=arn) if text else absent(POLICY, REGION, ResourceArn=arn)
            for arn, text in policies
        ),
        *(more or NO_ORGANIZATION),
    )


EVERYBODY = policy(allow("*", "dynamodb:*", resource=ARN))
FOREIGN = policy(allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}, "dynamodb:GetRecords", resource=STREAM))
CASES: list[Case] = [
    planted(OPEN, "everybody", world(EVERYBODY)),
    planted(OPEN, "an index, in the second statement", world(policy(allow({"AWS": OWN}, "dynamodb:Query"), allow({"AWS": "*"}, "dynamodb:Query", resource=f"{ARN}/index/*")))),
    planted(OPEN, "a stranger, and another by the stream", world(policy(allow({"AWS": STRANGER}, "dynamodb:Scan", resource=ARN)), FOREIGN), finds=(STRANGER, f"stream/{STRANGER}")),
    planted(OPEN, "the stream alone is open to everybody", world("", policy(allow("*", "dynamodb:GetRecords", resource=STREAM))), finds=("stream",)),
    hardened(OPEN, "no policies", world("", "")),
    hardened(OPEN, "no stream", world()),
    hardened(OPEN, "the own organization alone", world(policy(allow("*", "dynamodb:GetItem", resource=ARN, StringEquals={"aws:PrincipalOrgID": "o-own"})), None, *organization(OWN, SISTER))),
    hardened(OPEN, "all others are denied", world(policy(allow("*", "dynamodb:*", resource=ARN), forbid("*", "dynamodb:*", resource=ARN, StringNotEquals={"aws:PrincipalAccount": OWN})))),
    hardened(OPEN, "a sister", world(policy(allow({"AWS": SISTER}, "dynamodb:GetItem", resource=ARN)), None, *organization(OWN, SISTER))),
    hardened(OPEN, "the table vanished", (LISTED, failed(DESCRIBE, REGION, Outcome.GONE, TableName="orders"))),
    unreadable(OPEN, "no list", denied(TABLES, REGION)),
    unreadable(OPEN, "not asked about this night", (LISTED, failed(DESCRIBE, REGION, Outcome.SKIPPED, TableName="orders"))),
    unreadable(OPEN, "the stream's policy is denied", (*world("", ""), denied(POLICY, REGION, ResourceArn=STREAM))),
    unreadable(OPEN, "he may be of the organization", world(policy(allow({"AWS": STRANGER}, "dynamodb:Scan", resource=ARN)), None, denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    unreadable(OPEN, "he who reads the stream may be of the organization", world("", FOREIGN, denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
]  # fmt: skip
