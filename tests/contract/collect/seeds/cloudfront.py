"""CloudFront: a distribution whose origin is sent a secret header."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    origin = {
        "Id": "site", "DomainName": "site.s3.eu-central-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Origin-Key", "HeaderValue": "not-a-secret"}]},
    }  # fmt: skip
    behaviour = {
        "TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all", "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }  # fmt: skip
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1", "Comment": "site", "Enabled": True, "DefaultCacheBehavior": behaviour,
            "Origins": {"Quantity": 1, "Items": [origin]},
        }
    )  # fmt: skip
