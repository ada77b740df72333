"""Distributions: how viewers connect, and whose buckets they serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import owned
from nightaudit_auditor.checks.registry import (
    Context,
    Fail,
    Kind,
    Resource,
    Result,
    Scope,
    Severity,
    Tier,
    Unknown,
    check,
)
from nightaudit_auditor.collect.bucket_names import bucket_of
from nightaudit_auditor.snapshot import AccountData, Unreadable

_LIST: Final = owned.DISTRIBUTIONS
_ORDER: Final = (
    "SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025",
    "TLSv1.3_2025",
)  # fmt: skip
"""CloudFront's security policies by what they demand of viewers (CloudFront Developer Guide, "Supported protocols and ciphers
between viewers and CloudFront")."""

_GOOD: Final = _ORDER.index("TLSv1.2_2019")


def _distributions(data: AccountData) -> Iterator[Resource | Unreadable]:
    for item in ((data.answer(_LIST) or {}).get("DistributionList") or {}).get("Items") or []:
        aliases = (item.get("Aliases") or {}).get("Items") or []
        name = aliases[0] if aliases else item.get("DomainName") or item["Id"]
        yield Resource(item["ARN"], "AWS::CloudFront::Distribution", name, data=item)


DISTRIBUTION = Kind("AWS::CloudFront::Distribution", (_LIST,), _distributions, regional=False)


@check(
    "CLOUDFRONT_WEAK_TLS",
    kind=DISTRIBUTION,
    title="Distribution lets viewers in with old TLS, or without any",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Who sits between a viewer and CloudFront can make the viewer fall back to what is broken, or reads along.",
    remediation="Console: CloudFront > Distributions > the distribution > Edit > Security policy TLSv1.2_2021 or later, and Behaviors > "
    "Edit > Redirect HTTP to HTTPS. CLI: aws cloudfront get-distribution-config --id ID; aws cloudfront update-distribution --id "
    "ID --if-match ETAG --distribution-config file://config.json.",
    compliance=("AWS-FSBP:CloudFront.3", "AWS-FSBP:CloudFront.15"),
    aliases=("CLOUDFRONT_MINIMUM_PROTOCOL_SUPPORT",),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
    ),
)
def weak_tls(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """An enabled distribution with a certificate of its own has a security policy below TLSv1.2_2019, or one of its behaviours
    allows HTTP.

    With CloudFront's own certificate there is no choice of policy. A policy that is not in the table of known ones is UNKNOWN.
    """
    distribution = resource.data
    if not distribution.get("Enabled"):
        return
    behaviours = [("default", distribution.get("DefaultCacheBehavior") or {})]
    listed = (distribution.get("CacheBehaviors") or {}).get("Items") or []
    behaviours += [(str(item.get("PathPattern", "")), item) for item in listed]
    for path, behaviour in behaviours:
        if behaviour.get("ViewerProtocolPolicy") == "allow-all":
            yield Fail(f"the behaviour {path} allows HTTP", f"http/{path}", {"behaviour": path})
    certificate = distribution.get("ViewerCertificate") or {}
    if certificate.get("CloudFrontDefaultCertificate"):
        return
    policy = certificate.get("MinimumProtocolVersion")
    if policy not in _ORDER:
        yield Unknown(f"the security policy {policy!r} is not known", _LIST)
    elif _ORDER.index(policy) < _GOOD:
        yield Fail(f"the security policy is {policy}", "policy", {"policy": policy})


@check(
    "CLOUDFRONT_DANGLING_ORIGIN",
    kind=DISTRIBUTION,
    scope=Scope.ORGANIZATION,
    needs=(owned.BUCKETS, owned.EXISTENCE),
    title="Distribution serves a bucket that does not exist",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Anybody can create a bucket of that name and serve his pages under your domain.",
    remediation="Console: CloudFront > Distributions > the distribution > Origins: delete the origin, or create the bucket in an account "
    "of yours. CLI: aws s3api create-bucket --bucket NAME --create-bucket-configuration LocationConstraint=REGION, then aws "
    "cloudfront update-distribution --id ID --if-match ETAG --distribution-config file://config.json.",
    terraform="""resource "aws_cloudfront_distribution" "site" {
  origin {
    origin_id                = "site"
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }
  # ...
}""",
    compliance=("AWS-FSBP:CloudFront.12",),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html",
    ),
)
def dangling_origin(resource: Resource, context: Context) -> Iterator[Result]:
    """An origin of an enabled distribution is a bucket of S3 that no audited account has, and of which S3 says that there is none.

    S3 is asked without a signature, as anybody can ask it. A bucket that exists passes, whoever has it: no such request tells
    whether he is a vendor or an attacker. Names in an account regional namespace cannot be taken by others and pass. A bucket of
    which S3 was not asked is UNKNOWN. One finding for each bucket.
    """
    if not resource.data.get("Enabled"):
        return
    hosts = {origin.get("DomainName", ""): origin for origin in (resource.data.get("Origins") or {}).get("Items") or []}
    served = {bucket_of(host): (host, origin.get("Id", "")) for host, origin in hosts.items()}
    unread: Unreadable | None = None
    for bucket, (host, origin) in sorted(served.items()):
        try:
            partition = resource.arn.split(":")[1]
            lost = owned.is_lost(bucket, context.data, context.accounts, host=host, partition=partition)
        except Unreadable as problem:
            unread = unread or problem
            continue
        if lost:
            yield Fail(f"there is no bucket {bucket}", bucket, {"bucket": bucket, "origin": origin})
    if unread is not None:
        yield Unknown(f"whether an origin's bucket exists is not known: {unread}", unread.operation)
