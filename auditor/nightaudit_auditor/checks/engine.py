"""The engine: runs every selected check on every resource, and isolates each from the troubles of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nightaudit_auditor.aws import account_arn
from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.aws.trust import OPERATIONS as TRUST_OPERATIONS
from nightaudit_auditor.aws.trust import TrustModel, build_trust
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import (
    AUDIT_PREFIX,
    Check,
    Context,
    Crash,
    Fail,
    Kind,
    Resource,
    Result,
    Scope,
    Settings,
    Severity,
    Undecidable,
    Unknown,
)
from nightaudit_auditor.checks.results import CheckResult, Evaluation, Scope3, Scope4
from nightaudit_auditor.checks.selection import Selection
from nightaudit_auditor.checks.troubles import Failures, Parents, troubles_of
from nightaudit_auditor.organization import Discovery, Known, Listing, listings, with_speaker
from nightaudit_auditor.snapshot import GLOBAL, NOT_ITS_TURN, AccountData, Gone, Unreadable

UNREACHABLE = "AUDIT_ACCOUNT_UNREACHABLE"
MESSAGE_LIMIT = 300
REGIONS = "ec2.describe_regions"


def evaluate(
    accounts: Mapping[str, AccountData],
    selection: Selection,
    settings: Settings,
    now: float,
    discovery: Discovery | None = None,
    known: Known | None = None,
    parents: Parents | None = None,
) -> Evaluation:
    """Judge `accounts` (by id) with the selected checks; the order of the results depends on nothing but the data.

    Each account is looked up twice, one after the other: first for the facts that organization checks and the trust model
    need of all, then to be judged. An account that could not be reached has one finding that says so and no other scope:
    nothing is known of it. If the account that answered for the organization is not among those that are audited, only the
    checks of the organization as a whole are judged on what it said. `known` is what earlier runs knew of its members, `parents`
    the catalogue's: a call that was not made for want of its parent's answer is no trouble of its own.
    """
    facts = {id_: accounts[id_].only(_facts(selection)) for id_ in sorted(accounts)}
    trust = build_trust(
        facts,
        discovered=discovery.data if discovery else None,
        trusted_accounts=settings.trusted_accounts,
        trusted_organizational_units=settings.trusted_organizational_units,
        known_vendors=settings.known_vendors,
    )
    known = known or {}
    today = listings(with_speaker(facts, discovery), known)
    tally = _Tally(selection)
    shared = (facts, selection, settings, now, trust, tally, discovery, known, today, parents or {})
    for id_ in sorted(accounts):
        _Judge(accounts[id_], *shared).judge()
    if discovery is not None and discovery.speaks_alone(facts):
        _Judge(discovery.data, *shared).judge_organization()
    return Evaluation(
        results=tuple(sorted(tally.results.values(), key=_order)),
        scopes=frozenset(tally.scopes),
        unknown=frozenset(tally.unknown),
        gone=frozenset(tally.gone),
        muted=frozenset(tally.muted),
        passed=dict(sorted(tally.passed.items())),
        unreachable=tuple(id_ for id_, data in facts.items() if not data.reachable),
        facts=facts,
        listings=today,
    )


def _facts(selection: Selection) -> frozenset[str]:
    """The operations whose records are kept of every account while the others are judged."""
    needed = {
        operation
        for check in selection.checks
        if check.scope is Scope.ORGANIZATION
        for operation in check.facts or (*check.kind.needs, *check.needs)
    }
    return frozenset((*needed, *TRUST_OPERATIONS, REGIONS))


@dataclass
class _Tally:
    """Collects results. Of two that say the same of a resource the graver is kept, a problem before an UNKNOWN."""

    selection: Selection
    results: dict[tuple[str, str, str, str, str], CheckResult] = field(default_factory=dict)
    scopes: set[Scope3] = field(default_factory=set)
    unknown: set[Scope4] = field(default_factory=set)
    gone: set[Scope4] = field(default_factory=set)
    muted: set[Scope4] = field(default_factory=set)
    passed: Counter[str] = field(default_factory=Counter)

    def add(self, check: Check, account: str, judged: Resource, outcome: Result) -> None:
        resource = judged
        own: Severity | None = None
        discriminator = ""
        if isinstance(outcome, Fail):
            resource, own, discriminator = outcome.resource or judged, outcome.severity, outcome.discriminator
        else:
            self.unknown.add((check.id, account, resource.region, resource.arn))
        severity = self.selection.severity(check, own)
        if isinstance(outcome, Fail) and not self.selection.wanted(check, severity):
            self.muted.add((check.id, account, resource.region, resource.arn))
            return
        result = CheckResult(check.id, account, resource.region, resource, outcome, severity, judged.arn)
        key = (check.id, account, resource.region, resource.arn, discriminator)
        known = self.results.get(key)
        if known is None or _gravity(result) < _gravity(known):
            self.results[key] = result


def _gravity(result: CheckResult) -> tuple[bool, int]:
    return isinstance(result.outcome, Unknown), result.severity.rank


def _order(result: CheckResult) -> tuple[str, str, str, str, str]:
    discriminator = result.outcome.discriminator if isinstance(result.outcome, Fail) else ""
    return result.account, result.check, result.region, result.resource.arn, discriminator


@dataclass
class _Listing:
    """The resources of one kind in one account, and for each region (or `global`) that is missing the reason."""

    resources: list[Resource]
    unread: list[Unreadable]
    crash: Exception | None = None


@dataclass
class _Judge:
    data: AccountData
    accounts: Mapping[str, AccountData]
    selection: Selection
    settings: Settings
    now: float
    trust: TrustModel
    tally: _Tally
    discovery: Discovery | None
    known: Known
    listings: Mapping[str, Listing]
    parents: Parents
    failures: Failures = field(default_factory=Failures)
    waiting: dict[str, Unreadable] = field(default_factory=dict)
    """Region → what the check at hand could not read there, because it was not its turn."""

    @property
    def id(self) -> str:
        return self.data.account.id

    def judge(self) -> None:
        """The ordinary checks first; then the AUDIT_* checks, over what went wrong with them."""
        ordinary = [c for c in self.selection.checks if not c.id.startswith(AUDIT_PREFIX)]
        audit = [c for c in self.selection.checks if c.id.startswith(AUDIT_PREFIX)]
        if not self.data.reachable:
            self._run([c for c in audit if c.id == UNREACHABLE], self._context())
            return
        self._run(ordinary, self._context())
        if not self.data.regions:
            self._regions_unread([c for c in ordinary if c.kind.regional])
        troubles = troubles_of(self.data, ordinary, self.failures, self.parents)
        self._run(audit, replace(self._context(), troubles=troubles))

    def judge_organization(self) -> None:
        """What the organization's own answers are enough for."""
        whole = [c for c in self.selection.checks if c.scope is Scope.ORGANIZATION and c.kind is ACCOUNT]
        self._run(whole, self._context())

    def _regions_unread(self, regional: list[Check]) -> None:
        """Without regions there is nothing to list: if that is because they could not be read, it must be said."""
        try:
            self.data.answer(REGIONS)
        except Unreadable as problem:
            for check in regional:
                self.failures.unreadable(problem, check)

    def _context(self) -> Context:
        return Context(
            self.data, self.settings, self.accounts, self.now, self.trust,
            discovery=self.discovery, known=self.known, listings=self.listings,
        )  # fmt: skip

    def _run(self, checks: Iterable[Check], context: Context) -> None:
        by_kind: dict[int, tuple[Kind, list[Check]]] = {}
        for check in checks:
            by_kind.setdefault(id(check.kind), (check.kind, []))[1].append(check)
        alone = replace(context, accounts={self.id: self.data})
        for kind, members in by_kind.values():
            listing = self._list(kind)
            for check in members:
                self._scope(check, listing)
                for resource in listing.resources:
                    self._judge_one(check, resource, context if check.scope is Scope.ORGANIZATION else alone)
                self._say_who_waits(check)

    def _list(self, kind: Kind) -> _Listing:
        listing = _Listing([], [])
        try:
            for entry in kind.enumerate(self.data):
                if isinstance(entry, Unreadable):
                    listing.unread.append(entry)
                else:
                    listing.resources.append(entry)
        except Unreadable as problem:
            listing.unread.append(problem)
        except Exception as error:  # noqa: BLE001 - isolation is the engine's duty: it becomes AUDIT_CHECK_ERROR
            listing.crash = error
        return listing

    def _scope(self, check: Check, listing: _Listing) -> None:
        """Record which scopes are complete, and one UNKNOWN for each that is not."""
        regions = set(self.data.regions)
        scopes = regions if check.kind.regional else {GLOBAL}
        missing: dict[str, Unknown] = {}
        for problem in listing.unread:
            self.failures.unreadable(problem, check)
            where = {problem.region} if check.kind.regional and problem.region in scopes else scopes
            for region in where:
                missing.setdefault(region, Unknown(f"not listed: {problem}", problem.operation))
        if listing.crash is not None:
            self._crash(check, self._account_resource(GLOBAL), listing.crash)
            for region in scopes:
                missing.setdefault(region, Unknown(_crash_reason(listing.crash)))
        for region, unknown in sorted(missing.items()):
            self.tally.add(check, self.id, self._account_resource(region), unknown)
        complete = scopes - missing.keys()
        if not check.kind.regional and complete:
            complete |= regions | {resource.region for resource in listing.resources}
        self.tally.scopes |= {(check.id, self.id, region) for region in complete}

    def _judge_one(self, check: Check, resource: Resource, context: Context) -> None:
        clean = True
        try:
            for outcome in check.evaluate(resource, context):
                clean = False
                if isinstance(outcome, Unknown) and outcome.operation:
                    self.failures.unknown(check, outcome.operation)
                self.tally.add(check, self.id, resource, outcome)
        except Unreadable as problem:
            clean = False
            if problem.code == NOT_ITS_TURN:
                self.tally.unknown.add((check.id, self.id, resource.region, resource.arn))
                self.waiting.setdefault(resource.region, problem)
            else:
                self.failures.unreadable(problem, check)
                self.tally.add(check, self.id, resource, Unknown(str(problem), problem.operation))
        except Undecidable as doubt:
            clean = False
            if doubt.said.operation:
                self.failures.unknown(check, doubt.said.operation)
            self.tally.add(check, self.id, resource, doubt.said)
        except Gone:
            clean = False
            self.tally.gone.add((check.id, self.id, resource.region, resource.arn))
        except PolicyError as problem:
            clean = False
            if problem.operation:
                self.failures.unknown(check, problem.operation)
            self.tally.add(check, self.id, resource, Unknown(problem.told, problem.operation))
        except Exception as error:  # noqa: BLE001 - isolation is the engine's duty: it becomes AUDIT_CHECK_ERROR
            clean = False
            self._crash(check, resource, error)
            self.tally.add(check, self.id, resource, Unknown(_crash_reason(error)))
        if clean:
            self.tally.passed[check.id] += 1

    def _say_who_waits(self, check: Check) -> None:
        """One UNKNOWN a region for all resources whose turn to be read was not in this run: they are as planned, and many."""
        for region, problem in sorted(self.waiting.items()):
            unknown = Unknown(f"{problem.operation}: {problem.reason}", problem.operation)
            self.tally.add(check, self.id, self._account_resource(region), unknown)
        self.waiting.clear()

    def _crash(self, check: Check, resource: Resource, error: Exception) -> None:
        self.failures.crashes.append(Crash(check.id, resource, type(error).__name__, str(error)[:MESSAGE_LIMIT]))

    def _account_resource(self, region: str) -> Resource:
        account = self.data.account
        return Resource(account_arn(account), "AWS::::Account", account.name or account.id, region)


def _crash_reason(error: Exception) -> str:
    return f"the check failed: {type(error).__name__} (see AUDIT_CHECK_ERROR)"
