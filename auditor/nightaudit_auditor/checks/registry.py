"""The registry of checks: what a check is, what it needs, and the decorator that adds one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from nightaudit_auditor.aws.trust import TrustModel
from nightaudit_auditor.organization import Discovery, Known, Listing
from nightaudit_auditor.snapshot import GLOBAL, AccountData, DeniedBy, Outcome, Unreadable

AUDIT_PREFIX = "AUDIT_"
"""Of the checks that say what could not be audited: they run whatever a schedule selects."""


class Severity(StrEnum):
    """How bad a finding is, worst first in `rank`. The names are those of the AuditSchedule."""

    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"
    INFO = "Info"

    @property
    def rank(self) -> int:
        """0 for Critical … 4 for Info."""
        return list(Severity).index(self)


class Tier(StrEnum):
    """A alerts when new; B and C are in the report (a notification's `tiers` widens that)."""

    A = "A"
    B = "B"
    C = "C"


class Scope(StrEnum):
    """Account checks see one account; organization checks see the facts of all, once."""

    ACCOUNT = "account"
    ORGANIZATION = "organization"


class Resource(msgspec.Struct, frozen=True):
    """What a check judges: `type` is CloudFormation's (AWS::S3::Bucket), `data` the answer that describes it."""

    arn: str
    type: str
    name: str
    region: str = GLOBAL
    tags: dict[str, str] = {}
    data: dict[str, Any] = {}


class Fail(msgspec.Struct, frozen=True):
    """A problem. `discriminator` tells several problems of one resource apart (a port and a CIDR, a key id): never text.

    `severity` is set only where the catalogue lets the condition change it. `resource` is set only where the problem is
    another resource's than the judged one's.
    """

    detail: str
    discriminator: str = ""
    evidence: dict[str, Any] = {}
    severity: Severity | None = None
    resource: Resource | None = None


class Unknown(msgspec.Struct, frozen=True):
    """The resource could not be judged, and why: the operation that is missing, or what was malformed."""

    reason: str
    operation: str = ""


Result = Fail | Unknown


class Undecidable(Exception):  # noqa: N818 - a fact about the data
    """Something on which a verdict rests cannot be decided: the resource is what `said` says."""

    def __init__(self, said: Unknown) -> None:
        super().__init__(said.reason)
        self.said = said


class Unread(msgspec.Struct, frozen=True):
    """An operation that selected checks need and that failed in one region (or `global`) of an account.

    `checks` need it; `unknown` are those of them that have an UNKNOWN because of it; `calls` is how many calls failed.
    `denied_by` are the kinds of policies that refused them, as far as AWS said.
    """

    operation: str
    region: str
    outcome: Outcome
    code: str
    checks: tuple[str, ...]
    unknown: tuple[str, ...]
    calls: int
    denied_by: tuple[DeniedBy, ...] = ()


class Crash(msgspec.Struct, frozen=True):
    """A check, or the listing of its kind, raised what it should not have."""

    check: str
    resource: Resource
    exception: str
    message: str


class Troubles(msgspec.Struct, frozen=True):
    """What went wrong while an account was judged: the AUDIT_* checks turn it into findings.

    `closed`: region → why nothing was asked there, where an organization's policy denies everything.
    """

    unread: tuple[Unread, ...] = ()
    crashes: tuple[Crash, ...] = ()
    closed: dict[str, str] = {}


@dataclass(frozen=True)
class Context:
    """What a check may consult besides the resource.

    `settings` is the schedule's `checks.parameters`, `trust` and `expect` (see `manifests`), `trust` the trust model over all
    accounts. `accounts` holds all accounts for checks of scope ORGANIZATION, else only the judged one. `troubles` is
    filled for the AUDIT_* checks, which run last. `discovery` is what was learned of the organization, if the schedule
    has its accounts discovered, `known` what earlier runs knew of the organizations' members: empty without memory,
    `listings` who is in them now.
    """

    data: AccountData
    settings: Settings
    accounts: Mapping[str, AccountData]
    now: float  # seconds since the epoch: checks never read the clock
    trust: TrustModel
    troubles: Troubles = field(default_factory=Troubles)
    discovery: Discovery | None = None
    known: Known = field(default_factory=dict)
    listings: Mapping[str, Listing] = field(default_factory=dict)


class Settings(Protocol):
    """The part of an AuditSchedule that checks honour; `manifests.CheckSettings` implements it."""

    @property
    def unused_days(self) -> int: ...
    @property
    def key_rotation_days(self) -> int: ...
    @property
    def root_used_days(self) -> int: ...
    @property
    def role_unused_days(self) -> int: ...
    @property
    def two_keys_days(self) -> int: ...
    @property
    def trusted_accounts(self) -> frozenset[str]: ...
    @property
    def trusted_organizational_units(self) -> frozenset[str]: ...
    @property
    def identity_providers(self) -> frozenset[str]: ...
    @property
    def known_vendors(self) -> bool: ...
    @property
    def admins(self) -> tuple[str, ...]: ...
    @property
    def known_cidrs(self) -> tuple[str, ...]: ...
    @property
    def domains(self) -> frozenset[str]: ...
    @property
    def private_buckets(self) -> tuple[str, ...]: ...
    @property
    def accounts_without_guardduty(self) -> frozenset[str]: ...


Enumerate = Callable[[AccountData], Iterator["Resource | Unreadable"]]
Evaluate = Callable[[Resource, Context], Iterable[Result]]


@dataclass(frozen=True)
class Kind:
    """A kind of resource: how to list it. The listing yields an Unreadable for each region whose list could not be read.

    `regional`: the kind is listed region by region, so that a scope is (check, account, region); else region is `global`.
    """

    type: str
    needs: tuple[str, ...]
    enumerate: Enumerate
    regional: bool


@dataclass(frozen=True)
class Check:
    """A registered check. `needs` are operations (`service.operation`) beyond those of its kind. Ids are for ever.

    `facts` are those of the operations that an organization check reads of all accounts, if it does not read them all: they
    are kept in memory while the accounts are judged one after the other.
    `worst` is the severity to which a condition can raise it, if that is above `severity`. `remediation` is for the console and,
    after `CLI:`, for the command line; `terraform` is the fragment that sets the resource right.
    `parameters` are the fields of a schedule's spec that the check honours (`checks.parameters.unusedDays`, `expect.admins`):
    what they mean, their units, bounds and defaults are the CRD's to say (`manifests.parameters`). What a check has for a
    threshold beyond those is a constant that its description names.
    """

    id: str
    title: str
    severity: Severity
    tier: Tier
    kind: Kind
    description: str
    risk: str
    remediation: str
    evaluate: Evaluate
    needs: tuple[str, ...] = ()
    scope: Scope = Scope.ACCOUNT
    facts: tuple[str, ...] = ()
    compliance: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    enabled: bool = True
    worst: Severity | None = None
    terraform: str = ""
    parameters: tuple[str, ...] = ()


@dataclass
class Registry:
    """All checks by id. Two checks may share neither an id nor an alias with an id."""

    checks: dict[str, Check] = field(default_factory=dict)

    def add(self, check: Check) -> None:
        """Raises ValueError if the id is taken."""
        if check.id in self.checks:
            raise ValueError(f"check {check.id} is registered twice")
        self.checks[check.id] = check


REGISTRY = Registry()


def check(
    id: str,  # noqa: A002 - the catalogue's word
    *,
    kind: Kind,
    title: str,
    severity: Severity,
    tier: Tier,
    risk: str,
    remediation: str,
    needs: tuple[str, ...] = (),
    scope: Scope = Scope.ACCOUNT,
    facts: tuple[str, ...] = (),
    compliance: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    enabled: bool = True,
    worst: Severity | None = None,
    terraform: str = "",
    parameters: tuple[str, ...] = (),
) -> Callable[[Evaluate], Evaluate]:
    """Register the decorated function; its docstring is the check's description.

    The function yields a Fail for each problem and nothing if there is none: PASS is what is left when everything was
    read and no problem was found. `Unreadable` raised by the data's accessors makes the resource UNKNOWN (problems
    already yielded stand), and so do `Undecidable` and `PolicyError`; `Gone` takes it out of scope, any other exception makes it UNKNOWN
    with AUDIT_CHECK_ERROR.
    """

    def register(function: Evaluate) -> Evaluate:
        description = " ".join((function.__doc__ or "").split())
        if not description:
            raise ValueError(f"check {id} has no docstring")
        REGISTRY.add(
            Check(
                id=id, title=title, severity=severity, tier=tier, kind=kind, description=description, risk=risk,
                remediation=remediation, evaluate=function, needs=needs, scope=scope, facts=facts, compliance=compliance,
                aliases=aliases, references=references, enabled=enabled, worst=worst, terraform=terraform,
                parameters=parameters,
            )
        )  # fmt: skip
        return function

    return register
