"""Lightsail is outside of what VPC, security groups and most guard rails cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import Unreadable

INSTANCES: Final = "lightsail.get_instances"
LOAD_BALANCERS: Final = "lightsail.get_load_balancers"
_LISTS: Final = ((INSTANCES, "instances", "instances"), (LOAD_BALANCERS, "loadBalancers", "load balancers"))


@check(
    "LIGHTSAIL_IN_USE",
    kind=ACCOUNT_REGION,
    needs=(INSTANCES, LOAD_BALANCERS),
    title="Lightsail is in use",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="Its machines are on the Internet by default, and neither GuardDuty nor Config nor Inspector looks at them.",
    remediation="If nobody means it, delete them; else write an AuditException. Console: Lightsail > Instances. CLI: aws lightsail "
    "delete-instance --instance-name NAME",
    references=("https://docs.aws.amazon.com/lightsail/latest/userguide/what-is-amazon-lightsail.html",),
)
def lightsail_in_use(resource: Resource, context: Context) -> Iterator[Fail]:
    """The account has instances or load balancers of Lightsail in the region. One finding for each of the two."""
    unread: Unreadable | None = None
    for operation, member, what in _LISTS:
        try:
            listed = (context.data.answer(operation, resource.region) or {}).get(member, [])
        except Unreadable as problem:
            unread = problem
            continue
        if names := sorted(item["name"] for item in listed):
            yield Fail(f"Lightsail has {what} in {resource.region}: {', '.join(names)}", member, {"names": names})
    if unread is not None:
        raise unread
