"""Domains that can be taken away, or that run out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since
from nightaudit_auditor.snapshot import AccountData, Unreadable

_LIST: Final = "route53domains.list_domains"
_EXPIRY_DAYS: Final = 30


def _domains(data: AccountData) -> Iterator[Resource | Unreadable]:
    for item in (data.answer(_LIST) or {}).get("Domains", []):
        # Domains have no ARN of their own; this one is made up in its form.
        arn = f"arn:{data.account.partition}:route53domains::{data.account.id}:domain/{item['DomainName']}"
        yield Resource(arn, "AWS::Route53Domains::Domain", item["DomainName"], data=item)


DOMAIN = Kind("AWS::Route53Domains::Domain", (_LIST,), _domains, regional=False)


@check(
    "ROUTE53_DOMAIN_NO_LOCK",
    kind=DOMAIN,
    title="Domain is not locked against transfer",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="One forged or phished approval moves the domain to another registrar, and mail, certificates and logins with it.",
    remediation="Console: Route 53 > Registered domains > the domain > Actions > Turn on transfer lock. CLI: aws route53domains "
    "enable-domain-transfer-lock --region us-east-1 --domain-name NAME.",
    terraform="""resource "aws_route53domains_registered_domain" "main" {
  domain_name   = "example.com"
  transfer_lock = true
  auto_renew    = true
}""",
    aliases=("DOMAIN_HAS_NO_TRANSFER_LOCK",),
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-lock.html",),
)
def no_lock(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """A registered domain has its transfer lock off. Low below a country's top-level domain: some of their registries have no such
    lock, and Route 53's list does not say which."""
    locked = resource.data.get("TransferLock")
    if locked is None:
        yield Unknown("the domain does not say whether it is locked", _LIST)
    elif not locked:
        country = len(resource.name.rstrip(".").rpartition(".")[2]) == 2
        hint = "; its registry may have no such lock" if country else ""
        yield Fail(f"the transfer lock is off{hint}", "", {}, Severity.LOW if country else None)


@check(
    "ROUTE53_DOMAIN_NO_AUTORENEW",
    kind=DOMAIN,
    title="Domain is about to be lost, or will be without anybody's doing",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A lapsed domain is bought within minutes; the buyer gets the mail, the passwords that it resets, and the visitors.",
    remediation="Console: Route 53 > Registered domains > the domain > Actions > Turn on auto-renew; within 30 days of the expiry renew it "
    "now. CLI: aws route53domains enable-domain-auto-renew --region us-east-1 --domain-name NAME; aws route53domains renew-domain "
    "--region us-east-1 --domain-name NAME --duration-in-years 1 --current-expiry-year YEAR.",
    terraform="""resource "aws_route53domains_registered_domain" "main" {
  domain_name   = "example.com"
  transfer_lock = true
  auto_renew    = true
}""",
    aliases=("DOMAIN_NOT_SET_TO_RENEW",),
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-renew.html",),
)
def no_autorenew(resource: Resource, context: Context) -> Iterator[Result]:
    """A registered domain is not renewed automatically, or expires within 30 days (automatic renewal comes before that)."""
    renews, days = resource.data.get("AutoRenew"), days_since(resource.data.get("Expiry"), context.now)
    if renews is False:
        yield Fail("it is not renewed automatically", "auto-renew", {"expiry": resource.data.get("Expiry", "")})
    if days is not None and days > -_EXPIRY_DAYS:
        when = f"expires in {int(-days)} days" if days < 0 else f"expired {int(days)} days ago"
        yield Fail(f"it {when}", "expiry", {"expiry": resource.data["Expiry"]})
    if renews is None or days is None:
        yield Unknown("the domain does not say when it expires, or whether it is renewed", _LIST)
