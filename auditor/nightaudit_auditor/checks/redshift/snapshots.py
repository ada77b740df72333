"""Who may restore a manual snapshot of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.trust import Relation
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

SNAPSHOTS: Final = "redshift.describe_cluster_snapshots"
_AWS_SUPPORT: Final = "amazon-redshift-support"


def _snapshot(data: AccountData, region: str, item: Item) -> Resource:
    name = item["SnapshotIdentifier"]
    arn = item.get("SnapshotArn") or build_arn(
        data.account, "redshift", region, f"snapshot:{item.get('ClusterIdentifier', '')}/{name}"
    )
    return Resource(arn, "AWS::Redshift::ClusterSnapshot", name, region, tags(item.get("Tags")), dict(item))


SNAPSHOT = regional_kind(
    "AWS::Redshift::ClusterSnapshot", (SNAPSHOTS, lambda answer: answer.get("Snapshots", []), _snapshot)
)


@check(
    "REDSHIFT_SNAPSHOT_SHARED",
    kind=SNAPSHOT,
    needs=TRUST,
    title="A warehouse's snapshot is shared with a foreign account",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="That account can restore and keep the whole warehouse, whatever happens to the sharing afterwards.",
    remediation="Remove the account, or list it in the schedule's trust.accounts. Console: Redshift > Clusters > Snapshots > the snapshot "
    "> Actions > Manage access. CLI: aws redshift revoke-snapshot-access --snapshot-identifier NAME "
    "--account-with-restore-access ACCOUNT",
    terraform="# Terraform has no resource for who may restore a snapshot: take the access away by hand, with revoke-snapshot-access.",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/managing-snapshots-console.html",),
)
def snapshot_shared(resource: Resource, context: Context) -> Iterator[Result]:
    """An account that is not own, of the organization, trusted or a known vendor's may restore a manual snapshot. AWS's support is
    no stranger. One finding for each account."""
    for entry in resource.data.get("AccountsWithRestoreAccess") or []:
        account = str(entry.get("AccountId", ""))
        if _AWS_SUPPORT in (account, entry.get("AccountAlias")):
            continue
        known = context.trust.classify(account)
        if known.relation is Relation.UNKNOWN:
            yield Unknown(known.reason, known.operation)
        elif not known.trusted:
            yield Fail(f"account {account} may restore it", account, {"account": account})
