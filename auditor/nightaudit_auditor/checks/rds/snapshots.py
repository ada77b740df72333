"""Who may restore a manual snapshot of a database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.trust import Relation
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.rds.kinds import DB_SNAPSHOT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_INSTANCE_ATTRIBUTES: Final = "rds.describe_db_snapshot_attributes"
_CLUSTER_ATTRIBUTES: Final = "rds.describe_db_cluster_snapshot_attributes"
_SHARING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html"
_EVERYBODY = "all"


@check(
    "RDS_SNAPSHOT_PUBLIC",
    kind=DB_SNAPSHOT,
    needs=(_INSTANCE_ATTRIBUTES, _CLUSTER_ATTRIBUTES),
    title="Database snapshot can be restored by every AWS account",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Anybody with an AWS account can restore the whole database; public snapshots are searched for all day.",
    remediation="Console: RDS > Snapshots > the snapshot > Actions > Share snapshot > Private. CLI: aws rds "
    "modify-db-snapshot-attribute --db-snapshot-identifier NAME --attribute-name restore --values-to-remove all (clusters: "
    "modify-db-cluster-snapshot-attribute). Treat the data as disclosed.",
    terraform="""resource "aws_db_snapshot" "orders" {
  db_instance_identifier = aws_db_instance.orders.identifier
  db_snapshot_identifier = "orders"
  shared_accounts        = [] # never "all"; likewise in aws_db_cluster_snapshot
}""",
    aliases=("RDS_PUBLIC_SNAPSHOT",),
    references=(_SHARING,),
)
def snapshot_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The restore attribute of a manual snapshot of an instance or cluster contains `all`."""
    if _EVERYBODY in _restorers(resource, context):
        yield Fail("every AWS account may restore it", _EVERYBODY, {"engine": resource.data.get("Engine", "")})


@check(
    "RDS_SNAPSHOT_SHARED",
    kind=DB_SNAPSHOT,
    needs=(_INSTANCE_ATTRIBUTES, _CLUSTER_ATTRIBUTES, *TRUST),
    title="Database snapshot is shared with a foreign account",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="That account can restore and keep the whole database, whatever happens to the sharing afterwards.",
    remediation="Console: RDS > Snapshots > the snapshot > Actions > Share snapshot: remove the account, or list it in the "
    "schedule's trust.accounts. CLI: aws rds modify-db-snapshot-attribute --db-snapshot-identifier NAME --attribute-name "
    "restore --values-to-remove ACCOUNT (clusters: modify-db-cluster-snapshot-attribute).",
    terraform="""resource "aws_db_snapshot" "orders" {
  db_instance_identifier = aws_db_instance.orders.identifier
  db_snapshot_identifier = "orders"
  shared_accounts        = ["222222222222"] # of the organization; likewise in aws_db_cluster_snapshot
}""",
    parameters=VOUCHED_FOR,
    references=(_SHARING,),
)
def snapshot_shared(resource: Resource, context: Context) -> Iterator[Result]:
    """The restore attribute of a manual snapshot names an account outside of the own, the organization's and the trusted ones.

    One finding for each such account.
    """
    for account in _restorers(resource, context):
        if account == _EVERYBODY:
            continue
        known = context.trust.classify(account)
        if known.relation is Relation.UNKNOWN:
            yield Unknown(known.reason, known.operation)
        elif not known.trusted:
            yield Fail(f"account {account} may restore it", account, {"account": account})


def _restorers(resource: Resource, context: Context) -> list[str]:
    """The account ids, or `all`, that may restore the snapshot. Raises Unreadable and Gone as the data's accessors do."""
    name = resource.name
    if resource.type == "AWS::RDS::DBClusterSnapshot":
        answer = context.data.answer(_CLUSTER_ATTRIBUTES, resource.region, {"DBClusterSnapshotIdentifier": name})
        attributes = ((answer or {})["DBClusterSnapshotAttributesResult"] or {}).get("DBClusterSnapshotAttributes", [])
    else:
        answer = context.data.answer(_INSTANCE_ATTRIBUTES, resource.region, {"DBSnapshotIdentifier": name})
        attributes = ((answer or {})["DBSnapshotAttributesResult"] or {}).get("DBSnapshotAttributes", [])
    return [
        value
        for attribute in attributes
        if attribute.get("AttributeName") == "restore"
        for value in attribute.get("AttributeValues", [])
    ]
