"""What the check of SES finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, STRANGER, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

IDENTITIES, POLICIES, PUBLIC = "sesv2.list_email_identities", "sesv2.get_email_identity_policies", "SES_IDENTITY_PUBLIC"
NAME = "example.com"
ARN = f"arn:aws:ses:{REGION}:{OWN}:identity/{NAME}"
LISTED = ok(IDENTITIES, REGION, {"EmailIdentities": [{"IdentityType": "DOMAIN", "IdentityName": NAME}]})


def statement(effect: str = "Allow", principal: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": "ses:SendEmail", "Resource": ARN, **more}


def policies(*statements: dict[str, Any]) -> tuple[Record, ...]:
    """Each statement in a policy of its own."""
    found = {f"p{n}": json.dumps({"Version": "2008-10-17", "Statement": one}) for n, one in enumerate(statements)}
    return (LISTED, ok(POLICIES, REGION, {"Policies": found}, EmailIdentity=NAME))


CASES: list[Case] = [
    planted(PUBLIC, "everybody", policies(statement())),
    planted(PUBLIC, "the second policy", policies(statement(principal={"AWS": STRANGER}), statement(Action="ses:Send*"))),
    planted(PUBLIC, "everybody who writes his own name", policies(statement(Condition={"StringLike": {"ses:FromAddress": "*@example.com"}}))),
    hardened(PUBLIC, "one account", policies(statement(principal={"AWS": STRANGER}))),
    hardened(PUBLIC, "what one policy allows another denies", policies(statement(), statement("Deny"))),
    hardened(PUBLIC, "no policy", policies()),
    unreadable(PUBLIC, "denied", (LISTED, denied(POLICIES, REGION, EmailIdentity=NAME))),
    unreadable(PUBLIC, "no list", (denied(IDENTITIES, REGION),)),
]  # fmt: skip
