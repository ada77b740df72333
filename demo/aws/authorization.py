"""Which IAM actions AWS asks for when an operation is called: its name behind the service's prefix, but for what stands here.

The sources are AWS's Service Authorization Reference, page by page, and for S3 "Required permissions for Amazon S3 API operations"
(Amazon S3 User Guide). The catalogue of the auditor says the same on its own, and a test compares the two.
"""

from __future__ import annotations

PREFIXES = {"monitoring": "cloudwatch", "s3control": "s3"}
"""IAM's prefix, where a request is signed for another name."""

_BY_METHOD = frozenset({"apigateway"})
"""API Gateway's actions are the methods of HTTP: reading anything is apigateway:GET."""

DIFFERENT: dict[tuple[str, str], tuple[str, ...]] = {
    # S3's actions are older than the names of its operations.
    ("s3", "ListBuckets"): ("s3:ListAllMyBuckets",),
    ("s3", "HeadBucket"): ("s3:ListBucket",),
    ("s3", "ListObjects"): ("s3:ListBucket",),
    ("s3", "ListObjectsV2"): ("s3:ListBucket",),
    ("s3", "ListObjectVersions"): ("s3:ListBucketVersions",),
    ("s3", "GetBucketAccelerateConfiguration"): ("s3:GetAccelerateConfiguration",),
    ("s3", "GetBucketAnalyticsConfiguration"): ("s3:GetAnalyticsConfiguration",),
    ("s3", "GetBucketCors"): ("s3:GetBucketCORS",),
    ("s3", "GetBucketEncryption"): ("s3:GetEncryptionConfiguration",),
    ("s3", "GetBucketIntelligentTieringConfiguration"): ("s3:GetIntelligentTieringConfiguration",),
    ("s3", "GetBucketInventoryConfiguration"): ("s3:GetInventoryConfiguration",),
    ("s3", "GetBucketLifecycleConfiguration"): ("s3:GetLifecycleConfiguration",),
    ("s3", "GetBucketMetricsConfiguration"): ("s3:GetMetricsConfiguration",),
    ("s3", "GetBucketNotificationConfiguration"): ("s3:GetBucketNotification",),
    ("s3", "GetBucketReplication"): ("s3:GetReplicationConfiguration",),
    ("s3", "GetObjectLockConfiguration"): ("s3:GetBucketObjectLockConfiguration",),
    ("s3", "GetPublicAccessBlock"): ("s3:GetBucketPublicAccessBlock",),
    ("s3", "ListBucketAnalyticsConfigurations"): ("s3:GetAnalyticsConfiguration",),
    ("s3", "ListBucketIntelligentTieringConfigurations"): ("s3:GetIntelligentTieringConfiguration",),
    ("s3", "ListBucketInventoryConfigurations"): ("s3:GetInventoryConfiguration",),
    ("s3", "ListBucketMetricsConfigurations"): ("s3:GetMetricsConfiguration",),
    # The account's own block; the bucket's has the same name of operation.
    ("s3control", "GetPublicAccessBlock"): ("s3:GetAccountPublicAccessBlock",),
    # Route 53 looks the VPC up in the caller's name.
    ("route53", "ListHostedZonesByVPC"): ("route53:ListHostedZonesByVPC", "ec2:DescribeVpcs"),
    # Without the name of a stack the call lists, and asks for that too.
    ("cloudformation", "DescribeStacks"): ("cloudformation:DescribeStacks", "cloudformation:ListStacks"),
}

_NOTHING = frozenset({("sts", "GetCallerIdentity")})
"""AWS answers these whatever a policy says."""


def needed(service: str, operation: str, method: str) -> tuple[str, ...]:
    """The IAM actions that a call needs. `service` is what it is signed for, or s3control; `method` is HTTP's."""
    if (service, operation) in _NOTHING:
        return ()
    if service in _BY_METHOD:
        return (f"{service}:{method}",)
    prefix = PREFIXES.get(service, service)
    return DIFFERENT.get((service, operation), (f"{prefix}:{operation}",))
