"""DynamoDB: whom the policies of tables let in. moto keeps no policy of a stream."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "DYNAMODB_POLICY_PUBLIC"


def plant(at: Place) -> None:
    """Everybody, everybody by an index, a stranger; and twins that a Deny, a condition or a sister makes harmless."""
    anybody = {"Principal": "*", "Action": "dynamodb:*"}
    foreign = {"Principal": {"AWS": facts.STRANGER}, "Action": "dynamodb:Scan"}
    owner = {"Principal": {"AWS": at.problems.id}, "Action": "dynamodb:*"}
    others = {"StringNotEquals": {"aws:PrincipalAccount": at.problems.id}}
    at.finds(
        CHECK,
        _table(at, "table-open", anybody),
        _table(at, "table-index-open", owner, {"Principal": {"AWS": "*"}, "Action": "dynamodb:Query"}, part="/index/*"),
    )
    at.finds(CHECK, _table(at, "table-strangers", owner, foreign), discriminator=facts.STRANGER)
    at.passes(
        CHECK,
        _table(at, "table-without"),
        _table(at, "table-sisters", {**foreign, "Principal": {"AWS": at.twins.id}}),
        _table(at, "table-denied", anybody, {**anybody, "Effect": "Deny", "Condition": others}),
        _table(at, "table-own", {**anybody, "Condition": {"StringEquals": {"aws:PrincipalAccount": at.problems.id}}}),
        _table(at, "table-strangers-denied", foreign, {**foreign, "Effect": "Deny", "Principal": "*"}),
    )


def _table(at: Place, name: str, *statements: dict[str, Any], part: str = "") -> str:
    """A table whose policy, if there are statements, speaks of it, or of a part of it."""
    tables = at.client("dynamodb")
    arn = tables.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )["TableDescription"]["TableArn"]  # fmt: skip
    if statements:
        policy = document(*({**one, "Resource": f"{arn}{part}"} for one in statements))
        tables.put_resource_policy(ResourceArn=arn, Policy=policy)
    return str(arn)
