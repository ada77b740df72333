"""CloudFront: a distribution of two buckets, one of which nobody has; the other origin is sent a secret header."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client

AFTER = ("s3",)


def seed() -> None:
    origin = {
        "Id": "site", "DomainName": "site.s3.eu-central-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Origin-Key", "HeaderValue": "not-a-secret"}]},
    }  # fmt: skip
    kept = {
        "Id": "kept", "DomainName": f"plain-{ACCOUNT}.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
    }  # fmt: skip
    behaviour = {
        "TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all", "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }  # fmt: skip
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1", "Comment": "site", "Enabled": True, "DefaultCacheBehavior": behaviour,
            "Origins": {"Quantity": 2, "Items": [origin, kept]},
        }
    )  # fmt: skip
