"""What the checks of CloudFront find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, SISTER, absent, account, denied, failed, ok, organization
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


def lost(*names: str) -> list[Record]:
    """Of which S3 says that nobody has them."""
    return [absent(EXISTENCE, Bucket=name) for name in names]


def exists(name: str) -> Record:
    return ok(EXISTENCE, answer={"BucketRegion": "eu-west-1"}, Bucket=name)


EXISTENCE = "s3.head_bucket"
SITE = "site.s3.eu-central-1.amazonaws.com"
NO_DISTRIBUTIONS = ok(LIST, answer={"DistributionList": {}})
RESERVED = "site-999999999999-eu-central-1-an"
ORIGINS = [
    *(
        planted(ORIGIN, f"gone: {host}", account(serves(host), buckets("other"), *lost("site")), finds=("site",), severity=Severity.HIGH)
        for host in (SITE, "site.s3.amazonaws.com", "site.s3-eu-west-1.amazonaws.com", "site.s3-website-eu-west-1.amazonaws.com", "site.s3-website.eu-central-1.amazonaws.com", "site.s3.dualstack.eu-central-1.amazonaws.com")
    ),
    planted(ORIGIN, "two of three", account(serves("a-b.s3.amazonaws.com", SITE, "mine.s3.amazonaws.com"), buckets("mine"), *lost("a-b", "site"), exists("mine")), finds=("a-b", "site")),
    planted(ORIGIN, "one of two, the other is somebody's", account(serves("a-b.s3.amazonaws.com", SITE), buckets(), *lost("a-b"), exists("site")), finds=("a-b",)),
    planted(ORIGIN, "own buckets denied, and S3 says that nobody has it", account(serves(SITE), denied("s3.list_buckets"), *lost("site")), finds=("site",)),
    planted(ORIGIN, "no sister needs to be audited for that", account(*organization(OWN, SISTER), serves(SITE), buckets(), *lost("site")), finds=("site",)),
    hardened(ORIGIN, "somebody else's bucket", account(serves(SITE), buckets("other"), exists("site"))),
    hardened(ORIGIN, "an own bucket", account(serves(SITE), buckets("site"), exists("site"))),
    hardened(ORIGIN, "an own bucket that was made since S3 was asked", account(serves(SITE), buckets("site"), *lost("site"))),
    hardened(ORIGIN, "a sister's bucket, of which S3 was not asked", (account(serves(SITE), buckets(), failed(EXISTENCE, code="500", Bucket="site")), account(buckets("site"), NO_DISTRIBUTIONS, id_=SISTER))),
    hardened(ORIGIN, "a name that only one account can take", account(serves(f"{RESERVED}.s3.eu-central-1.amazonaws.com"), buckets(), *lost(RESERVED))),
    hardened(ORIGIN, "a load balancer", account(serves("web-1.eu-central-1.elb.amazonaws.com"), buckets())),
    hardened(ORIGIN, "not enabled", account(serves(SITE, enabled=False), buckets(), *lost("site"))),
    unreadable(ORIGIN, "S3 gave no answer", account(serves(SITE), buckets(), failed(EXISTENCE, code="500", Bucket="site"))),
    unreadable(ORIGIN, "a bucket of another partition", account(serves("site.s3.cn-north-1.amazonaws.com.cn"), buckets(), *lost("site"))),
    unreadable(ORIGIN, "distributions denied", account(denied(LIST))),
]  # fmt: skip

CASES = [*WEAK, *ORIGINS]
