"""DynamoDB: a table with a policy."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client, document


def seed() -> None:
    tables = client("dynamodb")
    arn = tables.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )["TableDescription"]["TableArn"]  # fmt: skip
    tables.put_resource_policy(
        ResourceArn=arn, Policy=document(Principal={"AWS": ACCOUNT}, Action="dynamodb:GetItem", Resource=arn)
    )
