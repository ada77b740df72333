"""AuditSchedule and AuditException as types: what `crds/` says, with the defaults that the readers apply."""

from __future__ import annotations

from typing import Literal

import msgspec

API_VERSION = "nightaudit.dev/v1alpha1"

SeverityName = Literal["Critical", "High", "Medium", "Low", "Info"]
TierName = Literal["A", "B", "C"]


class _Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Camel-case JSON, unknown fields ignored here: `validate` is what refuses them, with their path."""


class Metadata(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    name: str
    namespace: str = "default"
    uid: str = ""
    generation: int = 0
    labels: dict[str, str] = {}


class AccountTarget(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An account to audit; without `role_arn` it is audited with the run's own credentials."""

    id: str
    name: str = ""
    role_arn: str = msgspec.field(default="", name="roleARN")
    external_id: str = msgspec.field(default="", name="externalID")
    session_tags: dict[str, str] = {}
    regions: tuple[str, ...] = ()
    labels: dict[str, str] = {}


class TagMatch(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A tag key, and globs of which one must match its value; no values: any value."""

    key: str
    values: tuple[str, ...] = ()


class Members(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Accounts of an organization: those that are named, and those anywhere below the units."""

    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()


class OrganizationTarget(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The organization whose accounts are discovered; without `role_arn` it is read with the run's own credentials."""

    member_role_name: str
    role_arn: str = msgspec.field(default="", name="roleARN")
    external_id: str = msgspec.field(default="", name="externalID")
    member_external_id: str = msgspec.field(default="", name="memberExternalID")
    session_tags: dict[str, str] = {}
    management_account: Literal["MemberRole", "OrganizationRole", "Exclude"] = "MemberRole"
    include: Members | None = None
    exclude: Members = Members()
    tag_selector: tuple[TagMatch, ...] = ()


class Regions(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class SeverityOverride(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    check: str
    severity: SeverityName


class Parameters(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Thresholds in days."""

    unused_days: int = 90
    key_rotation_days: int = 90
    root_used_days: int = 7
    role_unused_days: int = 180
    two_keys_days: int = 14


class Checks(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    minimum_severity: SeverityName = "Info"
    severity_overrides: tuple[SeverityOverride, ...] = ()
    parameters: Parameters = Parameters()


class Trust(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    accounts: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()
    identity_providers: tuple[str, ...] = ()
    known_vendors: bool = True


class Expect(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    admins: tuple[str, ...] = ()
    known_cidrs: tuple[str, ...] = msgspec.field(default=(), name="knownCIDRs")
    domains: tuple[str, ...] = ()
    private_buckets: tuple[str, ...] = ()
    accounts_without_guard_duty: tuple[str, ...] = ()


class LabelSelectorRequirement(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()


class LabelSelector(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """metav1.LabelSelector."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


class S3Storage(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    bucket: str
    prefix: str = ""
    region: str = ""
    kms_key_id: str = msgspec.field(default="", name="kmsKeyID")


class Storage(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    s3: S3Storage


class SecretKeyRef(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    name: str
    key: str


class SlackTarget(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    channel: str
    token_secret_ref: SecretKeyRef


class NotificationMatch(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """AND between fields, OR inside a list; globs over check ids."""

    accounts: tuple[str, ...] = ()
    account_labels: dict[str, str] = {}
    checks: tuple[str, ...] = ()


class Notification(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    name: str
    slack: SlackTarget
    minimum_severity: SeverityName = "High"
    tiers: tuple[TierName, ...] = ("A",)
    policy: Literal["OnChange", "Always", "OnFailure", "Never"] = "OnChange"
    match: NotificationMatch = NotificationMatch()


class SNSTopic(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    topic_arn: str = msgspec.field(name="topicARN")


class Errors(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    sns: SNSTopic


class ScheduleSpec(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    schedule: str
    storage: Storage
    accounts: tuple[AccountTarget, ...] = ()
    organization: OrganizationTarget | None = None
    time_zone: str = "Etc/UTC"
    suspend: bool = False
    starting_deadline_seconds: int = 3600
    run_deadline_seconds: int = 7200
    successful_runs_history_limit: int = 10
    failed_runs_history_limit: int = 5
    regions: Regions = Regions()
    checks: Checks = Checks()
    trust: Trust = Trust()
    expect: Expect = Expect()
    exception_selector: LabelSelector | None = None
    notifications: tuple[Notification, ...] = ()
    errors: Errors | None = None


class AuditSchedule(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What to audit, when, with which checks, and whom to tell."""

    metadata: Metadata
    spec: ScheduleSpec
    api_version: str = API_VERSION
    kind: Literal["AuditSchedule"] = "AuditSchedule"


class Match(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Which findings an exception covers: AND between fields, OR inside a list; all but `tags[].key` and labels are globs."""

    checks: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    account_labels: dict[str, str] = {}
    regions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    tags: tuple[TagMatch, ...] = ()


class ExceptionSpec(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """`expiry_time` is RFC 3339; the exception is dead from that moment on, judged when the run starts."""

    match: Match
    reason: str
    category: Literal["FalsePositive", "RiskAccepted", "CompensatingControl", "InRemediation"] | None = None
    effect: Literal["Acknowledge", "Exclude"] = "Acknowledge"
    owner: str = ""
    ticket: str = ""
    expiry_time: str = ""


class AuditException(_Manifest, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A governed exception: scoped, reasoned, owned, expiring."""

    metadata: Metadata
    spec: ExceptionSpec
    api_version: str = API_VERSION
    kind: Literal["AuditException"] = "AuditException"
