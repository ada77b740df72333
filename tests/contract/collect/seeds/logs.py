"""CloudWatch Logs: a resource policy, a destination, a log group."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=90)
    logs.put_resource_policy(
        policyName="dns",
        policyDocument=document(
            Principal={"Service": "route53.amazonaws.com"}, Action="logs:PutLogEvents", Resource="*"
        ),
    )
    logs.put_destination(
        destinationName="central",
        targetArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/central",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/role",
    )
