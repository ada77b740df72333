"""Buckets that are open to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nightaudit_auditor.aws.buckets import (
    ACCOUNT_BLOCK,
    ACL,
    BUCKET_BLOCK,
    OBJECT_READ,
    OWNERSHIP,
    POLICY,
    STATUS,
    ignores_public_acls,
    policy_exposure,
    policy_says_public,
    public_grants,
    restricts_public_policies,
    writes,
)
from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.kinds import BUCKET
from nightaudit_auditor.manifests import glob_matches
from nightaudit_auditor.snapshot import Unreadable

_BY_POLICY = (POLICY, STATUS, BUCKET_BLOCK, ACCOUNT_BLOCK)
_BY_ACL = (ACL, OWNERSHIP, BUCKET_BLOCK, ACCOUNT_BLOCK)
_BLOCK = (
    "S3 > the bucket > Permissions > Block public access > Edit > Block all. "
    "CLI: aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
)
_REFERENCE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"

Judge = Callable[[Resource, Context], Iterable[Result]]


def _public_actions(resource: Resource, context: Context) -> Iterator[frozenset[str] | Unknown]:
    """The actions that the bucket's policy opens to everybody, Block Public Access applied; nothing if there are none.

    S3's own verdict on the policy is asked too: if it differs from ours, one of the two is wrong, and nothing is certain.
    """
    data, region, name = context.data, resource.region, resource.name
    unread: Unreadable | None = None
    try:
        if restricts_public_policies(data, region, name):
            return
    except Unreadable as problem:
        unread = problem
    exposed = policy_exposure(data, region, name)
    if exposed is None:
        return
    public = exposed.public
    try:
        verdict = bool(policy_says_public(data, region, name))
    except Unreadable:
        if not public:
            raise
        verdict = True  # what the policy says is proof enough of a problem
    if verdict is not bool(public):
        ours = "public" if public else "not public"
        yield Unknown(f"the policy looks {ours}, but Amazon S3 says the contrary (GetBucketPolicyStatus)", STATUS)
    elif public and unread is not None:
        raise unread
    elif public:
        yield public


def _public_grants(resource: Resource, context: Context) -> tuple[str, ...]:
    """What the ACL grants to everybody with effect, as `group:permission`."""
    grants = public_grants(context.data, resource.region, resource.name)
    if not grants or ignores_public_acls(context.data, resource.region, resource.name):
        return ()
    return tuple(f"{grant.group}:{grant.permission}" for grant in grants)


@check(
    "S3_BUCKET_PUBLIC_WRITE",
    kind=BUCKET,
    title="Everybody can write to a bucket",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=tuple(dict.fromkeys((*_BY_POLICY, *_BY_ACL))),
    risk="Strangers can replace what others download, delete it, store what they like at your cost, or open the bucket further.",
    remediation=_BLOCK,
    references=(_REFERENCE,),
)
def public_write(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access of account and bucket, the policy grants everybody an action that changes objects, the policy or
    the ACL, or the ACL grants WRITE, WRITE_ACP or FULL_CONTROL to AllUsers or AuthenticatedUsers."""
    ways: list[str] = []
    doubts: list[Unknown] = []
    unread: list[Unreadable | PolicyError] = []
    try:
        for found in _public_actions(resource, context):
            if isinstance(found, Unknown):
                doubts.append(found)
            else:
                ways += sorted(action for action in found if writes(action))
    except (Unreadable, PolicyError) as problem:
        unread.append(problem)
    try:
        ways += [grant for grant in _public_grants(resource, context) if not grant.endswith((":READ", ":READ_ACP"))]
    except Unreadable as problem:
        unread.append(problem)
    if ways:
        yield Fail(f"everybody can write to {resource.name}", evidence={"grants": ways})
    else:
        yield from doubts
        if unread:
            raise unread[0]


@check(
    "S3_BUCKET_PUBLIC_POLICY",
    kind=BUCKET,
    title="A bucket's policy lets everybody list it or read its settings",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=_BY_POLICY,
    risk="Strangers see what is in the bucket, old versions, tags or its configuration, and need not guess names.",
    remediation=_BLOCK,
    aliases=("S3_PUBLIC_POLICY",),
    references=(_REFERENCE,),
)
def public_policy(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access and the policy's own Deny statements, everybody may do more than s3:GetObject, writing aside
    (that is S3_BUCKET_PUBLIC_WRITE)."""
    for found in _public_actions(resource, context):
        if isinstance(found, Unknown):
            yield found
        elif more := sorted(action for action in found if action not in OBJECT_READ and not writes(action)):
            yield Fail(f"everybody may do more than read objects of {resource.name}", evidence={"actions": more})


@check(
    "S3_BUCKET_PUBLIC_GETOBJECT",
    kind=BUCKET,
    title="A bucket's policy lets everybody read objects",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    needs=_BY_POLICY,
    risk="Whoever knows or guesses a name reads the object. Some buckets are meant to be so; leaks mostly are not.",
    remediation=_BLOCK
    + ". A bucket that is meant to be public is better served through CloudFront, or covered by an AuditException.",
    aliases=("S3_PUBLIC_POLICY_GETOBJECT_ONLY",),
    references=(_REFERENCE,),
    worst=Severity.HIGH,
)
def public_getobject(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access and the policy's own Deny statements, everybody may do s3:GetObject, and otherwise at most write
    (which is told apart). High if the schedule says in expect.privateBuckets that the bucket must be private."""
    private = any(glob_matches(pattern, resource.name) for pattern in context.settings.private_buckets)
    for found in _public_actions(resource, context):
        if isinstance(found, Unknown):
            yield found
        elif {action for action in found if not writes(action)} == set(OBJECT_READ):
            yield Fail(f"everybody can read objects of {resource.name}", severity=Severity.HIGH if private else None)


@check(
    "S3_BUCKET_PUBLIC_ACL",
    kind=BUCKET,
    title="A bucket's ACL lets everybody in",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=_BY_ACL,
    risk="Strangers (or everybody with an AWS account, which is the same) can list the bucket or read its ACL.",
    remediation=(
        "S3 > the bucket > Permissions > Object Ownership > ACLs disabled. CLI: aws s3api put-bucket-ownership-controls "
        "--bucket BUCKET --ownership-controls Rules=[{ObjectOwnership=BucketOwnerEnforced}]"
    ),
    aliases=("S3_PUBLIC_ACL",),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html", _REFERENCE),
)
def public_acl(resource: Resource, context: Context) -> Iterator[Fail]:
    """The ACL grants something to AllUsers or AuthenticatedUsers, IgnorePublicAcls is off in account and bucket, and ownership
    is not BucketOwnerEnforced."""
    if grants := _public_grants(resource, context):
        yield Fail(f"the ACL of {resource.name} grants {', '.join(grants)}", evidence={"grants": list(grants)})
