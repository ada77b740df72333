"""What the check of Systems Manager finds, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, SISTER, STRANGER, Case, denied, ok, organization
from tests.unit.checks.shapes import hardened, planted, unreadable

DOCUMENTS, PERMISSION, PUBLIC = "ssm.list_documents", "ssm.describe_document_permission", "SSM_DOCUMENT_PUBLIC"
LISTED = ok(DOCUMENTS, REGION, {"DocumentIdentifiers": [{"Name": "restart", "Owner": OWN, "Tags": []}]})


def shared(*accounts: str, more: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    return (LISTED, ok(PERMISSION, REGION, {"AccountIds": list(accounts)}, Name="restart"), *more)


UNKNOWN_ORGANIZATION = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))
CASES: list[Case] = [
    planted(PUBLIC, "with everybody, whatever AWS calls them", shared("All"), finds=("all",)),
    planted(PUBLIC, "with everybody and a stranger", shared("all", STRANGER), finds=(STRANGER, "all")),
    planted(PUBLIC, "with everybody, although the organization is not known", shared("all", more=UNKNOWN_ORGANIZATION), finds=("all",)),
    hardened(PUBLIC, "with a sister", shared(SISTER, more=organization(OWN, SISTER))),
    hardened(PUBLIC, "with nobody", shared()),
    unreadable(PUBLIC, "he may be of the organization", shared(STRANGER, more=UNKNOWN_ORGANIZATION)),
    unreadable(PUBLIC, "denied", (LISTED, denied(PERMISSION, REGION, Name="restart"))),
    unreadable(PUBLIC, "no list", (denied(DOCUMENTS, REGION),)),
]  # fmt: skip
