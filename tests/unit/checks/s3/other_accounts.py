"""Cases of the checks that ask whose a bucket, a key or a grantee is, and of access points."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    absent,
    account,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

ACL, OWNERSHIP, TAGGING = "s3.get_bucket_acl", "s3.get_bucket_ownership_controls", "s3.get_bucket_tagging"
REPLICATION, ENCRYPTION = "s3.get_bucket_replication", "s3.get_bucket_encryption"
POLICY, BLOCK, ACCOUNT_BLOCK = "s3.get_bucket_policy", "s3.get_public_access_block", "s3control.get_public_access_block"
POINTS, POINT = "s3control.list_access_points", "s3control.get_access_point"
POINT_POLICY, POINT_STATUS = "s3control.get_access_point_policy", "s3control.get_access_point_policy_status"
ACL_FOREIGN, OUTSIDE = "S3_BUCKET_ACL_FOREIGN", "S3_BUCKET_REPLICATES_OUTSIDE"
KMS_FOREIGN, PUBLIC_POINT = "S3_BUCKET_KMS_FOREIGN", "S3_ACCESS_POINT_PUBLIC"
LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
TRUSTING = Settings(trusted_accounts=frozenset({"444444444444"}))


def buckets(*names: str, owner: str = "own") -> Record:
    entries = [{"Name": name, "BucketRegion": REGION} for name in names]
    return ok("s3.list_buckets", answer={"Buckets": entries, "Owner": {"ID": owner}})


def world(*records: Record) -> tuple[Record, ...]:
    return (buckets("b"), absent(TAGGING, REGION, Bucket="b"), *NO_ORGANIZATION, *records)


def own(*records: Record) -> AccountData:
    return account(*world(*records))


def sister(*names: str) -> AccountData:
    alone = [absent(REPLICATION, REGION, Bucket=name) for name in names]
    return account(buckets(*names, owner="sister"), *alone, *NO_ORGANIZATION, id_=SISTER)


MEMBERS = organization(OWN, SISTER)
CLOSED = ok("organizations.list_accounts", answer={"Accounts": [{"Id": OWN}, {"Id": SISTER, "State": "SUSPENDED"}]})


def acl(*users: str) -> Record:
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": user}, "Permission": "READ"} for user in ("own", *users)]
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    answer = {"Owner": {"ID": "own"}, "Grants": [*grants, {"Grantee": everybody, "Permission": "READ"}]}
    return ok(ACL, REGION, answer, Bucket="b")


def ownership(rule: str) -> Record:
    return ok(OWNERSHIP, REGION, {"OwnershipControls": {"Rules": [{"ObjectOwnership": rule}]}}, Bucket="b")


WRITER = ownership("ObjectWriter")
ACL_CASES = [
    planted(ACL_FOREIGN, "a stranger", world(acl("other"), WRITER), finds=("other",)),
    planted(ACL_FOREIGN, "two of them, ownership never set", world(acl("other", "third", "third"), absent(OWNERSHIP, REGION, Bucket="b")), finds=("other", "third")),
    unreadable(ACL_FOREIGN, "the user may be that of the organization's closed account", world(acl("other"), WRITER, *MEMBERS, CLOSED)),
    hardened(ACL_FOREIGN, "a sister's, and log delivery; nothing else needs to be read", (
        own(acl("sister", LOG_DELIVERY), denied(OWNERSHIP, REGION, Bucket="b")), sister())),
    hardened(ACL_FOREIGN, "ACLs are off", world(acl("other"), ownership("BucketOwnerEnforced"))),
    unreadable(ACL_FOREIGN, "the sister was not audited", world(acl("other"), WRITER, *MEMBERS)),
    unreadable(ACL_FOREIGN, "a trusted account was not audited", world(acl("other"), WRITER), settings=TRUSTING),
    unreadable(ACL_FOREIGN, "the sister's buckets were denied", (
        own(acl("other"), WRITER), account(denied("s3.list_buckets"), *NO_ORGANIZATION, id_=SISTER))),
    unreadable(ACL_FOREIGN, "ownership is denied", world(acl("other"), denied(OWNERSHIP, REGION, Bucket="b"))),
    unreadable(ACL_FOREIGN, "the ACL is denied", world(denied(ACL, REGION, Bucket="b"))),
]  # fmt: skip


def copies(*destinations: tuple[str, str], status: str = "Enabled") -> Record:
    rules = [
        {
            "ID": name,
            "Status": status,
            "Destination": {"Bucket": f"arn:aws:s3:::{name}"} | ({"Account": to} if to else {}),
        }
        for name, to in destinations
    ]
    answer = {"ReplicationConfiguration": {"Role": f"arn:aws:iam::{OWN}:role/r", "Rules": rules}}
    return ok(REPLICATION, REGION, answer, Bucket="b")


REPLICATION_CASES = [
    planted(OUTSIDE, "to an account that is named", world(copies(("theirs", STRANGER))), finds=(STRANGER,)),
    planted(OUTSIDE, "to a bucket that nobody owns", world(copies(("theirs", ""))), finds=("theirs",)),
    planted(OUTSIDE, "both", world(copies(("theirs", STRANGER), ("whose", ""))), finds=(STRANGER, "whose")),
    planted(OUTSIDE, "to a stranger, though the sister was not audited", world(copies(("theirs", STRANGER)), *MEMBERS), finds=(STRANGER,)),
    hardened(OUTSIDE, "to a sister's bucket, whatever the rule says of the account", (own(copies(("copy", ""), ("copy", STRANGER))), sister("copy"))),
    hardened(OUTSIDE, "to an account that the schedule trusts", world(copies(("copy", "444444444444"))), settings=TRUSTING),
    hardened(OUTSIDE, "a rule that is off", world(copies(("theirs", STRANGER), status="Disabled"))),
    hardened(OUTSIDE, "no replication", world(absent(REPLICATION, REGION, Bucket="b"))),
    unreadable(OUTSIDE, "to a bucket that may be the sister's, who was not audited", world(copies(("theirs", "")), *MEMBERS)),
    unreadable(OUTSIDE, "denied", world(denied(REPLICATION, REGION, Bucket="b"))),
]  # fmt: skip


def key(identity: str, algorithm: str = "aws:kms") -> Record:
    default = {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": identity} if identity else {})
    rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
    return ok(ENCRYPTION, REGION, {"ServerSideEncryptionConfiguration": {"Rules": rules}}, Bucket="b")


def key_of(owner: str, resource: str = "key/0") -> str:
    return f"arn:aws:kms:{REGION}:{owner}:{resource}"


KMS_CASES = [
    planted(KMS_FOREIGN, "a stranger's key", world(key(key_of(STRANGER))), finds=(STRANGER,)),
    planted(KMS_FOREIGN, "a stranger's alias, twice encrypted", world(key(key_of(STRANGER, "alias/x"), "aws:kms:dsse")), finds=(STRANGER,)),
    hardened(KMS_FOREIGN, "the own key; a sister's", (own(key(key_of(SISTER))), sister())),
    hardened(KMS_FOREIGN, "an alias without an account", world(key("alias/x"))),
    hardened(KMS_FOREIGN, "S3's own keys", world(key("", "AES256"))),
    unreadable(KMS_FOREIGN, "he may be of the organization", world(
        key(key_of(STRANGER)), denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    unreadable(KMS_FOREIGN, "denied", world(denied(ENCRYPTION, REGION, Bucket="b"))),
]  # fmt: skip

POINT_ARN = f"arn:aws:s3:{REGION}:{OWN}:accesspoint/door"
NAMED = {"AccountId": OWN, "Name": "door"}
DELEGATES = {"StringEquals": {"s3:DataAccessPointAccount": OWN}}


def statement(resource: Any = f"{POINT_ARN}/object/*", action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **more}


def policy(operation: str, *statements: dict[str, Any], **parameters: str) -> Record:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return ok(operation, REGION, {"Policy": text}, **parameters)


def door(*statements: dict[str, Any]) -> Record:
    return policy(POINT_POLICY, *(statements or (statement(),)), **NAMED)


def bucket(*statements: dict[str, Any]) -> Record:
    return policy(POLICY, *statements, Bucket="b")


def blocks(**settings: bool) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": settings}


def status(public: bool) -> Record:
    return ok(POINT_STATUS, REGION, {"PolicyStatus": {"IsPublic": public}}, **NAMED)


DELEGATING = statement(["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "s3:*", Condition=DELEGATES)


def point(*records: Record, origin: str = "Internet") -> tuple[Record, ...]:
    """An access point whose policy lets everybody read, in front of a bucket that leaves it to access points."""
    listed = {
        "Name": "door",
        "NetworkOrigin": origin,
        "Bucket": "b",
        "AccessPointArn": POINT_ARN,
        "BucketAccountId": OWN,
    }
    found = ok(POINTS, REGION, {"AccessPointList": [listed]}, AccountId=OWN)
    open_ = ok(POINT, REGION, {"Name": "door", **blocks(RestrictPublicBuckets=False)}, **NAMED)
    none = (absent(BLOCK, REGION, Bucket="b"), absent(ACCOUNT_BLOCK, AccountId=OWN))
    return (buckets("b"), found, open_, door(), status(public=True), bucket(DELEGATING), *none, *records)


RESTRICTED = blocks(RestrictPublicBuckets=True)
POINT_CASES = [
    planted(PUBLIC_POINT, "everybody may read", point()),
    planted(PUBLIC_POINT, "the bucket's own policy is public too", point(bucket(statement("arn:aws:s3:::b/*")))),
    planted(PUBLIC_POINT, "settings that refuse new grants do not touch old ones", point(
        ok(POINT, REGION, blocks(BlockPublicPolicy=True, BlockPublicAcls=True, IgnorePublicAcls=True), **NAMED))),
    planted(PUBLIC_POINT, "S3's own verdict could not be read", point(denied(POINT_STATUS, REGION, **NAMED))),
    hardened(PUBLIC_POINT, "restricted by the access point, though the account's settings were denied", point(
        ok(POINT, REGION, RESTRICTED, **NAMED), denied(ACCOUNT_BLOCK, AccountId=OWN))),
    hardened(PUBLIC_POINT, "restricted by the bucket", point(ok(BLOCK, REGION, RESTRICTED, Bucket="b"))),
    hardened(PUBLIC_POINT, "restricted by the account", point(ok(ACCOUNT_BLOCK, answer=RESTRICTED, AccountId=OWN))),
    hardened(PUBLIC_POINT, "the bucket has no policy that lets anybody through", point(absent(POLICY, REGION, Bucket="b"))),
    hardened(PUBLIC_POINT, "the bucket lets through listing only", point(bucket(statement("arn:aws:s3:::b", "s3:ListBucket", Condition=DELEGATES)))),
    hardened(PUBLIC_POINT, "for the organization", point(
        door(statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-own"}})), status(public=False))),
    hardened(PUBLIC_POINT, "of a VPC", point(origin="VPC")),
    hardened(PUBLIC_POINT, "for the organization, the bucket's policy is denied", point(
        door(statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-own"}})), status(public=False), denied(POLICY, REGION, Bucket="b"))),
    hardened(PUBLIC_POINT, "without a policy", point(absent(POINT_POLICY, REGION, **NAMED), absent(POINT_STATUS, REGION, **NAMED))),
    unreadable(PUBLIC_POINT, "S3 says that it is not public", point(status(public=False))),
    unreadable(PUBLIC_POINT, "S3 says that it is public, and we see it not", point(door(statement(Principal={"AWS": OWN})))),
    unreadable(PUBLIC_POINT, "S3's own verdict is denied, and we see nobody", point(door(statement(Principal={"AWS": OWN})), denied(POINT_STATUS, REGION, **NAMED))),
    unreadable(PUBLIC_POINT, "the account's settings are denied, and might restrict it", point(denied(ACCOUNT_BLOCK, AccountId=OWN))),
    unreadable(PUBLIC_POINT, "the bucket's policy is denied", point(denied(POLICY, REGION, Bucket="b"))),
    unreadable(PUBLIC_POINT, "the policy is denied", point(denied(POINT_POLICY, REGION, **NAMED))),
    unreadable(PUBLIC_POINT, "no list", (denied(POINTS, REGION, AccountId=OWN),)),
]  # fmt: skip

CASES: list[Case] = [*ACL_CASES, *REPLICATION_CASES, *KMS_CASES, *POINT_CASES]
