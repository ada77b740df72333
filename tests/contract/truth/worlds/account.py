"""Account Management: whom AWS calls."""

from __future__ import annotations

from demo.aws.facts import Account
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place

CHECK = "ACCOUNT_NO_SECURITY_CONTACT"


def plant(at: Place) -> None:
    """One account has a contact for security, the other one for billing alone."""
    for kind, twin in (("BILLING", False), ("SECURITY", True)):
        at.client("account", twin=twin).put_alternate_contact(
            AlternateContactType=kind, Name="Ann", Title="CISO", EmailAddress="ann@example.com", PhoneNumber="+49 1"
        )
    at.finds(CHECK, _root(at.problems), region=GLOBAL)
    at.passes(CHECK, _root(at.twins), region=GLOBAL, twin_account=True)


def _root(account: Account) -> str:
    return f"arn:aws:iam::{account.id}:root"
