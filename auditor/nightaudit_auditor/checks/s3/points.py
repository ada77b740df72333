"""Access points: further doors to a bucket, each with a policy and settings of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.buckets import (
    ACCOUNT_BLOCK,
    BUCKET_BLOCK,
    BUCKET_READ,
    BUCKET_WRITE,
    OBJECT_OTHER,
    OBJECT_READ,
    OBJECT_WRITE,
    POLICY,
    block_places,
    bucket_arn,
    bucket_policy,
    is_blocked,
)
from nightaudit_auditor.aws.policy import Facts, exposure
from nightaudit_auditor.checks.exposed import policy_exposure
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_POINTS: Final = "s3control.list_access_points"
_POINT: Final = "s3control.get_access_point"
_POLICY: Final = "s3control.get_access_point_policy"
_STATUS: Final = "s3control.get_access_point_policy_status"
_ACTIONS: Final = (*OBJECT_READ, *OBJECT_OTHER, *OBJECT_WRITE, *BUCKET_READ, *BUCKET_WRITE)


def _points(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            answer = data.answer(_POINTS, region, {"AccountId": data.account.id}) or {}
        except Unreadable as problem:
            yield problem
            continue
        for item in answer.get("AccessPointList", []):
            arn, name = str(item["AccessPointArn"]), str(item["Name"])
            yield Resource(arn, "AWS::S3::AccessPoint", name, region, data=dict(item))


ACCESS_POINT: Final = Kind("AWS::S3::AccessPoint", (_POINTS,), _points, regional=True)


@check(
    "S3_ACCESS_POINT_PUBLIC",
    kind=ACCESS_POINT,
    needs=(_POINT, _POLICY, _STATUS, POLICY, BUCKET_BLOCK, ACCOUNT_BLOCK),
    title="An access point lets everybody in",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="The bucket looks private; through the access point strangers read or write its objects.",
    remediation=(
        "S3 > Access Points > the access point > Permissions: name principals. Its Block Public Access settings are fixed when it "
        "is made; the bucket's and the account's apply too. CLI: aws s3control put-access-point-policy --account-id ACCOUNT "
        "--name NAME --policy file://policy.json"
    ),
    terraform="""\
resource "aws_s3_access_point" "reports" {
  bucket = aws_s3_bucket.reports.id
  name   = "reports"
  public_access_block_configuration {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = true
  }
}
""",
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html",
    ),
)
def access_point_public(resource: Resource, context: Context) -> Iterator[Result]:
    """An access point that the Internet reaches has a policy that lets everybody in, the bucket's policy lets the same through
    it, and RestrictPublicBuckets is on neither for the access point, nor for the bucket, nor for the account.

    Bucket policies commonly leave the decision to the account's access points (s3:DataAccessPointAccount).
    """
    data, region = context.data, resource.region
    if resource.data.get("NetworkOrigin") != "Internet":
        return
    named = {"AccountId": data.account.id, "Name": resource.name}
    bucket = str(resource.data["Bucket"])
    unread: Unreadable | None = None
    try:
        places = ((_POINT, region, named), *block_places(data, region, bucket))
        if is_blocked(data, "RestrictPublicBuckets", places):
            return
    except Unreadable as problem:
        unread = problem
    answer = data.answer(_POLICY, region, named)
    if answer is None:
        return
    arns = (resource.arn, f"{resource.arn}/object/*")
    public = policy_exposure(answer["Policy"], _ACTIONS, resource, context, arns=arns).public
    try:
        verdict = bool((data.answer(_STATUS, region, named) or {}).get("PolicyStatus", {}).get("IsPublic"))
    except Unreadable:
        if not public:
            raise
        verdict = True  # what the policy says is proof enough of a problem
    if verdict is not bool(public):
        ours = "public" if public else "not public"
        yield Unknown(f"the policy looks {ours}, but Amazon S3 says the contrary (GetAccessPointPolicyStatus)", _STATUS)
    elif public and (through := public & _let_through(resource, data, bucket, public)):
        if unread is not None:
            raise unread
        detail = f"everybody gets at {bucket} through {resource.name}"
        yield Fail(detail, evidence={"bucket": bucket, "actions": sorted(through)})


def _let_through(point: Resource, data: AccountData, bucket: str, actions: frozenset[str]) -> frozenset[str]:
    """Those of the actions that the bucket's policy allows to everybody who comes by the access point.

    Raises Unreadable, PolicyError; for a bucket of another account too, whose policy is not ours to read.
    """
    document = bucket_policy(data, point.region, bucket)
    if document is None:
        return frozenset()

    def by_point(known: Facts) -> Facts:
        return known.but(
            s3__dataaccesspointaccount=((data.account.id,),),
            s3__dataaccesspointarn=((point.arn,),),
            s3__accesspointnetworkorigin=(("Internet",),),
        )

    arn = bucket_arn(data.account, bucket)
    probes = [(action, where) for action in actions for where in (arn, f"{arn}/*")]
    return exposure(document, probes, data.account.id, by_point).public
