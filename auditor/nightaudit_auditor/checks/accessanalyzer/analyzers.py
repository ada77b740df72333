"""Whether somebody watches for access from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_LIST: Final = "accessanalyzer.list_analyzers"
_DESCRIBE: Final = "organizations.describe_organization"
_DELEGATED: Final = "organizations.list_delegated_administrators"


@check(
    "ACCESSANALYZER_OFF",
    kind=ACCOUNT_REGION,
    scope=Scope.ORGANIZATION,
    needs=(_LIST, _DESCRIBE, _DELEGATED),
    title="No analyzer watches for external access in a region",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Nobody is told when a bucket, key, queue or role of the region is opened to others.",
    remediation=(
        "Console: IAM > Access analyzer > Create analyzer, external access, best for the whole organization. "
        "CLI: aws accessanalyzer create-analyzer --analyzer-name external --type ORGANIZATION --region REGION"
    ),
    compliance=(
        "CIS-AWS-3.0:1.20", "CIS-AWS-4.0:1.20", "CIS-AWS-5.0:1.19", "CIS-AWS-6.0:2.19", "CIS-AWS-7.0:2.18", "AWS-FSBP:IAM.28",
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-getting-started.html",),
)  # fmt: skip
def accessanalyzer_off(resource: Resource, context: Context) -> Iterator[Result]:
    """The account has no ACTIVE analyzer of type ACCOUNT in the region, and no account of its organization has one of type
    ORGANIZATION there: only the management account and delegated administrators can. UNKNOWN if one of these was not audited,
    or if nobody could say who they are."""
    data, region = context.data, resource.region
    require_open(data, region, _LIST)
    if _active(data, region, "ACCOUNT", "ORGANIZATION"):
        return
    organization, management = _organization(data)
    if not organization:
        yield Fail(f"no analyzer for external access is active in {region}")
        return
    members = [other for other in context.accounts.values() if _is_of(other, organization)]
    if any(_covers(other, region) for other in members):
        return
    able = _able(members)
    unseen = sorted({management, *(able or ())} - {m.account.id for m in members if _readable(m, region)})
    if able is None:
        yield Unknown(
            "whether the organization has an analyzer: its delegated administrators are not known", _DELEGATED
        )
    elif unseen:
        yield Unknown(f"whether the organization has an analyzer: {', '.join(unseen)} was not read", _LIST)
    else:
        yield Fail(f"no analyzer for external access is active in {region}, in the account or for the organization")


def _active(data: AccountData, region: str, *types: str) -> bool:
    """Raises Unreadable."""
    analyzers = (data.answer(_LIST, region) or {}).get("analyzers", [])
    return any(a.get("status") == "ACTIVE" and a.get("type") in types for a in analyzers)


def _covers(data: AccountData, region: str) -> bool:
    return _readable(data, region) and _active(data, region, "ORGANIZATION")


def _readable(data: AccountData, region: str) -> bool:
    try:
        data.answer(_LIST, region)
    except Unreadable:
        return False
    return True


def _organization(data: AccountData) -> tuple[str, str]:
    """The organization's id and its management account; empty outside of any. Raises Unreadable."""
    described = (data.answer(_DESCRIBE) or {}).get("Organization", {})
    return str(described.get("Id", "")), str(described.get("MasterAccountId", ""))


def _is_of(data: AccountData, organization: str) -> bool:
    try:
        return _organization(data)[0] == organization
    except Unreadable:
        return False


def _able(members: list[AccountData]) -> set[str] | None:
    """The delegated administrators, as somebody could list them; None if nobody could."""
    for data in members:
        try:
            listed = data.answer(_DELEGATED)
        except Unreadable:
            continue
        return {str(one["Id"]) for one in (listed or {}).get("DelegatedAdministrators", [])}
    return None
