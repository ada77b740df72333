"""All who can act in an account, and what is worked out of each but once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from nightaudit_auditor.aws.policy import (
    MISSING,
    Caller,
    Facts,
    PolicyError,
    Request,
    Statement,
    Truth,
    decide_statements,
)
from nightaudit_auditor.aws.policy.evaluate import is_session, principal_account, session_role
from nightaudit_auditor.aws.policy.truth import every, some
from nightaudit_auditor.aws.principals.admin import Power, effective_power
from nightaudit_auditor.aws.principals.authorization import Identity, authorization
from nightaudit_auditor.aws.principals.names import Names
from nightaudit_auditor.aws.principals.permissions import Permissions, principal_facts
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from nightaudit_auditor.snapshot import AccountData

ASSUME = "sts:AssumeRole"
_LINKED, _RESERVED = "/aws-service-role/", "/aws-reserved/"
TAGS = ("aws:resourcetag/", "iam:resourcetag/")
Value = TypeVar("Value")


class Roster:
    """The users and roles of one account, `guardrails` being the organization's policies (None: not read), `organization` its
    id (empty: the account has none; None: not known).

    Raises Unreadable if the account's authorization details could not be read.
    """

    def __init__(
        self, data: AccountData, guardrails: Guardrails | None = None, organization: str | None = None
    ) -> None:
        self.data = data
        self.account = data.account
        self.known = authorization(data)
        self.guardrails = guardrails
        self.organization = organization
        self.actors: Mapping[str, Identity] = {i.arn: i for i in (*self.known.users, *self.known.roles)}
        self.names = Names(self.actors)
        self.policy_names = Names(self.known.policies)
        self.group_names = Names(group.arn for group in self.known.groups.values())
        self._permissions: dict[str, Permissions | PolicyError] = {}
        self._power: dict[str, Power | PolicyError] = {}
        self._services: dict[tuple[str, str], Truth] = {}
        self._named: dict[str, frozenset[str]] = {}

    def permissions(self, identity: Identity) -> Permissions:
        """Raises PolicyError."""
        if identity.arn not in self._permissions:
            try:
                found: Permissions | PolicyError = Permissions(
                    self.known, identity, self.account, self.guardrails, self.organization
                )
            except PolicyError as error:
                found = error
            self._permissions[identity.arn] = found
        return _or_raise(self._permissions[identity.arn])

    def power(self, identity: Identity) -> Power:
        """Raises PolicyError."""
        if identity.arn not in self._power:
            try:
                found: Power | PolicyError = effective_power(
                    self.known, identity, self.account, self.guardrails, organization=self.organization
                )
            except PolicyError as error:
                found = error
            self._power[identity.arn] = found
        return _or_raise(self._power[identity.arn])

    def is_admin(self, identity: Identity) -> Truth:
        """MAYBE if its policies cannot be read."""
        try:
            return Truth.NO if self.power(identity) is Power.NONE else Truth.YES
        except PolicyError:
            return Truth.MAYBE

    def trusts_service(self, role: Identity, service: str) -> Truth:
        """Whether the role's trust policy names a service, and lets it in when it acts for this account. Raises PolicyError."""
        key = (role.arn, service)
        if key not in self._services:
            statements = [s for s in role.trust.about(ASSUME) if not s.allow or _names_service(s)]
            self._services[key] = decide_statements(statements, self._as_service(role, service))
        return self._services[key]

    def may_assume(self, identity: Identity, role: Identity) -> Truth:
        """Whether a user or role of the account may assume the role (IAM User Guide, "Policy evaluation for requests within a
        single account").

        A trust policy that names it, or everybody, suffices; one that names the account asks for a policy of its own too. What a
        boundary does not allow stops it all the same, but not by a statement that names a user or a role's session (in which it may
        or may not ask). Raises PolicyError.
        """
        statements = role.trust.about(ASSUME)
        who = self.permissions(identity)
        request = Request(ASSUME, role.arn, who.caller, done_to(role, who.facts()))
        trusted = decide_statements(statements, request)
        left = trusted if trusted is Truth.NO else min(trusted, self._left(request))
        if left is Truth.NO:
            return left
        ways = [who.may(ASSUME, role.arn, request.facts)]
        named = decide_statements(_naming(statements, lambda name: name == "*" or _is(name, identity)), request)
        if named is not Truth.NO:
            ways.append(min(named, who.unbounded(ASSUME, role.arn, request.facts)))
        if named is not Truth.NO and identity.boundary:
            itself = decide_statements(_naming(statements, lambda name: _passes(name, identity)), request)
            ways.append(min(itself, who.undenied(ASSUME, role.arn, request.facts)))
        return min(left, some(ways))

    def may_be_trusted(self, identity: Identity, role: str, facts: Facts) -> Truth:
        """Whether a user or role may assume a role, by its ARN, whose trust policy names it as it likes: a user, or a session of a
        role, which reaches past what a boundary does not say (IAM User Guide, "Permissions boundaries for IAM entities").
        Raises PolicyError."""
        who = self.permissions(identity)
        return min(self._left(Request(ASSUME, role, who.caller, facts)), who.undenied(ASSUME, role, facts))

    def named_by(self, role: Identity) -> frozenset[str]:
        """The ARNs that the role's trust policy names in an Allow, `*` among them; for a session of an own role the role's.
        Raises PolicyError."""
        if role.arn not in self._named:
            named = (name for s in role.trust.document.allowing() for name in _named(s))
            self._named[role.arn] = frozenset(self._sessions.get(_session(name), name) for name in named)
        return self._named[role.arn]

    @cached_property
    def _sessions(self) -> Mapping[tuple[str, str], str]:
        """(account, name) of an own role → its ARN."""
        return {(self.account.id, role.name): role.arn for role in self.known.roles}

    @cached_property
    def naming(self) -> Mapping[str, frozenset[str]]:
        """Principal → the roles whose trust policy names it. One that cannot be read names nobody."""
        found: dict[str, set[str]] = {}
        for role in self.known.roles:
            try:
                named = self.named_by(role)
            except PolicyError:
                continue
            for principal in named:
                found.setdefault(principal, set()).add(role.arn)
        return {principal: frozenset(roles) for principal, roles in found.items()}

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Group (by ARN) → the users in it."""
        groups = self.known.groups.items()
        return {g.arn: tuple(u.arn for u in self.known.users if name in u.groups) for name, g in groups}

    def _left(self, request: Request) -> Truth:
        """Whether the organization's resource control policies leave the request to the account: every level must."""
        levels = self.guardrails.levels_on(request.action) if self.guardrails is not None else ()
        return every(
            decide_statements((s for text in level for s in text.about(request.action)), request) for level in levels
        )

    def _as_service(self, role: Identity, service: str) -> Request:
        own = self.account
        facts = principal_facts(None, own, self.organization)
        facts = facts.but(
            aws__principalorgid=MISSING,
            aws__principalorgpaths=MISSING,
            aws__sourceorgid=facts.of("aws:resourceorgid"),
            aws__sourceorgpaths=facts.of("aws:resourceorgpaths"),
            aws__sourceaccount=((own.id,),),
            aws__sourcearn=((f"arn:{own.partition}:*:*:{own.id}:*",),),
            aws__principalisawsservice=(("true",),),
            aws__principalservicename=((service,),),
        )
        return Request(ASSUME, role.arn, Caller("Service", id=service), Facts(facts.known, facts.default))


