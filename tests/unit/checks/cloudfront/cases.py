"""What the checks of CloudFront find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, SISTER, STRANGER, Settings, account, denied, ok, organization
from tests.unit.checks.shapes import hardened, planted, unreadable

TLS, ORIGIN = "CLOUDFRONT_WEAK_TLS", "CLOUDFRONT_DANGLING_ORIGIN"
LIST = "cloudfront.list_distributions"


def distribution(**more: Any) -> Record:
    found = {
        "Id": "E1", "ARN": f"arn:aws:cloudfront::{OWN}:distribution/E1", "DomainName": "d1.cloudfront.net", "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": ["www.example.com"]}, "DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
        "CacheBehaviors": {"Quantity": 0}, "ViewerCertificate": {"ACMCertificateArn": "arn", "MinimumProtocolVersion": "TLSv1.2_2021"},
        "Origins": {"Quantity": 0, "Items": []}, **more,
    }  # fmt: skip
    return ok(LIST, answer={"DistributionList": {"Items": [found]}})


def policy(version: str | None, **more: Any) -> Record:
    said = {"MinimumProtocolVersion": version} if version else {}
    return distribution(ViewerCertificate={"ACMCertificateArn": "arn", **said, **more})


def behaves(default: str, *others: tuple[str, str]) -> Record:
    listed = [{"PathPattern": path, "ViewerProtocolPolicy": how} for path, how in others]
    return distribution(
        DefaultCacheBehavior={"ViewerProtocolPolicy": default},
        CacheBehaviors={"Quantity": len(listed), "Items": listed},
    )


WEAK = [
    planted(TLS, "SSL 3", policy("SSLv3"), finds=("policy",)),
    planted(TLS, "TLS 1.2 with the ciphers of 2018", policy("TLSv1.2_2018"), finds=("policy",)),
    planted(TLS, "TLS 1.0 by a name that comes late in the alphabet", policy("TLSv1_2016"), finds=("policy",)),
    planted(TLS, "HTTP is allowed", behaves("allow-all"), finds=("http/default",)),
    planted(TLS, "HTTP is allowed for one path", behaves("https-only", ("/api/*", "allow-all"), ("/img/*", "redirect-to-https")), finds=("http//api/*",)),
    hardened(TLS, "TLS 1.2 with the ciphers of 2019", policy("TLSv1.2_2019")),
    hardened(TLS, "later ones that are less by their letters", policy("TLSv1.2_2025")),
    hardened(TLS, "TLS 1.3", policy("TLSv1.3_2025")),
    hardened(TLS, "CloudFront's own certificate leaves no choice", policy("TLSv1", CloudFrontDefaultCertificate=True)),
    hardened(TLS, "HTTP is redirected", behaves("redirect-to-https")),
    hardened(TLS, "not enabled", distribution(Enabled=False, ViewerCertificate={"MinimumProtocolVersion": "SSLv3"})),
    hardened(TLS, "no distributions", ok(LIST, answer={"DistributionList": {}})),
    unreadable(TLS, "a policy that is newer than the table", policy("TLSv1.4_2030")),
    unreadable(TLS, "the answer does not say", policy(None)),
    unreadable(TLS, "denied", denied(LIST)),
]  # fmt: skip


def serves(*hosts: str, enabled: bool = True) -> Record:
    listed = [{"Id": host, "DomainName": host} for host in hosts]
    return distribution(Origins={"Quantity": len(listed), "Items": listed}, Enabled=enabled)


def buckets(*names: str) -> Record:
    return ok("s3.list_buckets", answer={"Buckets": [{"Name": name} for name in names]})


def alone(*records: Record) -> AccountData:
    return account(*NO_ORGANIZATION, *records)


SITE = "site.s3.eu-central-1.amazonaws.com"
NO_DISTRIBUTIONS = ok(LIST, answer={"DistributionList": {}})
MEMBERS = [{"Id": OWN, "State": "ACTIVE"}, {"Id": SISTER, "State": "SUSPENDED"}]
SUSPENDED = (organization(OWN)[0], ok("organizations.list_accounts", answer={"Accounts": MEMBERS}))
IN_ORGANIZATION = account(*organization(OWN, SISTER), serves(SITE), buckets())
ORIGINS = [
    *(
        planted(ORIGIN, f"gone: {host}", alone(serves(host), buckets("other")), finds=("site",))
        for host in (SITE, "site.s3.amazonaws.com", "site.s3-eu-west-1.amazonaws.com", "site.s3-website-eu-west-1.amazonaws.com", "site.s3-website.eu-central-1.amazonaws.com", "site.s3.dualstack.eu-central-1.amazonaws.com")
    ),
    planted(ORIGIN, "two of three", alone(serves("a-b.s3.amazonaws.com", SITE, "mine.s3.amazonaws.com"), buckets("mine")), finds=("a-b", "site")),
    planted(ORIGIN, "no account of the organization has it", (IN_ORGANIZATION, account(buckets("other"), NO_DISTRIBUTIONS, id_=SISTER)), finds=("site",)),
    hardened(ORIGIN, "an own bucket", alone(serves(SITE), buckets("site"))),
    hardened(ORIGIN, "a sister's bucket", (IN_ORGANIZATION, account(buckets("site"), NO_DISTRIBUTIONS, id_=SISTER))),
    hardened(ORIGIN, "a name that only one account can take", alone(serves("site-999999999999-eu-central-1-an.s3.eu-central-1.amazonaws.com"), buckets())),
    hardened(ORIGIN, "a load balancer", alone(serves("web-1.eu-central-1.elb.amazonaws.com"), buckets())),
    hardened(ORIGIN, "not enabled", alone(serves(SITE, enabled=False), buckets())),
    hardened(ORIGIN, "an own bucket, though a sister is not audited", account(*organization(OWN, SISTER), serves(SITE), buckets("site"))),
    unreadable(ORIGIN, "a sister that is not audited may have it", IN_ORGANIZATION),
    unreadable(ORIGIN, "a trusted account that is not audited may have it", alone(serves(SITE), buckets()), settings=Settings(trusted_accounts=frozenset({STRANGER}))),
    unreadable(ORIGIN, "a suspended account may have it", account(*SUSPENDED, serves(SITE), buckets())),
    unreadable(ORIGIN, "a sister's buckets are unread", (IN_ORGANIZATION, account(denied("s3.list_buckets"), NO_DISTRIBUTIONS, id_=SISTER))),
    unreadable(ORIGIN, "own buckets denied", alone(serves(SITE), denied("s3.list_buckets"))),
    unreadable(ORIGIN, "the organization is unread", account(serves(SITE), buckets())),
    unreadable(ORIGIN, "distributions denied", alone(denied(LIST))),
]  # fmt: skip

CASES = [*WEAK, *ORIGINS]
