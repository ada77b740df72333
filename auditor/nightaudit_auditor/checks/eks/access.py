"""Who is administrator of a cluster by an access entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.eks.kinds import CLUSTER, DESCRIBE, cluster_of
from nightaudit_auditor.checks.iam.expected import is_expected
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import Gone, Unreadable

ENTRIES: Final = "eks.list_access_entries"
POLICIES: Final = "eks.list_associated_access_policies"
_ADMIN: Final = ":cluster-access-policy/AmazonEKSClusterAdminPolicy"


@check(
    "EKS_ADMIN_ACCESS_ENTRY",
    kind=CLUSTER,
    needs=(ENTRIES, POLICIES),
    title="A principal is administrator of a cluster, and nobody said that it should be",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="It reads every secret of the cluster and acts as every pod's role; whoever created a cluster often keeps this for ever.",
    remediation="Take the policy away, or list the principal under expect.admins in the schedule. Console: EKS > the cluster > Access "
    "> IAM access entries. CLI: aws eks disassociate-access-policy --cluster-name CLUSTER --principal-arn ARN --policy-arn "
    "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    parameters=("expect.admins",),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html",),
)
def admin_access_entry(resource: Resource, context: Context) -> Iterator[Result]:
    """An access entry has AmazonEKSClusterAdminPolicy for the whole cluster, and its principal matches none of expect.admins.

    One finding for each principal. The ConfigMap `aws-auth` is inside the cluster and is not read: a cluster that keeps access
    there alone is UNKNOWN.
    """
    data, region, name = context.data, resource.region, resource.name
    mode = (cluster_of(data, region, name).get("accessConfig") or {}).get("authenticationMode")
    if mode == "CONFIG_MAP":
        yield Unknown("access is kept in the ConfigMap aws-auth, inside the cluster", DESCRIBE)
        return
    unread: Unreadable | None = None
    for principal in (data.answer(ENTRIES, region, {"clusterName": name}) or {}).get("accessEntries", []):
        if is_expected(principal, context):
            continue
        try:
            answer = data.answer(POLICIES, region, {"clusterName": name, "principalArn": principal}) or {}
        except Gone:
            continue
        except Unreadable as problem:
            unread = problem
            continue
        scopes = [
            policy.get("accessScope", {}).get("type")
            for policy in answer.get("associatedAccessPolicies", [])
            if str(policy.get("policyArn", "")).endswith(_ADMIN)
        ]
        if "cluster" in scopes:
            yield Fail(f"{principal} is administrator of {name}", principal, {"principal": principal})
    if unread is not None:
        raise unread
