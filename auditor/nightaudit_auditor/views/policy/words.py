"""What the template and the Terraform module say alike: settings, limits and the comment on top."""

from __future__ import annotations

from collections.abc import Mapping

from nightaudit_auditor.aws.actions import source
from nightaudit_auditor.views.policy.documents import DENY_DATA, Document

PURPOSE = "The role through which Night Audit reads how this account is configured. It reads no data."
ATTACHED = "What Night Audit reads in this account"

PRINCIPAL = r"arn:[a-z-]+:iam::\d{12}:(role/.+|user/.+|root)"
EXTERNAL_ID = r"[\w+=,.@:/-]{2,}"
EXTERNAL_ID_LENGTH = 1224
"""AssumeRole, parameter ExternalId (STS API Reference). No pattern repeats that often in Terraform: its RE2 stops at 1,000."""
ROLE_NAME = r"[\w+=,.@-]{1,50}"
"""IAM's characters; its 64 less what the names of the policies append."""
SESSION_SECONDS = 3600
"""The auditor comes from a role of its own, and AWS ends a chained session after an hour whatever a role says."""

SETTINGS = {
    "TrustedPrincipalArn": "The ARN of the auditor's own role. IAM wants it to exist before a role can trust it.",
    "ExternalId": "What the auditor must say to assume the role: the account's externalID in the AuditSchedule.",
    "RoleName": "The name of the role; the names of its policies begin with it.",
    "ReadsOrganization": "true in the account whose role lists the organization's accounts: the management account or a"
    " delegated administrator's.",
    "AllowSessionTags": "true if the auditor gets its own role from EKS Pod Identity, which passes its session tags on.",
    "RoleArn": "The account's roleARN in the AuditSchedule.",
}


def head(option: str, policies: Mapping[str, Document]) -> tuple[str, ...]:
    """The lines of the comment on top: what made the file, and what its actions were checked against."""
    allowed = {
        action
        for name, document in policies.items()
        if name != DENY_DATA
        for statement in document["Statement"]
        for action in statement["Action"]
    }
    table = source()
    return (
        f"Written by `nightaudit iam-policy {option}` from the catalogue of what is collected. Do not edit.",
        f"{len(allowed)} actions, each of access level List or Read in AWS's Service Authorization Reference, as of",
        f"{table.package} {table.version} ({table.published}).",
    )
