"""What the check of Resource Access Manager finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "RAM_SHARE_EXTERNAL"
LIST = "ram.get_resource_share_associations"
SHARE = f"arn:aws:ram:{REGION}:{OWN}:resource-share/1"
UNKNOWN = (
    ok("organizations.describe_organization", answer={"Organization": {"Id": "o-own0000000", "MasterAccountId": OWN}}),
    denied("organizations.list_accounts"),
)
UNIT = f"arn:aws:organizations::{SISTER}:ou/o-foreign0000/ou-ab12-11111111"


def shared(*principals: str, external: bool | None = True, share: str = SHARE) -> Record:
    found: list[dict[str, Any]] = [
        {"resourceShareArn": share, "resourceShareName": "nets", "associatedEntity": p, "associationType": "PRINCIPAL", "status": "ASSOCIATED"}
        | ({} if external is None else {"external": external})
        for p in principals
    ]  # fmt: skip
    return ok(LIST, REGION, {"resourceShareAssociations": found})


CASES: list[Case] = [
    planted(CHECK, "two strangers, one of them a role: two findings", (shared(STRANGER, f"arn:aws:iam::{STRANGER}:role/x"), *NO_ORGANIZATION), finds=(STRANGER, f"arn:aws:iam::{STRANGER}:role/x")),
    planted(CHECK, "another organization's unit", (shared(UNIT), *organization(OWN)), finds=(UNIT,)),
    planted(CHECK, "the organization is unread, but RAM says that he is not of it", (shared(STRANGER), *UNKNOWN), finds=(STRANGER,)),
    planted(CHECK, "a stranger beside a sister", (shared(SISTER, STRANGER), *organization(OWN, SISTER)), finds=(STRANGER,)),
    hardened(CHECK, "the own organization, a sister, a service", (
        shared(SISTER, f"arn:aws:organizations::{OWN}:organization/o-own", "service-id.amazonaws.com", external=False), *organization(OWN, SISTER))),
    hardened(CHECK, "trusted", (shared(STRANGER), *NO_ORGANIZATION), settings=Settings(trusted_accounts=frozenset({STRANGER}))),
    hardened(CHECK, "the organization is unread, and RAM says that he is of it", (shared(SISTER, external=False), *UNKNOWN)),
    unreadable(CHECK, "denied", (denied(LIST, REGION), *NO_ORGANIZATION)),
    unreadable(CHECK, "the organization is unread, and RAM says nothing", (shared(STRANGER, external=None), *UNKNOWN)),
]  # fmt: skip
