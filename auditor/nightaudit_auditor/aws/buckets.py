"""Who reaches a bucket: its policy and its ACL, after Block Public Access and object ownership have had their say.

Of the four Block Public Access settings only IgnorePublicAcls and RestrictPublicBuckets neutralise what exists; the Block…
ones merely refuse new grants. The account's settings and the bucket's are united (Amazon S3 User Guide, "Blocking public
access to your Amazon S3 storage").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.policy import Document, Exposure, Probe, exposure, literal_actions, parse_at
from nightaudit_auditor.snapshot import GLOBAL, Account, AccountData, Unreadable

ACCOUNT_BLOCK, BUCKET_BLOCK = "s3control.get_public_access_block", "s3.get_public_access_block"
POLICY, STATUS, ACL = "s3.get_bucket_policy", "s3.get_bucket_policy_status", "s3.get_bucket_acl"
OWNERSHIP = "s3.get_bucket_ownership_controls"
BUCKETS, LOCATION = "s3.list_buckets", "s3.get_bucket_location"

_OLD_LOCATIONS = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}

_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "AuthenticatedUsers",
}

OBJECT_READ = ("s3:GetObject",)
OBJECT_OTHER = (
    "s3:GetObjectAcl", "s3:GetObjectAttributes", "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectTagging",
    "s3:GetObjectTorrent", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionTagging", "s3:ListMultipartUploadParts", "s3:RestoreObject",
)  # fmt: skip
OBJECT_WRITE = (
    "s3:AbortMultipartUpload", "s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion", "s3:DeleteObjectVersionTagging", "s3:ObjectOwnerOverrideToBucketOwner", "s3:PutObject",
    "s3:PutObjectAcl", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging", "s3:PutObjectVersionAcl",
    "s3:PutObjectVersionTagging", "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags", "s3:UpdateObjectEncryption",
)  # fmt: skip
BUCKET_READ = (
    "s3:GetAccelerateConfiguration", "s3:GetAnalyticsConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS",
    "s3:GetBucketLocation", "s3:GetBucketLogging", "s3:GetBucketNotification", "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration", "s3:GetIntelligentTieringConfiguration", "s3:GetInventoryConfiguration",
    "s3:GetLifecycleConfiguration", "s3:GetMetricsConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket",
    "s3:ListBucketMultipartUploads", "s3:ListBucketVersions",
)  # fmt: skip
BUCKET_WRITE = (
    "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteBucketWebsite", "s3:PutAccelerateConfiguration",
    "s3:PutAnalyticsConfiguration", "s3:PutBucketAcl", "s3:PutBucketCORS", "s3:PutBucketLogging", "s3:PutBucketNotification",
    "s3:PutBucketObjectLockConfiguration", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock", "s3:PutBucketRequestPayment", "s3:PutBucketTagging", "s3:PutBucketVersioning",
    "s3:PutBucketWebsite", "s3:PutEncryptionConfiguration", "s3:PutIntelligentTieringConfiguration",
    "s3:PutInventoryConfiguration", "s3:PutLifecycleConfiguration", "s3:PutMetricsConfiguration",
    "s3:PutReplicationConfiguration",
)  # fmt: skip
_WRITE_WORDS = (
    "s3:put",
    "s3:delete",
    "s3:replicate",
    "s3:bypass",
    "s3:abort",
    "s3:update",
    "s3:create",
    "s3:objectowner",
)


@dataclass(frozen=True)
class PublicGrant:
    """A grant of an ACL to AllUsers or AuthenticatedUsers (anybody with an AWS account)."""

    group: str
    permission: str

    @property
    def writes(self) -> bool:
        """True for permissions that change the bucket's objects or its ACL."""
        return self.permission in ("WRITE", "WRITE_ACP", "FULL_CONTROL")


def writes(action: str) -> bool:
    """True if an S3 action changes something, by its name; actions that are too new for the tables too."""
    return action.lower().startswith(_WRITE_WORDS)


def bucket_arn(account: Account, bucket: str) -> str:
    """`arn:aws:s3:::bucket`."""
    return f"arn:{account.partition}:s3:::{bucket}"


def bucket_region(data: AccountData, entry: Mapping[str, Any]) -> str:
    """The region of a bucket that ListBuckets lists. Raises Unreadable, Gone.

    GetBucketLocation says null for us-east-1 and EU for the oldest buckets of eu-west-1 (Amazon S3 API).
    """
    if region := entry.get("BucketRegion"):
        return str(region)
    answer: dict[str, Any] = data.answer(LOCATION, parameters={"Bucket": str(entry["Name"])}) or {}
    constraint = answer.get("LocationConstraint")
    return _OLD_LOCATIONS.get(constraint, str(constraint))


