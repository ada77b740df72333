"""Buckets: public by policy, by ACL, for writing; shared; and twins that are protected."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud, document, tags

BLOCKED = {
    "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True,
}  # fmt: skip
SCRIPT = "<script>alert('owner')</script>"
PUBLIC_READ_BUCKET = "acme-downloads"


def bucket(cloud: Cloud, account: Account, name: str, *, region: str = facts.HOME_REGION, **given: str) -> None:
    """An encrypted bucket with tags, without Block Public Access and without ACLs."""
    s3 = cloud.client(account, "s3", region)
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerEnforced", **where)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(team="web", **given)})


def block(cloud: Cloud, account: Account, name: str) -> None:
    """Switch all of a bucket's Block Public Access on."""
    cloud.client(account, "s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCKED)


def grant(cloud: Cloud, account: Account, name: str, actions: list[str], principal: Any, **more: Any) -> None:
    """A bucket policy with one statement over the bucket and its objects."""
    arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    statement = {"Sid": "demo", "Principal": principal, "Action": actions, "Resource": arns, **more}
    cloud.client(account, "s3").put_bucket_policy(Bucket=name, Policy=document(statement))


def acl(cloud: Cloud, account: Account, name: str, canned: str) -> None:
    """Switch ACLs on, as buckets of before 2023 have them, and set one."""
    s3 = cloud.client(account, "s3")
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=controls)
    s3.put_bucket_acl(Bucket=name, ACL=canned)


def production(cloud: Cloud) -> None:
    """No Block Public Access for the account; the buckets are each for themselves."""
    account = facts.PRODUCTION
    anyone, read = {"AWS": "*"}, ["s3:GetObject"]
    for name in ("acme-downloads", "acme-data-lake", "acme-uploads", "acme-brochures", "acme-office-only"):
        bucket(cloud, account, name)
    bucket(cloud, account, "acme-legacy-site", owner=SCRIPT)
    bucket(cloud, account, "acme-photos", owner="marketing")
    grant(cloud, account, "acme-downloads", read, "*")
    grant(cloud, account, "acme-data-lake", ["s3:GetObject", "s3:ListBucket"], anyone)
    grant(cloud, account, "acme-uploads", ["s3:PutObject"], "*")
    grant(cloud, account, "acme-brochures", read, "*")
    block(cloud, account, "acme-brochures")
    office = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    grant(cloud, account, "acme-office-only", read, "*", **office)
    acl(cloud, account, "acme-legacy-site", "public-read")
    acl(cloud, account, "acme-photos", "public-read")
    block(cloud, account, "acme-photos")
    for name, whom in (("acme-partner-share", facts.STRANGER), ("acme-staging-share", facts.STAGING.id)):
        bucket(cloud, account, name)
        grant(cloud, account, name, ["s3:GetObject", "s3:ListBucket"], {"AWS": f"arn:aws:iam::{whom}:root"})
        block(cloud, account, name)
    for name, region in (
        ("acme-cloudtrail", facts.HOME_REGION),
        ("acme-invoices", facts.HOME_REGION),
        ("acme-backups", "eu-west-1"),
        ("acme-models", "us-east-1"),
    ):
        bucket(cloud, account, name, region=region)
        block(cloud, account, name)
    trail = {"Service": "cloudtrail.amazonaws.com"}
    source = {"Condition": {"StringEquals": {"aws:SourceAccount": account.id}}}
    grant(cloud, account, "acme-cloudtrail", ["s3:GetBucketAcl", "s3:PutObject"], trail, **source)


def staging(cloud: Cloud) -> None:
    """Block Public Access for the whole account neutralises what a bucket's own policy says."""
    account = facts.STAGING
    for name in ("acme-staging-site", "acme-staging-artifacts", "acme-staging-trail"):
        bucket(cloud, account, name)
    grant(cloud, account, "acme-staging-site", ["s3:GetObject"], "*")
    block_account(cloud, account)


def block_account(cloud: Cloud, account: Account) -> None:
    """Switch all of an account's Block Public Access on."""
    client = cloud.client(account, "s3control")
    client.put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration=BLOCKED)
