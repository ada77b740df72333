"""What the checks of registered domains find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

LOCK, RENEW = "ROUTE53_DOMAIN_NO_LOCK", "ROUTE53_DOMAIN_NO_AUTORENEW"
LIST = "route53domains.list_domains"


def domain(name: str = "example.com", **more: Any) -> Record:
    found = {"DomainName": name, "AutoRenew": True, "TransferLock": True, "Expiry": "2027-11-23T00:00:00Z", **more}
    return ok(LIST, answer={"Domains": [{key: value for key, value in found.items() if value is not None}]})


CASES = [
    planted(LOCK, "off", domain(TransferLock=False)),
    planted(LOCK, "off, below a country", domain("example.de", TransferLock=False), severity=Severity.LOW),
    hardened(LOCK, "on", domain()),
    hardened(LOCK, "no domains", ok(LIST, answer={"Domains": []})),
    unreadable(LOCK, "the answer does not say", domain(TransferLock=None)),
    unreadable(LOCK, "denied", denied(LIST)),
    planted(RENEW, "not renewed", domain(AutoRenew=False), finds=("auto-renew",)),
    planted(RENEW, "renewed, but expires in 29 days", domain(Expiry="2026-12-22T12:00:00Z"), finds=("expiry",)),
    planted(RENEW, "expired, and not renewed", domain(AutoRenew=False, Expiry="2026-11-01T00:00:00Z"), finds=("auto-renew", "expiry")),
    hardened(RENEW, "renewed, and expires in 31 days", domain(Expiry="2026-12-24T12:00:00Z")),
    unreadable(RENEW, "no expiry", domain(Expiry=None)),
    unreadable(RENEW, "the answer does not say", domain(AutoRenew=None)),
    unreadable(RENEW, "denied", denied(LIST)),
]  # fmt: skip
