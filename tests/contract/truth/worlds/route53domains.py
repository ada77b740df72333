"""Registered domains: those that will be lost. moto's last more than a year, and all of them are locked."""

from __future__ import annotations

from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place

CHECK = "ROUTE53_DOMAIN_NO_AUTORENEW"
LACKS = {"ROUTE53_DOMAIN_NO_LOCK": "route53domains.DisableDomainTransferLock is not in moto: every domain is locked"}


def plant(at: Place) -> None:
    """Renewed, or not."""
    at.finds(CHECK, _domain(at, "lapses-example.com", renews=False), region=GLOBAL, discriminator="auto-renew")
    at.passes(CHECK, _domain(at, "stays-example.com", renews=True), region=GLOBAL)


def _domain(at: Place, name: str, *, renews: bool) -> str:
    contact = {
        "FirstName": "A", "LastName": "B", "ContactType": "PERSON", "Email": "a@example.com", "PhoneNumber": "+1.5555550100",
        "AddressLine1": "1 Street", "City": "Town", "CountryCode": "US", "ZipCode": "12345", "State": "WA",
    }  # fmt: skip
    at.client("route53domains", "us-east-1").register_domain(
        DomainName=name, DurationInYears=2, AutoRenew=renews, AdminContact=contact, RegistrantContact=contact,
        TechContact=contact,
    )  # fmt: skip
    return f"arn:aws:route53domains::{at.problems.id}:domain/{name}"
