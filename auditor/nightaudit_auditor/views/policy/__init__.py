"""The audit role's least privilege, from the catalogue: as policy documents, a CloudFormation template, Terraform."""

from nightaudit_auditor.views.policy.cloudformation import cloudformation
from nightaudit_auditor.views.policy.documents import (
    DENY_DATA,
    EXCEPTIONS,
    MAXIMUM_CHARACTERS,
    ORGANIZATION,
    Document,
    UnfitAction,
    characters,
    role_policies,
    why_unfit,
)
from nightaudit_auditor.views.policy.terraform import terraform

__all__ = [
    "DENY_DATA",
    "EXCEPTIONS",
    "MAXIMUM_CHARACTERS",
    "ORGANIZATION",
    "Document",
    "UnfitAction",
    "characters",
    "cloudformation",
    "role_policies",
    "terraform",
    "why_unfit",
]
