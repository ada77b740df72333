"""With whom the account shares its resources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws.trust import Classified, Relation, TrustModel
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_LIST: Final = "ram.get_resource_share_associations"
_ACCOUNT: Final = re.compile(r"\d{12}\Z")
_IN_ORGANIZATION: Final = re.compile(r"arn:[\w-]+:organizations::\d{12}:(?:organization|ou)/(o-[a-z0-9]+)")
_IAM: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


def _shares(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            listed = (data.answer(_LIST, region) or {}).get("resourceShareAssociations", [])
        except Unreadable as problem:
            yield problem
            continue
        found: dict[str, list[dict[str, Any]]] = {}
        for association in listed:
            found.setdefault(str(association["resourceShareArn"]), []).append(association)
        for arn, associations in found.items():
            name = str(associations[0].get("resourceShareName", arn.rpartition("/")[2]))
            yield Resource(arn, "AWS::RAM::ResourceShare", name, region, data={"associations": associations})


_SHARE = Kind("AWS::RAM::ResourceShare", (_LIST,), _shares, regional=True)


@check(
    "RAM_SHARE_EXTERNAL",
    kind=_SHARE,
    title="Resources are shared with an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=TRUST,
    risk="A stranger's account works in the shared subnets, resolves through the shared rules, or issues by the shared authority.",
    remediation=(
        "Console: RAM > Shared by me > the share > Modify > Principals: remove it, or allow sharing only within the organization. "
        "CLI: aws ram disassociate-resource-share --resource-share-arn ARN --principals PRINCIPAL"
    ),
    terraform="""resource "aws_ram_resource_share" "nets" {
  name                      = "nets"
  allow_external_principals = false
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html",),
)
def share_external(resource: Resource, context: Context) -> Iterator[Result]:
    """A resource share of the account's own is associated with an account, user, role, organization or unit that is not own, of the
    organization, trusted, or a known vendor's. Where the organization could not be read, RAM's own word decides who is of it."""
    doubts: list[Classified] = []
    for association in resource.data["associations"]:
        principal = str(association["associatedEntity"])
        who = _classified(principal, context.trust)
        if who is None:
            continue
        # RAM says of each principal whether it belongs to the sharer's organization.
        unknown = who.relation is Relation.UNKNOWN
        if who.relation is Relation.STRANGER or (unknown and association.get("external") is True):
            kind = "organization" if who.account.startswith("o-") else "account"
            evidence = {"principal": principal, "external": association.get("external"), kind: who.account}
            yield Fail(f"share {resource.name} is open to {principal}, which nobody vouches for", principal, evidence)
        elif unknown and association.get("external") is not False:
            doubts.append(who)
    if doubts:
        yield Unknown("; ".join(doubt.reason for doubt in doubts), doubts[0].operation)


def _classified(principal: str, trust: TrustModel) -> Classified | None:
    """None for service principals: AWS itself."""
    if _ACCOUNT.match(principal):
        return trust.classify(principal)
    if found := _IN_ORGANIZATION.match(principal):
        return trust.classify_organization(found[1])
    found = _IAM.match(principal)
    return trust.classify(found[1]) if found else None
