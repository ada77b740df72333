"""What the check of certificates finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, denied, ok
from tests.unit.checks.shapes import hardened, planted, said, unreadable

CHECK = "ACM_CERT_EXPIRING"
ARN = f"arn:aws:acm:{REGION}:{OWN}:certificate/1"
SOON, LATER = "2026-12-06T00:00:00Z", "2026-12-08T00:00:00Z"


def listed(until: str | None = LATER, used: bool | None = True, kind: str = "IMPORTED", **more: Any) -> Record:
    found = {"CertificateArn": ARN, "DomainName": "www.example.com", "Status": "ISSUED", "Type": kind, "InUse": used, "NotAfter": until, **more}  # fmt: skip
    known = {key: value for key, value in found.items() if value is not None}
    return ok("acm.list_certificates", REGION, {"CertificateSummaryList": [known]})


def renewal(status: str | None, reason: str | None = "CAA_ERROR") -> Record:
    summary = {"RenewalSummary": said(RenewalStatus=status, RenewalStatusReason=reason)} if status else {}
    return ok(
        "acm.describe_certificate", REGION, {"Certificate": {"CertificateArn": ARN, **summary}}, CertificateArn=ARN
    )


ISSUED = "AMAZON_ISSUED"
CASES = [
    planted(CHECK, "in 13 days", listed(SOON), finds=("expiry",)),
    planted(CHECK, "in time by the clock on the wall there, too late by that of UTC", listed("2026-12-07T10:00:00+12:00"), finds=("expiry",)),
    planted(CHECK, "expired", listed("2026-11-01T00:00:00Z"), finds=("expiry",)),
    planted(CHECK, "the renewal failed", (listed(kind=ISSUED), renewal("FAILED")), finds=("renewal",)),
    planted(CHECK, "the renewal failed, and ACM does not say why", (listed(kind=ISSUED), renewal("FAILED", None)), finds=("renewal",)),
    planted(CHECK, "both", (listed(SOON, kind=ISSUED), renewal("FAILED")), finds=("expiry", "renewal")),
    hardened(CHECK, "in 15 days", listed()),
    hardened(CHECK, "soon, but nothing uses it", listed(SOON, used=False)),
    hardened(CHECK, "never issued", listed(None, Status="VALIDATION_TIMED_OUT")),
    hardened(CHECK, "waits for its validation", (listed(kind=ISSUED), renewal("PENDING_VALIDATION"))),
    hardened(CHECK, "never renewed yet", (listed(kind=ISSUED), renewal(None))),
    unreadable(CHECK, "the answer does not say until when", listed(None)),
    unreadable(CHECK, "the answer does not say whether it is in use", listed(used=None)),
    unreadable(CHECK, "renewal unread", (listed(kind=ISSUED), denied("acm.describe_certificate", REGION, CertificateArn=ARN))),
    unreadable(CHECK, "denied", denied("acm.list_certificates", REGION)),
]  # fmt: skip
