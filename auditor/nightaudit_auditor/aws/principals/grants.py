"""How somebody puts an administrator's policy on himself, or on somebody whom he can be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from nightaudit_auditor.aws.policy import MISSING, Facts, PolicyError, PolicyText, Truth
from nightaudit_auditor.aws.policy.truth import some
from nightaudit_auditor.aws.principals.admin import ALL, Power, effective_power, policy_power
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.makers import Makers
from nightaudit_auditor.aws.principals.methods import GRANTS, UNBOUND, Grant
from nightaudit_auditor.aws.principals.permissions import Permissions
from nightaudit_auditor.aws.principals.roster import Roster, done_to, is_protected
from nightaudit_auditor.aws.principals.step import Step, best

_ADMINISTRATOR = "arn:{partition}:iam::aws:policy/AdministratorAccess"


class Reach(Protocol):
    """How one comes to act as another."""

    roster: Roster

    def candidates(self, source: Identity) -> frozenset[str]: ...

    def takes_over(self, source: Identity, target: Identity) -> Step | None: ...

    def assumes(self, source: Identity, target: Identity) -> Step | None: ...


class Grants:
    """The steps by which somebody makes himself an administrator. Raises PolicyError if the source's policies are unreadable."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self.roster = reach.roster
        self._makers = Makers(reach.roster, self.on, lambda: self._mighty)

    def steps(self, source: Identity) -> Iterator[Step]:
        who = self.roster.permissions(source)
        if all(who.silent(grant.action) for grant in GRANTS):
            return
        yield from self.on(who, source)
        for bearer in self._bearers(who):
            given = best(self.on(who, bearer))
            reached = (
                best((self._reach.takes_over(source, bearer), self._reach.assumes(source, bearer))) if given else None
            )
            if given is not None and reached is not None:
                how = f"{given.how} + {reached.how}"
                yield Step(source.arn, source.arn, how, min(given.truth, reached.truth), bearer.arn)
        yield from self._makers.steps(who)

    def _bearers(self, who: Permissions) -> list[Identity]:
        """Others than itself on whom it may be able to put a policy, and whom it may be able to be."""
        roster = self.roster
        found: set[str] = set()
        for grant in GRANTS:
            match grant.on:
                case "self":
                    found |= who.candidates(grant.action, roster.names)
                case "group" | "admin group":
                    groups = who.candidates(grant.action, roster.group_names)
                    found.update(user for group in groups for user in roster.members[group])
                case _:
                    policies = who.candidates(grant.action, roster.policy_names)
                    found.update(holder.arn for arn in policies for holder in roster.known.holders.get(arn, ()))
        others = (found & self._reach.candidates(who.identity)) - {who.identity.arn}
        return [roster.actors[arn] for arn in sorted(others) if arn in roster.actors]

    def on(self, who: Permissions, bearer: Identity) -> Iterator[Step]:
        """What puts an administrator's policy on `bearer`, if that makes one of it."""
        if is_protected(bearer):
            return
        freed: Truth | None = None
        for grant in GRANTS:
            if grant.of not in ("", bearer.type) or who.silent(grant.action):
                continue
            for on, facts in self._places(grant, who, bearer):
                truth = who.may(grant.action, on, facts)
                if truth is not Truth.NO:
                    freed = self._unbound(who, bearer) if freed is None else freed
                    yield Step(who.identity.arn, who.identity.arn, grant.action, min(truth, freed), on)

    def _places(self, grant: Grant, who: Permissions, bearer: Identity) -> Iterator[tuple[str, Facts]]:
        known = self.roster.known
        facts = done_to(
            bearer, who.facts(iam__permissionsboundary=((bearer.boundary,),) if bearer.boundary else MISSING)
        )
        groups = [known.groups[name] for name in bearer.groups if name in known.groups]
        attached = dict.fromkeys((*bearer.attached, *(arn for group in groups for arn in group.attached)))
        own = [known.policies[arn] for arn in attached if arn in known.policies and not known.policies[arn].aws]
        match grant.on:
            case "self" if grant.action.startswith("iam:Attach"):
                yield from ((bearer.arn, facts.but(iam__policyarn=((arn,),))) for arn in self._mighty)
            case "self":
                yield bearer.arn, facts
            case "group" if grant.action.startswith("iam:Attach"):
                for group in groups:
                    yield from ((group.arn, who.facts(iam__policyarn=((arn,),))) for arn in self._mighty)
            case "group":
                yield from ((group.arn, who.facts()) for group in groups)
            case "admin group":
                yield from ((group.arn, who.facts()) for group in self._admin_groups)
            case "policy":
                yield from ((policy.arn, who.facts()) for policy in own)
            case _:
                yield from ((p.arn, who.facts()) for p in own if any(map(self._is_mighty, p.others)))

    @cached_property
    def _mighty(self) -> tuple[str, ...]:
        """The ARNs of policies that make an administrator: AWS's own, and the account's."""
        own = (p.arn for p in self.roster.known.policies.values() if not p.aws and self._is_mighty(p.reference.text))
        return _ADMINISTRATOR.format(partition=self.roster.account.partition), *own

    @cached_property
    def _admin_groups(self) -> tuple[Identity, ...]:
        return tuple(g for g in self.roster.known.groups.values() if self.roster.is_admin(g) is Truth.YES)

    def _is_mighty(self, text: PolicyText) -> bool:
        try:
            return policy_power(text, self.roster.account) is not Power.NONE
        except PolicyError:
            return False  # what IAM does not accept it does not apply either

    def _unbound(self, who: Permissions, bearer: Identity) -> Truth:
        """Whether an administrator's policy would make `bearer` one: its Deny statements and its boundary stay."""
        more = self.roster.known, bearer, self.roster.account, self.roster.guardrails, (ALL,)
        try:
            organization = self.roster.organization
            if effective_power(*more, organization=organization) is not Power.NONE:
                return Truth.YES
            if not bearer.boundary or effective_power(*more, bounded=False, organization=organization) is Power.NONE:
                return Truth.NO
        except PolicyError:
            return Truth.MAYBE
        facts = done_to(bearer, who.facts())
        return some(who.may(action, bearer.arn, facts) for action in UNBOUND[bearer.type])
