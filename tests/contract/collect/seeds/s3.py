"""S3 and S3 Control: a plain and a configured bucket with an access point, and one for logs."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    s3 = client("s3")
    for bucket in ("plain", "configured", "logs"):
        s3.create_bucket(Bucket=f"{bucket}-{ACCOUNT}", CreateBucketConfiguration={"LocationConstraint": REGION})
    bucket = f"configured-{ACCOUNT}"
    s3.put_bucket_policy(
        Bucket=bucket, Policy=document(Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::{bucket}/*")
    )
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    blocks = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "<1>"}]})
    delivery = document(
        Principal={"Service": "logging.s3.amazonaws.com"},
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::logs-{ACCOUNT}/*",
    )
    s3.put_bucket_policy(Bucket=f"logs-{ACCOUNT}", Policy=delivery)
    s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": f"logs-{ACCOUNT}", "TargetPrefix": "a/"}}
    )
    client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=blocks)
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 30}}]
        },
    )
    target = f"replica-{ACCOUNT}"
    s3.create_bucket(Bucket=target, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
    destination = {"Bucket": f"arn:aws:s3:::{target}", "Account": "444444444444"}
    s3.put_bucket_replication(
        Bucket=bucket,
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{ACCOUNT}:role/role",
            "Rules": [
                {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": ""}, "Destination": destination}
            ],
        },
    )
    control = client("s3control")
    control.create_access_point(AccountId=ACCOUNT, Name="door", Bucket=bucket)
    point = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/door"
    control.put_access_point_policy(
        AccountId=ACCOUNT,
        Name="door",
        Policy=document(Principal="*", Action="s3:GetObject", Resource=f"{point}/object/*"),
    )
