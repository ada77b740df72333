"""CloudFront: how viewers connect, and whose buckets are served."""

from __future__ import annotations

from typing import Any

from demo.aws.seeding.s3 import bucket
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place

TLS, ORIGIN = "CLOUDFRONT_WEAK_TLS", "CLOUDFRONT_DANGLING_ORIGIN"
OWN_BUCKET, SISTERS_BUCKET, STRANGERS_BUCKET = "cdn-own", "cdn-sisters", "cdn-strangers"


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    bucket(at.cloud, at.problems, OWN_BUCKET)
    bucket(at.cloud, at.twins, SISTERS_BUCKET)
    bucket(at.cloud, at.former, STRANGERS_BUCKET)
    _tls(at)
    _origins(at)


def _tls(at: Place) -> None:
    at.finds(
        TLS,
        distribution(at, "tls-2018", policy="TLSv1.2_2018"),
        distribution(at, "tls-2016", policy="TLSv1_2016"),
        region=GLOBAL,
        discriminator="policy",
    )
    plain = {"PathPattern": "/api/*", "ViewerProtocolPolicy": "allow-all"}
    one_path = distribution(at, "http-one-path", paths=(plain,))
    at.finds(TLS, distribution(at, "http", viewers="allow-all"), region=GLOBAL, discriminator="http/default")
    at.finds(TLS, one_path, region=GLOBAL, discriminator="http//api/*")
    at.passes(
        TLS,
        distribution(at, "tls-2019", policy="TLSv1.2_2019"),
        distribution(at, "tls-2025", policy="TLSv1.2_2025"),
        distribution(at, "tls-no-choice", policy=""),
        distribution(at, "tls-off", policy="SSLv3", viewers="allow-all", enabled=False),
        distribution(at, "http-redirected", viewers="redirect-to-https", paths=({**plain, "ViewerProtocolPolicy": "https-only"},)),
        region=GLOBAL,
    )  # fmt: skip


def _origins(at: Place) -> None:
    gone = "cdn-gone.s3.eu-central-1.amazonaws.com"
    at.finds(
        ORIGIN,
        distribution(at, "origin-gone", gone),
        distribution(at, "origin-one-of-two", f"{OWN_BUCKET}.s3.amazonaws.com", "cdn-lost.s3.amazonaws.com"),
        distribution(at, "origin-website-gone", "cdn-gone.s3-website.eu-central-1.amazonaws.com"),
        region=GLOBAL,
    )
    at.passes(
        ORIGIN,
        distribution(at, "origin-own", f"{OWN_BUCKET}.s3.eu-central-1.amazonaws.com"),
        distribution(at, "origin-sisters", f"{SISTERS_BUCKET}.s3.amazonaws.com"),
        distribution(at, "origin-strangers", f"{STRANGERS_BUCKET}.s3.amazonaws.com"),
        distribution(at, "origin-off", gone, enabled=False),
        distribution(at, "origin-balancer", "web-1.eu-central-1.elb.amazonaws.com"),
        distribution(at, "origin-reserved", "site-999999999999-eu-central-1-an.s3.eu-central-1.amazonaws.com"),
        region=GLOBAL,
    )


def distribution(
    at: Place,
    name: str,
    *origins: str,
    policy: str = "TLSv1.2_2021",
    viewers: str = "https-only",
    paths: tuple[dict[str, Any], ...] = (),
    enabled: bool = True,
) -> str:
    """A distribution; by default in order and of the own bucket. Without a policy it has CloudFront's own certificate."""
    return str(made(at, name, *origins, policy=policy, viewers=viewers, paths=paths, enabled=enabled)["ARN"])


def made(
    at: Place,
    name: str,
    *origins: str,
    policy: str = "TLSv1.2_2021",
    viewers: str = "https-only",
    paths: tuple[dict[str, Any], ...] = (),
    enabled: bool = True,
    twin: bool = False,
) -> dict[str, Any]:
    """Likewise, as CloudFront describes it."""
    hosts = origins or (f"{OWN_BUCKET}.s3.amazonaws.com",)
    listed = [{"Id": host, "DomainName": host, "S3OriginConfig": {"OriginAccessIdentity": ""}} for host in hosts]
    behaviour = {
        "TargetOriginId": hosts[0], "ViewerProtocolPolicy": viewers, "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }  # fmt: skip
    more = [{**behaviour, **path} for path in paths]
    certificate: dict[str, Any] = {"CloudFrontDefaultCertificate": True}
    if policy:
        arn = f"arn:aws:acm:us-east-1:{at.problems.id}:certificate/11111111-1111-1111-1111-111111111111"
        certificate = {
            "CloudFrontDefaultCertificate": False, "ACMCertificateArn": arn, "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": policy,
        }  # fmt: skip
    answer = at.client("cloudfront", twin=twin).create_distribution(
        DistributionConfig={
            "CallerReference": name, "Comment": name, "Enabled": enabled, "DefaultCacheBehavior": behaviour,
            "CacheBehaviors": {"Quantity": len(more), "Items": more}, "ViewerCertificate": certificate,
            "Aliases": {"Quantity": 1, "Items": [f"{name}.cdn.example.com"]},
            "Origins": {"Quantity": len(listed), "Items": listed},
        }
    )  # fmt: skip
    return dict(answer["Distribution"])
