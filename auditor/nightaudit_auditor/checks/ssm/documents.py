"""Shared documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, stranger_results
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

_PERMISSION: Final = "ssm.describe_document_permission"
_EVERYBODY: Final = "all"


def _document(data: AccountData, region: str, item: Item) -> Resource:
    name = str(item["Name"])
    arn = build_arn(data.account, "ssm", region, f"document/{name}")
    return Resource(arn, "AWS::SSM::Document", name, region, tags(item.get("Tags")), dict(item))


DOCUMENT: Final = regional_kind(
    "AWS::SSM::Document", ("ssm.list_documents", lambda answer: answer.get("DocumentIdentifiers", []), _document)
)


@check(
    "SSM_DOCUMENT_PUBLIC",
    kind=DOCUMENT,
    needs=(_PERMISSION, *TRUST),
    title="A document is shared with everybody, or with a stranger",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Documents hold names of machines, addresses, scripts and now and then passwords, for all to read.",
    remediation=(
        "Stop the sharing, and block it for the account: SSM > Documents > Preferences > Block public sharing. CLI: aws ssm "
        "modify-document-permission --name NAME --permission-type Share --account-ids-to-remove all; aws ssm "
        "update-service-setting --setting-id /ssm/documents/console/public-sharing-permission --setting-value Disable"
    ),
    terraform="""\
resource "aws_ssm_service_setting" "no_public_documents" {
  setting_id    = "/ssm/documents/console/public-sharing-permission"
  setting_value = "Disable"
}
""",
    parameters=VOUCHED_FOR,
    compliance=("AWS-FSBP:SSM.4",),
    references=("https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html",),
)
def document_public(resource: Resource, context: Context) -> Iterator[Result]:
    """An own document is shared with all, or with an account outside of the own, the organization's, the trusted and known
    vendors' ones: one finding for everybody, and one for each such account."""
    answer = context.data.answer(_PERMISSION, resource.region, {"Name": resource.name}) or {}
    shared = [str(account) for account in answer.get("AccountIds", [])]
    if any(account.lower() == _EVERYBODY for account in shared):
        yield Fail(f"document {resource.name} is shared with everybody", _EVERYBODY)
    accounts: dict[str, dict[str, str]] = {account: {} for account in shared if account.lower() != _EVERYBODY}
    yield from stranger_results(accounts, context, f"document {resource.name} is shared with")
