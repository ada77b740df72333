"""EMR's block of public access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

CLUSTERS: Final = "emr.list_clusters"
BLOCK: Final = "emr.get_block_public_access_configuration"
_SSH: Final = 22


@check(
    "EMR_BPA_OFF",
    kind=ACCOUNT_REGION,
    needs=(CLUSTERS, BLOCK),
    title="EMR clusters may be opened to the Internet",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Clusters start with security groups that let everybody in; YARN and Spark then run whatever a stranger sends them.",
    remediation="Console: EMR > Block public access, in the region: turn it on, permit port 22 at most. CLI: aws emr "
    "put-block-public-access-configuration --block-public-access-configuration "
    "BlockPublicSecurityGroupRules=true,PermittedPublicSecurityGroupRuleRanges=[]",
    compliance=("AWS-FSBP:EMR.2",),
    references=("https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-block-public-access.html",),
)
def bpa_off(resource: Resource, context: Context) -> Iterator[Fail]:
    """In a region with clusters that run, block public access is off, or permits another port than 22, which is AWS's default. One
    finding for each account and region."""
    data, region = context.data, resource.region
    require_open(data, region, CLUSTERS)
    if not (data.answer(CLUSTERS, region) or {}).get("Clusters"):
        return
    found = (data.answer(BLOCK, region) or {})["BlockPublicAccessConfiguration"]
    if not found["BlockPublicSecurityGroupRules"]:
        yield Fail(f"block public access of EMR is off in {region}", "off")
        return
    for permitted in found.get("PermittedPublicSecurityGroupRuleRanges") or []:
        first = permitted["MinRange"]
        last = permitted.get("MaxRange", first)
        if (first, last) != (_SSH, _SSH):
            yield Fail(f"block public access of EMR permits ports {first} to {last} in {region}", f"{first}-{last}")
