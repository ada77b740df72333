"""Cases of the checks of the bucket that a trail delivers to."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    Case,
    Settings,
    absent,
    account,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

PUBLIC, FOREIGN = "CLOUDTRAIL_BUCKET_PUBLIC", "CLOUDTRAIL_BUCKET_FOREIGN"
SHORT = "CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE"
LIFECYCLE, POLICY = "s3.get_bucket_lifecycle_configuration", "s3.get_bucket_policy"
HERE = {"Bucket": "logs"}


def listed(*names: str, region: str | None = REGION) -> Record:
    entries = [{"Name": name} | ({"BucketRegion": region} if region else {}) for name in names]
    return ok("s3.list_buckets", answer={"Buckets": entries, "Owner": {"ID": "canonical"}})


def trails(**more: Any) -> Record:
    arn = f"arn:aws:cloudtrail:{REGION}:{OWN}:trail/main"
    found = {"Name": "main", "TrailARN": arn, "HomeRegion": REGION, "S3BucketName": "logs", "IsMultiRegionTrail": True}
    return ok("cloudtrail.describe_trails", REGION, {"trailList": [found | more]})


def private(owner: str = OWN) -> tuple[Record, ...]:
    """A bucket `logs` to which only CloudTrail has access."""
    acl = {"Owner": {"ID": "canonical"}, "Grants": []}
    return (
        listed("logs"), delivery(), status(public=False), ok("s3.get_bucket_acl", REGION, acl, **HERE),
        absent("s3.get_public_access_block", REGION, **HERE), absent("s3control.get_public_access_block", AccountId=owner),
        absent("s3.get_bucket_ownership_controls", REGION, **HERE), absent(LIFECYCLE, REGION, **HERE),
    )  # fmt: skip


def delivery(*statements: dict[str, Any]) -> Record:
    own = {
        "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/AWSLogs/*",
    }  # fmt: skip
    return ok(
        POLICY, REGION, {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [own, *statements]})}, **HERE
    )


def status(public: bool) -> Record:
    return ok("s3.get_bucket_policy_status", REGION, {"PolicyStatus": {"IsPublic": public}}, **HERE)


def world(*records: Record) -> tuple[Record, ...]:
    """Trail and bucket in one account."""
    return (trails(), *private(), *NO_ORGANIZATION, *records)


def half_read(*records: Record) -> AccountData:
    """The same, and a second region whose trails nobody may list."""
    unread = denied("cloudtrail.describe_trails", "eu-west-1")
    return account(*world(), unread, *records, regions=(REGION, "eu-west-1"))


def apart(*records: Record, trail: Record | None = None) -> tuple[AccountData, ...]:
    """The trail here, its bucket in a sister account."""
    here = account(trail or trails(), listed(), *NO_ORGANIZATION)
    none = ok("cloudtrail.describe_trails", REGION, {"trailList": []})
    return here, account(none, *private(SISTER), *NO_ORGANIZATION, *records, id_=SISTER)


READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}
ALL_USERS = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
LISTABLE = ok("s3.get_bucket_acl", REGION, {"Grants": [{"Grantee": ALL_USERS, "Permission": "READ"}]}, **HERE)
NO_POLICY = (
    denied(POLICY, REGION, **HERE),
    failed("s3.get_bucket_policy_status", REGION, Outcome.SKIPPED, code="ParentNotRead", **HERE),
)
RESTRICTED = {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}}
ELSEWHERE = (trails(), listed("other"), *NO_ORGANIZATION)
PUBLIC_CASES = [
    planted(PUBLIC, "by its policy", world(delivery(READ), status(public=True))),
    planted(PUBLIC, "by its policy, in a sister account", apart(delivery(READ), status(public=True)), whose=(SISTER,)),
    planted(PUBLIC, "by its ACL, though the policy is denied", world(LISTABLE, *NO_POLICY)),
    planted(PUBLIC, "a region is unread, but another lists the trail", half_read(delivery(READ), status(public=True))),
    hardened(PUBLIC, "CloudTrail alone", world()),
    hardened(PUBLIC, "restricted by the sister account", apart(
        delivery(READ), status(public=True), ok("s3control.get_public_access_block", answer=RESTRICTED, AccountId=SISTER))),
    unreadable(PUBLIC, "the policy is denied", world(*NO_POLICY)),
    unreadable(PUBLIC, "S3 says the contrary", world(delivery(READ))),
    hardened(PUBLIC, "a public bucket that no trail delivers to", world(trails(S3BucketName="other"), LISTABLE)),
    hardened(PUBLIC, "nor in the region where the organization denies CloudTrail", half_read(
        trails(S3BucketName="other"), LISTABLE, failed("cloudtrail.describe_trails", "eu-west-1", Outcome.BLOCKED))),
    hardened(PUBLIC, "one of which nobody knows whether it is a trail's is out of scope", world(denied("cloudtrail.describe_trails", REGION), LISTABLE)),
    unreadable(PUBLIC, "no list of buckets", (trails(), denied("s3.list_buckets"))),
]  # fmt: skip

MEMBERS = organization(OWN, SISTER)
TRUSTING = Settings(trusted_accounts=frozenset({"444444444444"}))
FOREIGN_CASES = [
    planted(FOREIGN, "in no audited account", ELSEWHERE),
    hardened(FOREIGN, "in the own account", world()),
    hardened(FOREIGN, "in a sister account", apart()),
    hardened(FOREIGN, "a copy of a trail that somebody else owns", world(trails(TrailARN=f"arn:aws:cloudtrail:{REGION}:{SISTER}:trail/main", S3BucketName="x"))),
    unreadable(FOREIGN, "the sister was not audited", (*ELSEWHERE, *MEMBERS)),
    unreadable(FOREIGN, "a trusted account was not audited", ELSEWHERE, settings=TRUSTING),
    unreadable(FOREIGN, "the sister could not be reached", (account(*ELSEWHERE), account(id_=SISTER, reachable=False))),
    unreadable(FOREIGN, "the organization is not known", (
        *ELSEWHERE, denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    unreadable(FOREIGN, "no list of trails", (denied("cloudtrail.describe_trails", REGION),)),
]  # fmt: skip


def rules(*found: dict[str, Any]) -> Record:
    return ok(LIFECYCLE, REGION, {"Rules": list(found)}, **HERE)


def rule(
    id_: str = "r", expiration: dict[str, Any] | None = None, status: str = "Enabled", **more: Any
) -> dict[str, Any]:
    return {"ID": id_, "Status": status, "Expiration": expiration or {"Days": 7}, "Filter": {"Prefix": ""}, **more}


def under(prefix: str) -> dict[str, Any]:
    return rule(Filter={"Prefix": prefix})


ORGANIZATIONS = trails(IsOrganizationTrail=True)
TAGGED = {"And": {"Prefix": "AWSLogs/", "Tags": [{"Key": "a", "Value": "b"}]}}
BIG = {"And": {"Prefix": "AWSLogs/111111111111/", "ObjectSizeGreaterThan": 500}}
LIFECYCLE_CASES = [
    planted(SHORT, "after a week", world(rules(rule())), finds=("r",)),
    planted(SHORT, "a region is unread, but another lists the trail", half_read(rules(rule())), finds=("r",)),
    planted(SHORT, "in a sister account, one day too early", apart(rules(rule(expiration={"Days": 89}))), finds=("r",), whose=(SISTER,)),
    planted(SHORT, "at a date, by the old form of a rule", world(rules(
        {"ID": "old", "Status": "Enabled", "Prefix": "AWSLogs", "Expiration": {"Date": "2026-12-01T00:00:00Z"}})), finds=("old",)),
    planted(SHORT, "big files of one account; another rule is harmless", world(rules(rule("big", Filter=BIG), rule("ok", {"Days": 365}))), finds=("big",)),
    planted(SHORT, "under the trail's prefix", world(trails(S3KeyPrefix="org"), rules(rule(Filter={"Prefix": "org/AWSLogs/"}))), finds=("r",)),
    *(planted(SHORT, f"of {prefix}", world(rules(under(prefix))), finds=("r",)) for prefix in (
        "A", "AWSLogs/", "AWSLogs/1111", "AWSLogs/111111111111/", "AWSLogs/111111111111/Cloud", "AWSLogs/111111111111/CloudTrail/eu-central-1/",
        "AWSLogs/111111111111/CloudTrail-Digest/")),
    *(planted(SHORT, f"of an organization's trail, {prefix}", world(ORGANIZATIONS, rules(under(prefix))), finds=("r",)) for prefix in (
        "AWSLogs/o-1", "AWSLogs/o-1234567890/", "AWSLogs/o-1234567890/2222", "AWSLogs/o-1234567890/222222222222/C", "AWSLogs/222222222222/CloudTrail/")),
    hardened(SHORT, "other logs under AWSLogs", world(rules(*map(under, (
        "AWSLogs/111111111111/elasticloadbalancing/", "AWSLogs/111111111111/Config/", "AWSLogs/111111111111/Cloud/",
        "AWSLogs/222222222222/", "AWSLogs/2222", "AWSLogs/222222222222/CloudTrail/", "AWSLogs/o-1234567890/"))))),
    hardened(SHORT, "other logs of an organization", world(ORGANIZATIONS, rules(*map(under, (
        "AWSLogs/o-1234567890/222222222222/Config/", "AWSLogs/222222222222/vpcflowlogs/"))))),
    hardened(SHORT, "after 90 days", world(rules(rule(expiration={"Days": 90})))),
    hardened(SHORT, "objects of one tag", world(rules(rule(Filter={"Tag": {"Key": "a", "Value": "b"}})))),
    hardened(SHORT, "switched off; other keys; tagged objects; old versions; markers", world(rules(
        rule("a", status="Disabled"), rule("b", Filter={"Prefix": "tmp/"}), rule("c", Filter=TAGGED),
        {"ID": "d", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        rule("e", {"ExpiredObjectDeleteMarker": True})))),
    hardened(SHORT, "no rules", world()),
    hardened(SHORT, "gone while the run went on", world(failed(LIFECYCLE, REGION, Outcome.GONE, **HERE))),
    unreadable(SHORT, "denied", world(denied(LIFECYCLE, REGION, **HERE))),
    hardened(SHORT, "a bucket that no trail delivers to", world(trails(S3BucketName="other"), rules(rule()))),
    hardened(SHORT, "whose rules nobody needs to read", world(trails(S3BucketName="other"), denied(LIFECYCLE, REGION, **HERE))),
    hardened(SHORT, "nor in the region where the organization denies CloudTrail", half_read(
        trails(S3BucketName="other"), rules(rule()), failed("cloudtrail.describe_trails", "eu-west-1", Outcome.BLOCKED))),
    hardened(SHORT, "one of which nobody knows whether it is a trail's is out of scope", world(denied("cloudtrail.describe_trails", REGION), rules(rule()))),
]  # fmt: skip

CASES: list[Case] = [*PUBLIC_CASES, *FOREIGN_CASES, *LIFECYCLE_CASES]
