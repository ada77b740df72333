"""Buckets, volumes, snapshots and images."""

from __future__ import annotations

from typing import Any

from bench.account.builder import ACCOUNT, Builder, open_policy
from demo.aws.seeding.cloud import tags

_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def fill(builder: Builder) -> None:
    """S3 buckets, then what EBS holds."""
    size = builder.size
    for number, region in builder.spread(size.buckets):
        _bucket(builder, builder.client("s3", region), f"bench-{ACCOUNT.id}-{number:04d}", region)
    volumes: dict[str, list[str]] = {}
    for _, region in builder.spread(size.volumes):
        made = builder.client("ec2", region).create_volume(
            AvailabilityZone=f"{region}a", Size=8, Encrypted=not builder.bad()
        )
        volumes.setdefault(region, []).append(made["VolumeId"])
    for _, region in builder.spread(size.snapshots):
        _snapshot(builder, builder.client("ec2", region), volumes[region][0])
    for number, region in builder.spread(size.images):
        builder.client("ec2", region).register_image(Name=f"image-{number:03d}", RootDeviceName="/dev/sda1")


def _bucket(builder: Builder, s3: Any, name: str, region: str) -> None:
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(team="shop")})
    if builder.bad():
        policy = open_policy(f"arn:aws:s3:::{name}/*", "s3:GetObject", bad=builder.bad())
        s3.delete_public_access_block(Bucket=name)
        s3.put_bucket_policy(Bucket=name, Policy=policy)
        return
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_BLOCKED)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def _snapshot(builder: Builder, ec2: Any, volume: str) -> None:
    made = ec2.create_snapshot(VolumeId=volume, Description="nightly")["SnapshotId"]
    if builder.bad():
        ec2.modify_snapshot_attribute(
            SnapshotId=made, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
        )
