"""What the checks of S3 find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    absent,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.s3 import other_accounts
from tests.unit.checks.shapes import hardened, planted, unreadable

ACCOUNT_BLOCK, BLOCK = "s3control.get_public_access_block", "s3.get_public_access_block"
POLICY, STATUS, ACL = "s3.get_bucket_policy", "s3.get_bucket_policy_status", "s3.get_bucket_acl"
OWNERSHIP, TAGGING = "s3.get_bucket_ownership_controls", "s3.get_bucket_tagging"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
OWNER = {"Grantee": {"Type": "CanonicalUser", "ID": "own"}, "Permission": "FULL_CONTROL"}
DATADOG = "464622532012"


def buckets(*names: str, region: str | None = REGION) -> Record:
    entries = [{"Name": name} | ({"BucketRegion": region} if region else {}) for name in names]
    return ok("s3.list_buckets", answer={"Buckets": entries, "Owner": {"ID": "own"}})


def block(**settings: bool) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": settings}


def allow(
    action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/*", principal: Any = "*", **more: Any
) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def deny(**more: Any) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    } | more


def policy(*statements: dict[str, Any]) -> Record:
    return ok(
        POLICY, REGION, {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}, Bucket="b"
    )


def acl(*grants: tuple[str, str]) -> Record:
    found = [{"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission} for uri, permission in grants]
    return ok(ACL, REGION, {"Grants": [OWNER, *found]}, Bucket="b")


def status(public: bool) -> Record:
    return ok(STATUS, REGION, {"PolicyStatus": {"IsPublic": public}}, Bucket="b")


def bucket_block(**settings: bool) -> Record:
    return ok(BLOCK, REGION, block(**settings), Bucket="b") if settings else absent(BLOCK, REGION, Bucket="b")


def account_block(**settings: bool) -> Record:
    return (
        ok(ACCOUNT_BLOCK, answer=block(**settings), AccountId=OWN) if settings else absent(ACCOUNT_BLOCK, AccountId=OWN)
    )


def ownership(rule: str = "") -> Record:
    controls = {"OwnershipControls": {"Rules": [{"ObjectOwnership": rule}]}}
    return ok(OWNERSHIP, REGION, controls, Bucket="b") if rule else absent(OWNERSHIP, REGION, Bucket="b")


def world(*records: Record) -> tuple[Record, ...]:
    """A bucket `b` with nothing to it but what the records say: later ones replace earlier ones of the same call."""
    # Who has no policy is not asked for its status.
    known = any(record.name == POLICY and record.outcome is Outcome.OK for record in records)
    none = (absent(POLICY, REGION, Bucket="b"), *((absent(STATUS, REGION, Bucket="b"),) if known else ()))
    return (
        buckets("b"), account_block(), bucket_block(), *none, acl(), ownership(), absent(TAGGING, REGION, Bucket="b"), *NO_ORGANIZATION, *records,
    )  # fmt: skip


def public(*statements: dict[str, Any], more: tuple[Record, ...] = ()) -> tuple[Record, ...]:
    return world(policy(*statements), status(public=True), *more)


RESTRICT, IGNORE = {"RestrictPublicBuckets": True}, {"IgnorePublicAcls": True}
REFUSE = {"BlockPublicPolicy": True, "BlockPublicAcls": True}
NO_LIST = (denied("s3.list_buckets"),)
GET, MORE, WRITE = "S3_BUCKET_PUBLIC_GETOBJECT", "S3_BUCKET_PUBLIC_POLICY", "S3_BUCKET_PUBLIC_WRITE"
PUBLIC_ACL, CROSS = "S3_BUCKET_PUBLIC_ACL", "S3_BUCKET_CROSS_ACCOUNT"
ABROAD = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
ORG_ONLY = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}


def every_policy_check(check: str, *statements: dict[str, Any]) -> list[Case]:
    """What holds for each check on public policies alike."""
    statement = statements[0]
    return [
        planted(check, "settings that refuse new grants do not touch old ones", public(*statements, more=(bucket_block(**REFUSE), account_block(**REFUSE)))),
        hardened(check, "restricted by the account", public(*statements, more=(account_block(**RESTRICT),))),
        hardened(check, "restricted by the bucket, though the account's settings were denied", public(
            *statements, more=(bucket_block(**RESTRICT), denied(ACCOUNT_BLOCK, AccountId=OWN)))),
        hardened(check, "denied but for the organization", world(policy(*statements, deny(Condition=ORG_ONLY)), status(public=False))),
        hardened(check, "from one endpoint", world(policy(statement | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}), status(public=False))),
        unreadable(check, "no list of buckets", NO_LIST),
        unreadable(check, "the policy is denied", world(denied(POLICY, REGION, Bucket="b"))),
        unreadable(check, "the account's settings are denied, and might restrict it", public(*statements, more=(denied(ACCOUNT_BLOCK, AccountId=OWN),))),
        unreadable(check, "S3 says that it is not public", world(policy(*statements), status(public=False))),
        unreadable(check, "S3 says that it is public, and we see it not", world(policy(allow(principal={"AWS": OWN})), status(public=True))),
        unreadable(check, "a policy that is no policy", world(ok(POLICY, REGION, {"Policy": '{"Statement": [{"Effect": "Maybe"}]}'}, Bucket="b"))),
        unreadable(check, "the bucket's region is not known", (buckets("b", region=None), denied("s3.get_bucket_location", Bucket="b"), account_block())),
        planted(check, "S3's own verdict could not be read", world(policy(*statements), denied(STATUS, REGION, Bucket="b"))),
    ]  # fmt: skip


POLICY_CASES = [
    *every_policy_check(GET, allow()),
    planted(GET, "must be private", public(allow()), severity=Severity.HIGH, settings=Settings(private_buckets=("b*",))),
    planted(GET, "another bucket must be private", public(allow()), settings=Settings(private_buckets=("c*",))),
    planted(GET, "some objects, for whoever sends a referer", public(allow(resource="arn:aws:s3:::b/public/*", Condition={"StringLike": {"aws:Referer": "*"}}))),
    planted(GET, "and write", public(allow(["s3:GetObject", "s3:PutObject"]))),
    hardened(GET, "list as well is the other check's", public(allow(["s3:GetObject", "s3:List*"], ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]))),
    hardened(GET, "a part that is open only from the office", world(policy(allow(resource="arn:aws:s3:::b/public/*"), deny(Resource="arn:aws:s3:::b/public/*", Condition=ABROAD)), status(public=False))),
    planted(GET, "a part of which only a part is open from the office alone", public(allow(resource="arn:aws:s3:::b/public/*"), deny(Resource="arn:aws:s3:::b/public/a/*", Condition=ABROAD))),
    *every_policy_check(MORE, allow("s3:ListBucket", "arn:aws:s3:::b")),
    planted(MORE, "old versions", public(allow("s3:GetObjectVersion"))),
    planted(MORE, "all but reading, by NotAction", public({"Effect": "Allow", "Principal": "*", "NotAction": "s3:GetObject", "Resource": "*"})),
    planted(MORE, "an action newer than any table", public(allow("s3:GetObjectOfTomorrow"))),
    hardened(MORE, "reading objects alone; writing alone", public(allow(), allow("s3:PutObject"))),
    hardened(MORE, "list on objects grants nothing", world(policy(allow("s3:ListBucket")), status(public=False))),
    *every_policy_check(WRITE, allow("s3:PutObject")),
    planted(WRITE, "by a wildcard in the middle", public(allow("s3:P*Acl", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]))),
    planted(WRITE, "to replace the policy", public(allow("S3:PUTBUCKETPOLICY", "arn:aws:s3:::b"))),
    planted(WRITE, "by the ACL, to everybody with an account", world(acl((AUTHENTICATED, "WRITE")))),
    planted(WRITE, "by the ACL, though the policy was denied", world(acl((ALL_USERS, "FULL_CONTROL")), denied(POLICY, REGION, Bucket="b"))),
    hardened(WRITE, "the ACL grants reading only", world(acl((ALL_USERS, "READ"), (ALL_USERS, "READ_ACP")))),
    hardened(WRITE, "the policy lets everybody read", public(allow())),
    hardened(WRITE, "ACLs are ignored", world(acl((ALL_USERS, "WRITE")), bucket_block(**IGNORE))),
    hardened(WRITE, "but for objects under one prefix that is denied", world(policy(allow("s3:PutObject", "arn:aws:s3:::b/in/*"), deny(Resource="arn:aws:s3:::b/*")), status(public=False))),
    unreadable(WRITE, "the ACL is denied", world(denied(ACL, REGION, Bucket="b"))),
]  # fmt: skip

ACL_CASES = [
    planted(PUBLIC_ACL, "everybody may list", world(acl((ALL_USERS, "READ")))),
    planted(PUBLIC_ACL, "everybody with an account", world(acl((AUTHENTICATED, "READ_ACP")), ownership("ObjectWriter"))),
    planted(PUBLIC_ACL, "settings for policies do not help", world(acl((ALL_USERS, "READ")), account_block(**RESTRICT, **REFUSE))),
    hardened(PUBLIC_ACL, "ignored by the account", world(acl((ALL_USERS, "READ")), account_block(**IGNORE))),
    hardened(PUBLIC_ACL, "ACLs are off by ownership, though the settings were denied", world(
        acl((ALL_USERS, "READ")), ownership("BucketOwnerEnforced"), denied(BLOCK, REGION, Bucket="b"))),
    hardened(PUBLIC_ACL, "log delivery is not the public; nothing else needs to be read", world(
        acl(("http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE")), denied(BLOCK, REGION, Bucket="b"), denied(OWNERSHIP, REGION, Bucket="b"))),
    unreadable(PUBLIC_ACL, "the settings are denied, and might ignore it", world(acl((ALL_USERS, "READ")), denied(ACCOUNT_BLOCK, AccountId=OWN))),
    unreadable(PUBLIC_ACL, "ownership was throttled", world(acl((ALL_USERS, "READ")), failed(OWNERSHIP, REGION, Outcome.THROTTLED, Bucket="b"))),
    unreadable(PUBLIC_ACL, "the ACL is denied", world(denied(ACL, REGION, Bucket="b"))),
    unreadable(PUBLIC_ACL, "no list of buckets", NO_LIST),
]  # fmt: skip

UNKNOWN_ORGANIZATION = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))
FOREIGN_CASES = [
    planted(CROSS, "a stranger reads", world(policy(allow(principal={"AWS": STRANGER}))), finds=(STRANGER,)),
    planted(CROSS, "two strangers, one may replace the policy", world(policy(
        allow("s3:PutBucketPolicy", "arn:aws:s3:::b", {"AWS": f"arn:aws:iam::{STRANGER}:user/x"}), allow(principal={"AWS": f"{STRANGER[:-1]}8"}))), finds=(STRANGER, f"{STRANGER[:-1]}8")),
    planted(CROSS, "by the name of a condition", world(policy(allow(Condition={"StringEquals": {"aws:PrincipalAccount": STRANGER}}))), finds=(STRANGER,)),
    planted(CROSS, "settings restrict only public policies", world(policy(allow(principal={"AWS": STRANGER})), account_block(**RESTRICT)), finds=(STRANGER,)),
    planted(CROSS, "beside everybody, whom nothing restricts", world(policy(allow(), allow("s3:PutObject", principal={"AWS": STRANGER}))), finds=(STRANGER,)),
    planted(CROSS, "a stranger's distribution", world(policy(allow(principal={"Service": "cloudfront.amazonaws.com"}, Condition={"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{STRANGER}:distribution/E1"}}))), finds=(STRANGER,)),
    planted(CROSS, "a stranger's distribution, beside everybody, who is kept out", world(policy(
        allow(), allow("s3:PutObject", principal={"Service": "cloudfront.amazonaws.com"}, Condition={"StringEquals": {"AWS:SourceAccount": STRANGER}})), bucket_block(**RESTRICT)), finds=(STRANGER,)),
    hardened(CROSS, "an own distribution; a service for an account of AWS", world(policy(
        allow(principal={"Service": "cloudfront.amazonaws.com"}, Condition={"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/E1"}}),
        allow("s3:ListBucket", "arn:aws:s3:::b", {"Service": "cloudfront.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": "054676820928"}})))),
    hardened(CROSS, "until a day that is long past", world(policy(allow(principal={"AWS": STRANGER}, Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})))),
    hardened(CROSS, "own, sister, trusted, vendor, load balancer logs", world(policy(
        allow(principal={"AWS": [OWN, SISTER, "444444444444", DATADOG, "arn:aws:iam::054676820928:root"]})), *organization(SISTER, OWN)),
        settings=Settings(trusted_accounts=frozenset({"444444444444"}))),
    hardened(CROSS, "a public policy that is restricted lets nobody else in", world(policy(allow(), allow("s3:PutObject", principal={"AWS": STRANGER})), bucket_block(**RESTRICT))),
    hardened(CROSS, "denied again", world(policy(allow(principal={"AWS": STRANGER}), deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": [OWN]}})))),
    hardened(CROSS, "no policy", world()),
    hardened(CROSS, "CloudFront's identity, a deleted principal, the location", world(policy(
        allow(principal={"AWS": ["arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", "AIDAAAAAAAAAAAAAAAAAA"]}),
        allow(principal={"CanonicalUser": "own"}), allow("s3:GetBucketLocation", "arn:aws:s3:::b", {"AWS": STRANGER})))),
    unreadable(CROSS, "he may be of the organization", world(policy(allow(principal={"AWS": STRANGER})), *UNKNOWN_ORGANIZATION)),
    unreadable(CROSS, "a canonical user has no account", world(policy(allow(principal={"CanonicalUser": "other"})))),
    unreadable(CROSS, "the policy is denied", world(denied(POLICY, REGION, Bucket="b"))),
]  # fmt: skip

PAB, TLS = "S3_ACCOUNT_PAB_OFF", "S3_BUCKET_NO_TLS_DENY"
FOUR = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
OTHER_CASES = [
    planted(PAB, "never set", (buckets("b"), account_block())),
    planted(PAB, "one of four is off", (buckets("b"), account_block(**FOUR | {"BlockPublicPolicy": False}))),
    hardened(PAB, "all four", (denied("s3.list_buckets"), account_block(**FOUR))),
    hardened(PAB, "there is no bucket", (buckets(), account_block())),
    unreadable(PAB, "denied", (buckets("b"), denied(ACCOUNT_BLOCK, AccountId=OWN))),
    unreadable(PAB, "off, but nobody knows whether there are buckets", (denied("s3.list_buckets"), account_block())),
    planted(TLS, "no policy", world()),
    planted(TLS, "objects only", world(policy(deny(Resource="arn:aws:s3:::b/*", Condition=PLAIN)))),
    planted(TLS, "only for one account", world(policy(deny(Principal={"AWS": STRANGER}, Condition=PLAIN)))),
    planted(TLS, "only from an address", world(policy(deny(Condition=PLAIN | {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})))),
    planted(TLS, "the condition turned round", world(policy(deny(Condition={"Bool": {"aws:SecureTransport": "true"}})))),
    hardened(TLS, "Bool", world(policy(deny(Condition=PLAIN)))),
    hardened(TLS, "BoolIfExists, a boolean, every action, everything", world(policy(deny(Action="*", Resource="*", Principal={"AWS": "*"}, Condition={"BoolIfExists": {"AWS:securetransport": False}})))),
    hardened(TLS, "a bucket of a region that the schedule leaves out", (ok("s3.list_buckets", answer={"Buckets": [{"Name": "b", "BucketRegion": "us-east-1"}]}),)),
    unreadable(TLS, "the policy is denied", world(denied(POLICY, REGION, Bucket="b"))),
]  # fmt: skip

CASES: list[Case] = [*POLICY_CASES, *ACL_CASES, *FOREIGN_CASES, *OTHER_CASES, *other_accounts.CASES]
