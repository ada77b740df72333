"""Services that somebody may use and does not: what IAM's service last accessed information says of users and roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.checks.iam.roles import OWNED_BY_AWS
from nightaudit_auditor.checks.registry import Context, Resource, Unknown
from nightaudit_auditor.checks.times import days_since

LAST_ACCESSED: Final = "iam.get_service_last_accessed_details"
TRACKED_DAYS: Final = 400
"""How far back IAM remembers, or less: since when it tracks a service in a region is not in its answers (IAM User Guide, "Refine
permissions in AWS using last accessed information")."""

_SHOWN: Final = 20


def unused_services(resource: Resource, context: Context) -> Iterator[str | Unknown]:
    """The services that the policies of a user or role grant and that it did not try to use for the schedule's unusedDays or
    roleUnusedDays, as far back as IAM tracks; nothing of who is younger than that.

    AWS's own roles are left out, as by the checks. Raises Unreadable, Gone.
    """
    role = resource.type == "AWS::IAM::Role"
    if role and str(resource.data.get("Path", "/")).startswith(OWNED_BY_AWS):
        return
    limit = min(context.settings.role_unused_days if role else context.settings.unused_days, TRACKED_DAYS)
    answer = context.data.answer(LAST_ACCESSED, parameters={"Arn": resource.arn}) or {}
    age = days_since(resource.data.get("CreateDate"), context.now)
    if age is not None and age <= limit:
        return
    granted = answer.get("ServicesLastAccessed", [])
    idle = sorted(service["ServiceNamespace"] for service in granted if _is_idle(service, limit, context.now))
    if idle:
        more = f" and {len(idle) - _SHOWN} more" if len(idle) > _SHOWN else ""
        yield (
            f"its policies grant {len(granted)} services, of which it did not use {len(idle)} for {limit} days, as far as IAM"
            f" tracks: {', '.join(idle[:_SHOWN])}{more}"
        )


def _is_idle(service: dict[str, Any], limit: int, now: float) -> bool:
    days = days_since(service.get("LastAuthenticated"), now)
    return days is None or days > limit
