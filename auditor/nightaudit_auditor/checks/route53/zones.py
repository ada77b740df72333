"""Hosted zones of domains that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_LIST: Final = "route53.list_hosted_zones"


def _zones(data: AccountData) -> Iterator[Resource | Unreadable]:
    for zone in (data.answer(_LIST) or {}).get("HostedZones", []):
        id_ = zone["Id"].rsplit("/", 1)[-1]
        arn = f"arn:{data.account.partition}:route53:::hostedzone/{id_}"
        yield Resource(arn, "AWS::Route53::HostedZone", domain(zone["Name"]), data=zone)


def domain(name: str) -> str:
    """A name of DNS in lower case, without the last dot."""
    return name.rstrip(".").lower()


HOSTED_ZONE = Kind("AWS::Route53::HostedZone", (_LIST,), _zones, regional=False)


@check(
    "ROUTE53_FOREIGN_ZONE",
    kind=HOSTED_ZONE,
    title="Public hosted zone of a domain that is not known to be ours",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="A forgotten or unapproved domain, or the preparation of a look-alike of somebody else's.",
    remediation="List the domain in the schedule's expect.domains if it is yours. Else: Console: Route 53 > Hosted zones > Delete. "
    "CLI: aws route53 delete-hosted-zone --id ID, after its records.",
    parameters=("expect.domains",),
    aliases=("FOREIGN_HOSTED_ZONE",),
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html",),
)
def foreign_zone(resource: Resource, context: Context) -> Iterator[Result]:
    """The zone's name is none of the schedule's expect.domains and below none of them.

    Private zones answer only inside their VPCs and are left out. Without expect.domains nothing is foreign.
    """
    owned = {domain(name) for name in context.settings.domains}
    if not owned or (resource.data.get("Config") or {}).get("PrivateZone"):
        return
    name = resource.name
    if not any(name == own or name.endswith(f".{own}") for own in owned):
        yield Fail(f"{name} is not below {', '.join(sorted(owned))}", "", {"domain": name})
