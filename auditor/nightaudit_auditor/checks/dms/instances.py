"""Where a replication instance can be reached from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

INSTANCES: Final = "dms.describe_replication_instances"


def _instance(_: AccountData, region: str, item: Item) -> Resource:
    arn, name = item["ReplicationInstanceArn"], item["ReplicationInstanceIdentifier"]
    return Resource(arn, "AWS::DMS::ReplicationInstance", name, region, data=dict(item))


INSTANCE = regional_kind(
    "AWS::DMS::ReplicationInstance", (INSTANCES, lambda answer: answer.get("ReplicationInstances", []), _instance)
)


@check(
    "DMS_PUBLIC",
    kind=INSTANCE,
    title="A replication instance is publicly accessible",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="It holds the passwords of the databases that it copies, and has a public address for no reason.",
    remediation="Accessibility is chosen when an instance is made: make a private one, move the tasks, and delete this one. Console: DMS > "
    "Replication instances > Create. CLI: aws dms create-replication-instance --no-publicly-accessible "
    "--replication-instance-identifier NAME --replication-instance-class CLASS",
    compliance=("AWS-FSBP:DMS.1",),
    references=("https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReplicationInstance.PublicPrivate.html",),
)
def dms_public(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The replication instance is publicly accessible, that is, has a public address."""
    accessible = resource.data.get("PubliclyAccessible")
    if accessible is None:
        yield Unknown("the instance does not say whether it is publicly accessible", INSTANCES)
    elif accessible:
        addresses = resource.data.get("ReplicationInstancePublicIpAddresses") or []
        yield Fail(f"{resource.name} is publicly accessible", evidence={"addresses": addresses})
