"""CloudTrail: what is recorded where, how genuine it is, and who gets at it.

The problems' account records one region partly, one wholly and one not at all; the twins' account records all of them, by
a trail whose home is elsewhere.
"""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import document
from demo.aws.seeding.s3 import block, bucket
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place

LACKS = {"CLOUDTRAIL_DELIVERY_FAILING": "moto's GetTrailStatus never holds a LatestDeliveryError"}
UNRECORDED, RECORDED = facts.REGIONS[1:]
MANAGEMENT = {"IncludeManagementEvents": True}
ADVANCED = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]


def plant(at: Place) -> None:
    """Buckets first, as moto asks for them when a trail is made."""
    for name in ("trail-public", "trail-brief", "trail-gone", "trail-kept"):
        bucket(at.cloud, at.problems, name)
    for name in ("trail-blocked", "trail-own"):
        bucket(at.cloud, at.twins, name)
    _recording(at)
    _buckets(at)


def trail(at: Place, account: Account, name: str, to: str, region: str, **selectors: Any) -> str:
    """A trail that logs; its ARN. `selectors` are PutEventSelectors', and `multi` and `validated` CreateTrail's."""
    client = at.cloud.client(account, "cloudtrail", region)
    made = client.create_trail(
        Name=name, S3BucketName=to, IsMultiRegionTrail=selectors.pop("multi", False),
        EnableLogFileValidation=selectors.pop("validated", True),
    )  # fmt: skip
    if selectors:
        client.put_event_selectors(TrailName=name, **selectors)
    client.start_logging(Name=name)
    return str(made["TrailARN"])


def _recording(at: Place) -> None:
    home = facts.HOME_REGION
    every = [{"ReadWriteType": "All", **MANAGEMENT}]
    no_keys = [{"ReadWriteType": "All", **MANAGEMENT, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]
    reads = [{"ReadWriteType": "ReadOnly", **MANAGEMENT}]
    here = trail(at, at.problems, "reads", "trail-public", home, EventSelectors=reads, validated=False)
    trail(at, at.problems, "but-keys", "trail-brief", home, EventSelectors=no_keys)
    whole = trail(at, at.problems, "whole", "trail-gone", RECORDED, AdvancedEventSelectors=ADVANCED)
    trail(at, at.twins, "everywhere", "trail-own", UNRECORDED, EventSelectors=every, multi=True)
    trail(at, at.twins, "reads", "trail-blocked", home, EventSelectors=reads)
    problems, twins = (f"arn:aws:iam::{account.id}:root" for account in (at.problems, at.twins))
    at.finds("CLOUDTRAIL_OFF", problems, region=UNRECORDED)
    at.finds("CLOUDTRAIL_NOT_MULTIREGION", problems, region=GLOBAL)
    at.finds("CLOUDTRAIL_EVENTS_PARTIAL", problems)
    at.finds("CLOUDTRAIL_NO_VALIDATION", here)
    at.passes("CLOUDTRAIL_NO_VALIDATION", whole, region=RECORDED)
    for check in ("CLOUDTRAIL_OFF", "CLOUDTRAIL_EVENTS_PARTIAL"):
        at.passes(check, problems, region=RECORDED)
        for region in facts.REGIONS:
            at.passes(check, twins, region=region, twin_account=True)
    at.passes("CLOUDTRAIL_NOT_MULTIREGION", twins, region=GLOBAL, twin_account=True)


def _buckets(at: Place) -> None:
    """A trail may deliver to another account's bucket; one bucket vanishes under its trail."""
    public, foreign = "CLOUDTRAIL_BUCKET_PUBLIC", "CLOUDTRAIL_BUCKET_FOREIGN"
    at.client("s3", RECORDED).delete_bucket(Bucket="trail-gone")
    at.finds(foreign, _arn(at, at.problems, "whole", RECORDED), region=RECORDED)
    over = trail(at, at.twins, "to-sister", "trail-own", facts.HOME_REGION)
    at.client("cloudtrail", twin=True).update_trail(Name="to-sister", S3BucketName="trail-kept")
    at.passes(foreign, _arn(at, at.problems, "reads", facts.HOME_REGION))
    at.passes(foreign, over, twin_account=True)
    for account, name in ((at.problems, "trail-public"), (at.twins, "trail-blocked")):
        statement = {"Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
        at.cloud.client(account, "s3").put_bucket_policy(Bucket=name, Policy=document(statement))
    block(at.cloud, at.twins, "trail-blocked")
    at.finds(public, "arn:aws:s3:::trail-public")
    at.passes(public, "arn:aws:s3:::trail-kept")
    at.passes(public, "arn:aws:s3:::trail-blocked", twin_account=True)
    _lifecycles(at)


def _lifecycles(at: Place) -> None:
    """Rules for other objects, for old versions or for nobody delete no log file."""
    check = "CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE"
    soon = {"Expiration": {"Days": 30}, "Status": "Enabled"}
    for name, rules in (
        ("trail-brief", [{**soon, "ID": "soon", "Filter": {"Prefix": "AWSLogs/"}}]),
        ("trail-kept", [
            {**soon, "ID": "elsewhere", "Filter": {"Prefix": "tmp/"}},
            {**soon, "ID": "off", "Filter": {"Prefix": ""}, "Status": "Disabled"},
            {**soon, "ID": "tagged", "Filter": {"Tag": {"Key": "a", "Value": "b"}}},
            {"ID": "late", "Filter": {"Prefix": ""}, "Status": "Enabled", "Expiration": {"Days": 365}},
            {"ID": "old", "Filter": {"Prefix": ""}, "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        ]),
    ):  # fmt: skip
        at.client("s3").put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    at.finds(check, "arn:aws:s3:::trail-brief")
    at.passes(check, "arn:aws:s3:::trail-kept", "arn:aws:s3:::trail-public")


def _arn(at: Place, account: Account, name: str, region: str) -> str:
    return f"arn:aws:cloudtrail:{region}:{account.id}:trail/{name}"