def is_linked(identity: Identity) -> bool:
    """True for a service-linked role: only the service acts as it, and nobody can change it."""
    return identity.path.startswith(_LINKED)


def is_protected(identity: Identity) -> bool:
    """True for roles that IAM lets nobody change or pass: those linked to a service, and those of IAM Identity Center."""
    return identity.path.startswith((_LINKED, _RESERVED))


def done_to(identity: Identity, facts: Facts) -> Facts:
    """The facts of a request that is done to the user or role: its tags, which are known, and that it lacks all others."""
    return done_to_tagged(identity.tags, facts, TAGS)


def done_to_tagged(tags: Mapping[str, str], facts: Facts, families: tuple[str, ...]) -> Facts:
    """The facts of a request that is done to what has these tags and no other; `families` are the keys that speak of them."""
    known = dict(facts.known)
    for key, value in tags.items():
        known |= {f"{family}{key.lower()}": ((value,),) for family in families}
    return Facts(known, facts.default, {**facts.prefixes, **dict.fromkeys(families, MISSING)})


def _naming(statements: tuple[Statement, ...], means: Callable[[str], bool]) -> list[Statement]:
    """The Deny statements, and those that allow a name that is meant."""
    return [s for s in statements if not s.allow or any(map(means, _named(s)))]


def _named(statement: Statement) -> Iterator[str]:
    if statement.principals is None:
        yield "*"
    yield from (p.id for p in statement.principals or () if p.type == "AWS")


def _session(name: str) -> tuple[str, str]:
    return principal_account(name)[0], session_role(name)


def _is(name: str, identity: Identity) -> bool:
    return name == identity.arn or is_session(name, identity.arn)


def _passes(name: str, identity: Identity) -> bool:
    """Whether a policy that names a user, or a role's session, is not held up by what its boundary does not say (IAM User Guide,
    "Policy evaluation logic", the difference between implicit denies and resource-based policies)."""
    return name == identity.arn if identity.type == "User" else is_session(name, identity.arn)


def _names_service(statement: Statement) -> bool:
    return any(p.type == "Service" for p in statement.principals or ())


def _or_raise(found: Value | PolicyError) -> Value:
    if isinstance(found, PolicyError):
        raise found
    return found
