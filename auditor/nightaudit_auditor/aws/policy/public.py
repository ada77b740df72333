"""Whom does a resource policy let in? Everybody, which foreign accounts and organizations, which services unguarded.

The policy is put to the test: requests of strangers, and of everyone whom it names, are evaluated against all of its
statements, Deny included. So a grant is public if a stranger gets through, whatever the policy looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nightaudit_auditor.aws.policy.document import Document
from nightaudit_auditor.aws.policy.evaluate import Caller, decide_each, principal_account
from nightaudit_auditor.aws.policy.facts import Facts
from nightaudit_auditor.aws.policy.sources import bare_buckets
from nightaudit_auditor.aws.policy.strangers import account_within, caller_facts, service_facts, stranger
from nightaudit_auditor.aws.policy.truth import Truth

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ORGANIZATION = re.compile(r"(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])")
_ANYTHING = re.compile(r".+", re.DOTALL)
_ACCOUNT_KEYS = (
    "aws:principalaccount", "aws:principalarn", "kms:calleraccount", "aws:sourceaccount", "aws:sourceowner", "aws:sourcearn",
    "s3:dataaccesspointaccount", "s3:dataaccesspointarn", "aws:vpceaccount",
)  # fmt: skip
_ORGANIZATION_KEYS = (
    "aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths", "aws:vpceorgid",
)  # fmt: skip

Probe = tuple[str, str]
"""(action, resource ARN or pattern)."""

Adjust = Callable[[Facts], Facts]


@dataclass(frozen=True)
class Grant:
    """What somebody may do: the actions, and the principals of his that the policy names (none: the account as a whole)."""

    actions: frozenset[str]
    principals: frozenset[str] = frozenset()


_NOTHING = Grant(frozenset())


@dataclass(frozen=True)
class Exposure:
    """Whom the policy lets in, the own account aside.

    `public`: actions open to everybody, with or without an AWS account. `accounts`, `organizations`: by id. `services`:
    services that may act although it is for a stranger's resource. `deputies`: by account, those that may act only for its
    resources. `canonical_users`: S3's other name of an account.
    """

    public: frozenset[str] = frozenset()
    accounts: Mapping[str, Grant] = field(default_factory=dict)
    organizations: Mapping[str, Grant] = field(default_factory=dict)
    services: Mapping[str, Grant] = field(default_factory=dict)
    canonical_users: Mapping[str, Grant] = field(default_factory=dict)
    deputies: Mapping[str, Grant] = field(default_factory=dict)

    @property
    def reached(self) -> dict[str, Grant]:
        """By account, what it may do itself or have a service do, which is among the principals then."""
        found = dict(self.accounts)
        for account, grant in self.deputies.items():
            known = found.get(account, _NOTHING)
            found[account] = Grant(known.actions | grant.actions, known.principals | grant.principals)
        return found


def exposure(
    document: Document,
    probes: Iterable[Probe],
    own: str,
    adjust: Adjust | None = None,
) -> Exposure:
    """Test a resource policy of the account `own` with the probes.

    `adjust` may change the facts of every request, for keys of which the resource itself decides.
    """
    document = bare_buckets(document)
    asked = tuple(probes)
    facts = adjust or (lambda known: known)

    def granted(caller: Caller, known: Facts) -> frozenset[str]:
        verdicts = decide_each(document, caller, facts(known), asked)
        return frozenset(probe[0] for probe, verdict in zip(asked, verdicts, strict=True) if verdict is not Truth.NO)

    strangers = stranger(own, sorted(_open_accounts(document, own)))
    public = frozenset[str]().union(*(granted(caller, known) for caller, known in strangers))
    accounts: dict[str, Grant] = {}
    members = [("????????????", "", public)]
    for account, principal in sorted(_named_accounts(document) | _conditioned_accounts(document)):
        if account != own:
            actions = granted(Caller("AWS", account, principal), caller_facts(account, own, principal=principal))
            _add(accounts, account, actions - public, principal)
            members.append((account, principal, actions | public))
    services: dict[str, Grant] = {}
    deputies: dict[str, Grant] = {}
    named = sorted(_named(document, "Service"))
    sources = sorted({account for account, _ in _conditioned_accounts(document)} - {own})
    for service in named:
        deputy = Caller("Service", id=service)
        _add(services, service, granted(deputy, service_facts(service, own)), service)
        for account in sources:
            anyway = public | services.get(service, _NOTHING).actions
            _add(deputies, account, granted(deputy, service_facts(service, own, account)) - anyway, service)
    organizations: dict[str, Grant] = {}
    for organization in sorted(_conditioned(document, _ORGANIZATION_KEYS, _ORGANIZATION)):
        # An account that is named and asked for its organization gets in as one of that, or not at all.
        for account, principal, anyway in members:
            known = caller_facts(account, own, organization, principal)
            _add(organizations, organization, granted(Caller("AWS", account, principal), known) - anyway, "")
        for service in named:
            anyway = public | services.get(service, _NOTHING).actions
            facts_of = service_facts(service, own, organization=organization)
            _add(organizations, organization, granted(Caller("Service", id=service), facts_of) - anyway, service)
    canonical: dict[str, Grant] = {}
    for user in sorted(_named(document, "CanonicalUser")):
        known = caller_facts("????????????", own)
        _add(canonical, user, granted(Caller("CanonicalUser", id=user), known) - public, user)
    return Exposure(public, accounts, organizations, services, canonical, deputies)


def literal_actions(document: Document, resources: Sequence[str]) -> tuple[Probe, ...]:
    """The actions that Allow statements spell out, on each of `resources`: what a table of actions does not know yet."""
    spelled = {a for s in document.allowing() for a in s.actions or () if "*" not in a and "?" not in a}
    return tuple((action, resource) for action in sorted(spelled) for resource in resources)


def _add(grants: dict[str, Grant], who: str, actions: frozenset[str], principal: str) -> None:
    if actions:
        known = grants.get(who, Grant(frozenset()))
        principals = known.principals | {principal} if principal else known.principals
        grants[who] = Grant(known.actions | actions, principals)


def _named(document: Document, type_: str) -> set[str]:
    return {p.id for s in document.allowing() for p in s.principals or () if p.type == type_ and p.id != "*"}


def _named_accounts(document: Document) -> set[tuple[str, str]]:
    """(account, principal ARN, empty for the account as a whole) of everybody whom an Allow names, or whom a Deny leaves out."""
    found: set[tuple[str, str]] = set()
    spared = {p.id for s in document.denying() for p in s.not_principals or () if p.type == "AWS" and p.id != "*"}
    for id_ in _named(document, "AWS") | spared:
        account, whole = principal_account(id_)
        if len(account) == 12:
            found.add((account, "" if whole else id_))
    return found


def _conditioned_accounts(document: Document) -> set[tuple[str, str]]:
    return {(account, "") for account in _conditioned(document, _ACCOUNT_KEYS, _ACCOUNT)}


def _open_accounts(document: Document, own: str) -> set[str]:
    """An account for each pattern of account ids, bare or in an ARN, that a condition gives."""
    found: set[str] = set()
    for value in _found(document, _ACCOUNT_KEYS, _ANYTHING):
        parts = value.split(":", 5)
        found.add(account_within(parts[4] if len(parts) == 6 else value, own))
    return found - {""}


def _conditioned(document: Document, keys: Sequence[str], pattern: re.Pattern[str]) -> set[str]:
    return set(_found(document, keys, pattern))


def _found(document: Document, keys: Sequence[str], pattern: re.Pattern[str]) -> Iterator[str]:
    """What any condition mentions, of Deny statements too: `Allow *` but `Deny` unless X lets X in."""
    for statement in document.statements:
        for condition in statement.conditions:
            if condition.key in keys:
                for value in condition.values:
                    yield from pattern.findall(value)