def bucket_policy(data: AccountData, region: str, bucket: str) -> Document | None:
    """The bucket's policy; None if it has none. Raises Unreadable, Gone, PolicyError."""
    answer = data.answer(POLICY, region, {"Bucket": bucket})
    return None if answer is None else parse_at(answer["Policy"], data.moment)


def policy_exposure(data: AccountData, region: str, bucket: str) -> Exposure | None:
    """Whom the bucket's policy alone lets in, Block Public Access left aside; None if it has none.

    Several checks ask: it is worked out once. Raises Unreadable, Gone, PolicyError.
    """
    known = _exposures(data)
    if bucket not in known:
        document = bucket_policy(data, region, bucket)
        if document is None:
            return None
        known[bucket] = exposure(document, _probes(document, bucket_arn(data.account, bucket)), data.account.id)
    return known[bucket]


@per_account
def _exposures(_data: AccountData) -> dict[str, Exposure]:
    return {}


def _probes(document: Document, arn: str) -> tuple[Probe, ...]:
    objects = f"{arn}/*"
    known = [(action, objects) for action in (*OBJECT_READ, *OBJECT_OTHER, *OBJECT_WRITE)]
    known += [(action, arn) for action in (*BUCKET_READ, *BUCKET_WRITE)]
    spelled = {action.lower() for action, _ in known}
    new = [probe for probe in literal_actions(document, (arn, objects)) if probe[0].lower() not in spelled]
    return (*known, *new)


def restricts_public_policies(data: AccountData, region: str, bucket: str) -> bool:
    """True if RestrictPublicBuckets is on, in the account or for the bucket: a public policy then lets only the account in,
    and services of AWS (Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage")."""
    return is_blocked(data, "RestrictPublicBuckets", block_places(data, region, bucket))


def ignores_public_acls(data: AccountData, region: str, bucket: str) -> bool:
    """True if ACL grants to everybody have no effect: IgnorePublicAcls is on, or ACLs are switched off by ownership."""
    unread: Unreadable | None = None
    try:
        if is_blocked(data, "IgnorePublicAcls", block_places(data, region, bucket)):
            return True
    except Unreadable as problem:
        unread = problem
    if enforces_owner(data, region, bucket):
        return True
    if unread is not None:
        raise unread
    return False


def enforces_owner(data: AccountData, region: str, bucket: str) -> bool:
    """True if object ownership switches ACLs off altogether. Raises Unreadable, Gone."""
    controls = (data.answer(OWNERSHIP, region, {"Bucket": bucket}) or {}).get("OwnershipControls", {})
    return any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in controls.get("Rules", []))


def public_grants(data: AccountData, region: str, bucket: str) -> tuple[PublicGrant, ...]:
    """What the ACL grants to everybody, whether or not it has an effect. Raises Unreadable, Gone."""
    grants = (data.answer(ACL, region, {"Bucket": bucket}) or {}).get("Grants", [])
    found = (
        PublicGrant(_GROUPS.get(g.get("Grantee", {}).get("URI", ""), ""), str(g.get("Permission", ""))) for g in grants
    )
    return tuple(sorted((g for g in found if g.group), key=lambda g: (g.group, g.permission)))


def policy_says_public(data: AccountData, region: str, bucket: str) -> bool | None:
    """Amazon S3's own verdict on the policy (GetBucketPolicyStatus); None if there is no policy. Raises Unreadable, Gone."""
    answer = data.answer(STATUS, region, {"Bucket": bucket})
    return None if answer is None else bool(answer.get("PolicyStatus", {}).get("IsPublic"))


Place = tuple[str, str, Mapping[str, str]]
"""(operation, region, parameters) of an answer that holds Block Public Access settings."""


def block_places(data: AccountData, region: str, bucket: str) -> tuple[Place, ...]:
    """Where the settings that apply to a bucket stand: with the bucket, and with the account."""
    return (BUCKET_BLOCK, region, {"Bucket": bucket}), (ACCOUNT_BLOCK, GLOBAL, {"AccountId": data.account.id})


def is_blocked(data: AccountData, setting: str, places: Iterable[Place]) -> bool:
    """Whether a setting is on in any of the places. One that is on settles it, whatever became of the others' answers.

    Raises Unreadable if none is known to be on and one could not be read.
    """
    unread: Unreadable | None = None
    for operation, where, parameters in places:
        try:
            answer: dict[str, Any] = data.answer(operation, where, parameters) or {}
        except Unreadable as problem:
            unread = unread or problem
            continue
        if answer.get("PublicAccessBlockConfiguration", {}).get(setting) is True:
            return True
    if unread is not None:
        raise unread
    return False
