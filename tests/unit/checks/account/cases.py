"""What the check of Account Management finds, must not find, and must admit not to know."""

from __future__ import annotations

from tests.unit.checks.build import Case, absent, account, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "ACCOUNT_NO_SECURITY_CONTACT"
GET = "account.get_alternate_contact"
CONTACT = {
    "Name": "Ann",
    "Title": "CISO",
    "EmailAddress": "a@example.com",
    "PhoneNumber": "1",
    "AlternateContactType": "SECURITY",
}

CASES: list[Case] = [
    planted(CHECK, "AWS knows none", absent(GET)),
    hardened(CHECK, "there is one", ok(GET, answer={"AlternateContact": CONTACT})),
    hardened(CHECK, "GovCloud, which has no such contacts", account(partition="aws-us-gov")),
    unreadable(CHECK, "denied is not absent", denied(GET)),
]
