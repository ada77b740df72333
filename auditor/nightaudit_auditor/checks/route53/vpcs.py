"""Private zones that answer names inside our VPCs and are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.trust import Classified, Relation
from nightaudit_auditor.checks.ec2.kinds import VPC
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.route53.zones import domain

_ZONES: Final = "route53.list_hosted_zones_by_vpc"


@check(
    "ROUTE53_VPC_ZONE_FOREIGN",
    kind=VPC,
    needs=(_ZONES, *TRUST),
    title="A foreign account's private zone answers names inside a VPC",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Its owner decides where those names lead: whatever in the VPC asks for them can be sent to servers of his.",
    remediation="Take the VPC out of the zone, or list the account in the schedule's trust.accounts. CLI: aws route53 "
    "disassociate-vpc-from-hosted-zone --hosted-zone-id ID --vpc VPCRegion=REGION,VPCId=VPC",
    parameters=VOUCHED_FOR,
    references=(
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html",
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html",
    ),
)
def vpc_zone_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """A private hosted zone that is associated with the VPC belongs to an account outside of the own, the organization's and the
    trusted ones. One finding for each zone.

    Zones of AWS's services are fine, and of a VPC that is shared with the account its owner is asked. Zones that come with a
    Route 53 Profile are not listed by AWS. CloudMapper says this with FOREIGN_HOSTED_ZONE, which here is an alias of
    ROUTE53_FOREIGN_ZONE.
    """
    own = context.data.account.id
    if resource.data.get("OwnerId", own) != own:
        return
    asked = {"VPCId": resource.data["VpcId"], "VPCRegion": resource.region}
    doubts: list[Classified] = []
    ownerless = ""
    for zone in (context.data.answer(_ZONES, parameters=asked) or {}).get("HostedZoneSummaries", []):
        owner, name = zone.get("Owner") or {}, domain(zone["Name"])
        account = owner.get("OwningAccount")
        if not account:
            ownerless = ownerless or ("" if owner.get("OwningService") else name)
            continue
        verdict = context.trust.classify(account)
        if verdict.relation is Relation.STRANGER:
            evidence = {"zone": zone["HostedZoneId"], "domain": name, "account": account}
            detail = f"{name} is answered by a zone of account {account}, which nobody vouches for"
            yield Fail(detail, zone["HostedZoneId"], evidence)
        elif verdict.relation is Relation.UNKNOWN:
            doubts.append(verdict)
    if ownerless:
        yield Unknown(f"whose the zone of {ownerless} is was not said", _ZONES)
    if doubts:
        yield Unknown("; ".join(sorted({doubt.reason for doubt in doubts})), doubts[0].operation)
