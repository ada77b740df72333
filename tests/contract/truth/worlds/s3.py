"""S3: buckets, and the access points that lead into them."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from demo.aws.seeding.s3 import BLOCKED, block, bucket
from tests.contract.truth.place import Place

STRANGERS_ID = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
POINTS = "us-east-1"
"""Where moto has all access points, by their ARNs."""
LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    _keys(at)
    _transport(at)
    _acls(at)
    _replicas(at)
    _access_points(at)


def make(at: Place, *names: str, twin: bool = False) -> list[str]:
    """Buckets without Block Public Access; their ARNs."""
    for name in names:
        bucket(at.cloud, at.twins if twin else at.problems, name)
    return [f"arn:aws:s3:::{name}" for name in names]


def _keys(at: Place) -> None:
    """In each region, and in a bucket whose name has dots."""
    check = "S3_BUCKET_KMS_FOREIGN"
    for region in facts.REGIONS:
        s3 = at.client("s3", region)
        for name, key, expect in (
            (f"strangers.key.{region}", _key(facts.STRANGER), at.finds),
            (f"sisters.key.{region}", _key(at.twins.id), at.passes),
            (f"alias.key.{region}", "alias/orders", at.passes),
            (f"no.key.{region}", "", at.passes),
        ):
            bucket(at.cloud, at.problems, name, region=region)
            if key:
                rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
                s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
            expect(check, f"arn:aws:s3:::{name}", region=region)


def _key(account: str) -> str:
    return f"arn:aws:kms:{facts.HOME_REGION}:{account}:key/11111111-1111-1111-1111-111111111111"


def _transport(at: Place) -> None:
    """A Deny of half of it, or for one principal, is none."""
    check = "S3_BUCKET_NO_TLS_DENY"
    plain = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", **plain}
    bare, objects, somebody, closed = make(at, "plain-bare", "plain-objects", "plain-somebody", "tls-only")
    both = [closed, f"{closed}/*"]
    at.client("s3").put_bucket_policy(
        Bucket="plain-objects", Policy=document({**everything, "Resource": f"{objects}/*"})
    )
    one = {"AWS": f"arn:aws:iam::{facts.STRANGER}:root"}
    statement = {**everything, "Principal": one, "Resource": [somebody, f"{somebody}/*"]}
    at.client("s3").put_bucket_policy(Bucket="plain-somebody", Policy=document(statement))
    at.client("s3").put_bucket_policy(Bucket="tls-only", Policy=document({**everything, "Resource": both}))
    at.finds(check, bare, objects, somebody)
    at.passes(check, closed)


def _acls(at: Place) -> None:
    check, s3 = "S3_BUCKET_ACL_FOREIGN", at.client("s3")
    foreign, logs, enforced = make(at, "acl-strangers", "acl-cloudfront", "acl-enforced")
    for name, user in (
        ("acl-strangers", STRANGERS_ID),
        ("acl-cloudfront", LOG_DELIVERY),
        ("acl-enforced", STRANGERS_ID),
    ):
        controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=controls)
        s3.put_bucket_acl(Bucket=name, GrantFullControl=f"id={user}")
    s3.put_bucket_ownership_controls(
        Bucket="acl-enforced", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    at.finds(check, foreign)
    at.passes(check, logs, enforced)


def _replicas(at: Place) -> None:
    """Where a rule leads, by the account that it names, or by whose the bucket is."""
    check, s3 = "S3_BUCKET_REPLICATES_OUTSIDE", at.client("s3")
    make(at, "replica-here")
    make(at, "replica-there", twin=True)
    rules: dict[str, tuple[str, dict[str, Any]]] = {
        "copies-to-stranger": ("replica-of-stranger", {"Account": facts.STRANGER}),
        "copies-to-nobody": ("replica-of-nobody", {}),
        "copies-to-sister": ("replica-there", {}),
        "copies-to-named-sister": ("replica-elsewhere", {"Account": at.twins.id}),
        "copies-here": ("replica-here", {}),
        "copies-no-more": ("replica-of-stranger", {"Account": facts.STRANGER}),
    }
    make(at, *rules)
    for name, (target, named) in rules.items():
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        rule = {
            "ID": "all", "Priority": 1, "Filter": {"Prefix": ""},
            "Status": "Disabled" if name == "copies-no-more" else "Enabled",
            "Destination": {"Bucket": f"arn:aws:s3:::{target}", **named},
        }  # fmt: skip
        role = f"arn:aws:iam::{at.problems.id}:role/replication"
        s3.put_bucket_replication(Bucket=name, ReplicationConfiguration={"Role": role, "Rules": [rule]})
    at.finds(check, "arn:aws:s3:::copies-to-stranger", "arn:aws:s3:::copies-to-nobody")
    kept = ("copies-to-sister", "copies-to-named-sister", "copies-here", "copies-no-more")
    at.passes(check, *(f"arn:aws:s3:::{name}" for name in kept))


def _access_points(at: Place) -> None:
    """A public policy counts only where nothing restricts it and the bucket lets it through. moto calls every policy public, so
    that none of the twins has one that is not."""
    check, delegating, strict, blocked = (
        "S3_ACCESS_POINT_PUBLIC",
        "points-delegating",
        "points-strict",
        "points-blocked",
    )
    for name in (delegating, strict, blocked):
        bucket(at.cloud, at.problems, name, region=POINTS)
    for name in (delegating, blocked):
        statement = {
            "Principal": "*", "Action": "*", "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            "Condition": {"StringEquals": {"s3:DataAccessPointAccount": at.problems.id}},
        }  # fmt: skip
        at.client("s3", POINTS).put_bucket_policy(Bucket=name, Policy=document(statement))
    block(at.cloud, at.problems, blocked)
    at.finds(check, _point(at, "open-door", delegating), region=POINTS)
    at.passes(
        check,
        _point(at, "shut-itself", delegating, PublicAccessBlockConfiguration=BLOCKED),
        _point(at, "not-let-through", strict),
        _point(at, "shut-by-bucket", blocked),
        _point(at, "inside-only", delegating, VpcConfiguration={"VpcId": "vpc-0a1b2c3d"}),
        region=POINTS,
    )


def _point(at: Place, name: str, of: str, **more: Any) -> str:
    control = at.client("s3control", POINTS)
    open_ = {"PublicAccessBlockConfiguration": dict.fromkeys(BLOCKED, False)}
    made = control.create_access_point(AccountId=at.problems.id, Name=name, Bucket=of, **{**open_, **more})
    arn = str(made["AccessPointArn"])
    statement = {"Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/object/*"}
    control.put_access_point_policy(AccountId=at.problems.id, Name=name, Policy=document(statement))
    return arn
