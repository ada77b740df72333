"""Certificates that run out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since
from nightaudit_auditor.snapshot import AccountData

_LIST: Final = "acm.list_certificates"
_DESCRIBE: Final = "acm.describe_certificate"
_EXPIRY_DAYS: Final = 14


def _certificate(_: AccountData, region: str, item: Item) -> Resource:
    name = item.get("DomainName") or item["CertificateArn"]
    return Resource(item["CertificateArn"], "AWS::CertificateManager::Certificate", name, region, data=dict(item))


CERTIFICATE = regional_kind(
    "AWS::CertificateManager::Certificate",
    (_LIST, lambda answer: answer.get("CertificateSummaryList", []), _certificate),
)


@check(
    "ACM_CERT_EXPIRING",
    kind=CERTIFICATE,
    needs=(_DESCRIBE,),
    title="Certificate in use expires, or cannot be renewed",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="On the day after, every client refuses the connection; in the haste somebody switches verification off.",
    remediation="Console: Certificate Manager > the certificate: create its validation record in DNS, or import the new one into the same "
    "ARN. CLI: aws acm describe-certificate --certificate-arn ARN (RenewalSummary names the records); aws acm import-certificate "
    "--certificate-arn ARN --certificate fileb://cert.pem --private-key fileb://key.pem.",
    terraform="""resource "aws_acm_certificate" "www" {
  domain_name       = "www.example.com"
  validation_method = "DNS" # renewed for as long as the record is there
}""",
    compliance=("AWS-FSBP:ACM.1",),
    references=("https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html",),
)
def cert_expiring(resource: Resource, context: Context) -> Iterator[Result]:
    """A certificate that something uses expires within 14 days or has expired, or ACM's renewal of it has failed."""
    used, until = resource.data.get("InUse"), resource.data.get("NotAfter")
    if used is False or resource.data.get("Status") in ("PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "FAILED"):
        return
    days = days_since(until, context.now)
    if used is None or days is None:
        yield Unknown("the certificate does not say whether it is in use, or until when it is valid", _LIST)
    elif days > -_EXPIRY_DAYS:
        when = f"expires in {int(-days)} days" if days < 0 else f"expired {int(days)} days ago"
        yield Fail(when, "expiry", {"notAfter": until})
    if resource.data.get("Type") == "AMAZON_ISSUED":
        answer = context.data.answer(_DESCRIBE, resource.region, {"CertificateArn": resource.arn}) or {}
        summary = (answer.get("Certificate") or {}).get("RenewalSummary") or {}
        if summary.get("RenewalStatus") == "FAILED":
            reason = summary.get("RenewalStatusReason", "")
            yield Fail(f"its renewal failed{f' ({reason})' if reason else ''}", "renewal", {"reason": reason})
