"""Resource policies of tables and of their streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.exposed import open_results, policy_exposure
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

TABLES: Final = "dynamodb.list_tables"
DESCRIBE: Final = "dynamodb.describe_table"
POLICY: Final = "dynamodb.get_resource_policy"
_ACTIONS: Final = tuple(
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "DeleteResourcePolicy", "DeleteTable",
        "DescribeContinuousBackups", "DescribeTable", "ExportTableToPointInTime", "GetItem", "GetResourcePolicy",
        "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "PutItem", "PutResourcePolicy", "Query",
        "RestoreTableToPointInTime", "Scan", "UpdateItem", "UpdateTable",
    )
)  # fmt: skip
_STREAM_ACTIONS: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")


def _tables(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            names = (data.answer(TABLES, region) or {}).get("TableNames", [])
        except Unreadable as problem:
            yield problem
            continue
        for name in names:
            arn = build_arn(data.account, "dynamodb", region, f"table/{name}")
            yield Resource(arn, "AWS::DynamoDB::Table", name, region)


TABLE = Kind("AWS::DynamoDB::Table", (TABLES,), _tables, regional=True)


@check(
    "DYNAMODB_POLICY_PUBLIC",
    kind=TABLE,
    needs=(DESCRIBE, POLICY, *TRUST),
    title="A table's policy lets in everybody, or an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers read, change or delete the items, or follow every change by the stream.",
    remediation="Remove the principal, or vouch for the account under trust.accounts in the schedule. Console: DynamoDB > Tables > the "
    "table > Permissions > Resource-based policy. CLI: aws dynamodb delete-resource-policy --resource-arn ARN",
    terraform='resource "aws_dynamodb_resource_policy" "orders" {\n  resource_arn = aws_dynamodb_table.orders.arn\n  policy = '
    'jsonencode({\n    Version = "2012-10-17"\n    Statement = [{\n      Effect    = "Allow"\n      Principal = { AWS = '
    'aws_iam_role.reader.arn }\n      Action    = "dynamodb:GetItem"\n      Resource  = aws_dynamodb_table.orders.arn\n    }]\n  })\n}',
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html",),
)
def policy_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The policy of the table, or of its latest stream, lets in everybody, or an account or organization that is not own, of the
    organization, trusted, or a known vendor's. One finding for each; those of the stream are told apart."""
    data, region = context.data, resource.region
    table = (data.answer(DESCRIBE, region, {"TableName": resource.name}) or {})["Table"]
    doors: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("", (table["TableArn"], f"{table['TableArn']}/index/*"), _ACTIONS)
    ]
    if stream := table.get("LatestStreamArn"):
        doors.append(("stream", (stream,), _STREAM_ACTIONS))
    unread: Unreadable | None = None
    for which, arns, actions in doors:
        try:
            answer = data.answer(POLICY, region, {"ResourceArn": arns[0]}) or {}
        except Unreadable as problem:
            unread = problem
            continue
        exposed = policy_exposure(answer.get("Policy"), actions, resource, context, arns=arns)
        for result in open_results(exposed, context, f"the {which} of {resource.name}" if which else resource.name):
            yield _of(which, result)
    if unread is not None:
        raise unread


def _of(which: str, result: Result) -> Result:
    if not which or not isinstance(result, Fail):
        return result
    return msgspec.structs.replace(result, discriminator=f"{which}/{result.discriminator}".rstrip("/"))
