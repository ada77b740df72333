"""One step: how one user or role comes to act as another, or makes itself an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from nightaudit_auditor.aws.policy import MISSING, Facts, PolicyError, PolicyText, Truth
from nightaudit_auditor.aws.policy.truth import every, some
from nightaudit_auditor.aws.principals.admin import ALL, Power, effective_power, policy_power
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.compute import workloads
from nightaudit_auditor.aws.principals.methods import (
    GRANTS,
    PASSES,
    PROFILE,
    RUNNING,
    RUNS_AS,
    TAKEOVERS,
    UNBOUND,
    Grant,
    Need,
    Pass,
)
from nightaudit_auditor.aws.principals.names import united
from nightaudit_auditor.aws.principals.permissions import Permissions
from nightaudit_auditor.aws.principals.roster import ASSUME, Roster, done_to, is_protected
from nightaudit_auditor.aws.principals.step import Step, Way, best

_ON_TARGETS = (*(action for actions in TAKEOVERS.values() for action in actions), "iam:PassRole", ASSUME)
_ADMINISTRATOR = "arn:{partition}:iam::aws:policy/AdministratorAccess"


class Steps:
    """The single steps that are open in one account. Every method raises PolicyError if the source's policies are unreadable."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._needs: dict[tuple[str, tuple[Need, ...]], Truth] = {}
        self._candidates: dict[str, frozenset[str]] = {}
        self._ways: dict[str, tuple[Way, ...]] = {}
        self._open: dict[str, tuple[tuple[Pass, Truth], ...]] = {}

    def candidates(self, source: Identity) -> frozenset[str]:
        """To whom a step may lead at all, perhaps the source among them: beyond them no method need be asked. Raises PolicyError."""
        if source.arn not in self._candidates:
            who, roster = self.roster.permissions(source), self.roster
            found = [who.candidates(action, roster.names) for action in _ON_TARGETS]
            found += [roster.naming.get(name, frozenset()) for name in (source.arn, "*")]
            if not all(who.silent(action) for way in RUNNING for action, _ in way.needs):
                found += [frozenset(workloads(roster.data).by_role), self._hidden]
            self._candidates[source.arn] = united(found)
        return self._candidates[source.arn]

    def ways(self, source: Identity) -> tuple[Way, ...]:
        """The kinds of step for which the source has what they need besides a target. Raises PolicyError."""
        if source.arn not in self._ways:
            who = self.roster.permissions(source)
            passing = not who.silent("iam:PassRole") and any(
                self._has(who, way.needs) is not Truth.NO for way in PASSES
            )
            open_ = {
                self.assumes: True,  # a role's trust policy may suffice
                self.takes_over: not all(who.silent(action) for actions in TAKEOVERS.values() for action in actions),
                self.passes: passing,
                self.redirects: not all(any(who.silent(action) for action, _ in way.needs) for way in RUNNING),
            }
            self._ways[source.arn] = tuple(way for way, is_open in open_.items() if is_open)
        return self._ways[source.arn]

    # -- IAM --
    def makes_itself_admin(self, source: Identity) -> Step | None:
        """By a policy that it puts on itself, or on somebody whom it can be."""
        return best(self._grants(source))

    def takes_over(self, source: Identity, target: Identity) -> Step | None:
        """By new credentials of a user, or a changed trust policy of a role."""
        who = self.roster.permissions(source)
        actions = TAKEOVERS[target.type]
        if is_protected(target) or all(map(who.silent, actions)):
            return None
        facts = done_to(target, who.facts())
        return best(Step(source.arn, target.arn, action, who.may(action, target.arn, facts)) for action in actions)

    # -- sts --
    def assumes(self, source: Identity, target: Identity) -> Step | None:
        """By sts:AssumeRole. A trust policy that cannot be read opens nothing that anybody knows of: MAYBE."""
        if target.type != "Role":
            return None
        try:
            truth = self.roster.may_assume(source, target)
        except PolicyError:
            truth = Truth.MAYBE
        return best([Step(source.arn, target.arn, ASSUME, truth)])

    # -- compute --
    def passes(self, source: Identity, target: Identity) -> Step | None:
        """By a new workload to which it passes the role."""
        who = self.roster.permissions(source)
        if target.type != "Role" or is_protected(target) or who.silent("iam:PassRole"):
            return None
        return best(
            Step(source.arn, target.arn, way.name, truth)
            for way, trusted in self._ways_into(target)
            if (truth := self._pass(who, way, target, trusted)) is not Truth.NO
        )

    def redirects(self, source: Identity, target: Identity) -> Step | None:
        """By making a workload that runs as the role do something else."""
        who = self.roster.permissions(source)
        return best(self._redirections(who, target))

    # -- their parts --
    def _grants(self, source: Identity) -> Iterator[Step]:
        who = self.roster.permissions(source)
        if all(who.silent(grant.action) for grant in GRANTS):
            return
        yield from self._grants_on(who, source)
        for bearer in self._bearers(who):
            given = best(self._grants_on(who, bearer))
            reached = best((self.takes_over(source, bearer), self.assumes(source, bearer))) if given else None
            if given is not None and reached is not None:
                how = f"{given.how} + {reached.how}"
                yield Step(source.arn, source.arn, how, min(given.truth, reached.truth), bearer.arn)

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
        others = (found & self.candidates(who.identity)) - {who.identity.arn}
        return [roster.actors[arn] for arn in sorted(others) if arn in roster.actors]

    def _grants_on(self, who: Permissions, bearer: Identity) -> Iterator[Step]:
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
            if effective_power(*more) is not Power.NONE:
                return Truth.YES
            if not bearer.boundary or effective_power(*more, bounded=False) is Power.NONE:
                return Truth.NO
        except PolicyError:
            return Truth.MAYBE
        facts = done_to(bearer, who.facts())
        return some(who.may(action, bearer.arn, facts) for action in UNBOUND[bearer.type])

    def _ways_into(self, target: Identity) -> tuple[tuple[Pass, Truth], ...]:
        """The methods whose service the role trusts, and how surely: of dozens mostly one or two, for all who could use them."""
        if target.arn not in self._open:
            ways = ((way, self._trusts(target, way.service)) for way in PASSES)
            self._open[target.arn] = tuple((way, truth) for way, truth in ways if truth is not Truth.NO)
        return self._open[target.arn]

    def _trusts(self, target: Identity, service: str) -> Truth:
        try:
            return self.roster.trusts_service(target, service)
        except PolicyError:
            return Truth.MAYBE

    def _pass(self, who: Permissions, way: Pass, target: Identity, trusted: Truth) -> Truth:
        truth = min(trusted, self._has(who, way.needs))
        if truth is not Truth.NO:
            facts = done_to(target, who.facts(iam__passedtoservice=((way.service,),)))
            truth = min(truth, who.may("iam:PassRole", target.arn, facts))
        if way.profile and truth is not Truth.NO and not target.raw.get("InstanceProfileList"):
            truth = min(truth, self._has(who, PROFILE))
        return truth

    def _has(self, who: Permissions, needs: tuple[Need, ...]) -> Truth:
        key = (who.identity.arn, needs)
        if key not in self._needs:
            account = self.roster.account
            self._needs[key] = every(
                who.may_somewhere(action, template.format(partition=account.partition, account=account.id))
                for action, template in needs
            )
        return self._needs[key]

    def _redirections(self, who: Permissions, target: Identity) -> Iterator[Step]:
        for workload in workloads(self.roster.data).by_role.get(target.arn, ()):
            for way in RUNNING:
                if way.kind != workload.kind or any(who.silent(action) for action, _ in way.needs):
                    continue
                on_it = every(who.may(action, workload.arn) for action, on in way.needs if on == "@")
                others = tuple(need for need in way.needs if need[1] != "@")
                truth = min(on_it, self._has(who, others), self._listens(way.agent, target, workload.arn))
                yield Step(who.identity.arn, target.arn, way.name, truth, workload.arn)
        if target.arn in self._hidden:
            yield from self._unseen_redirections(who, target)

    def _unseen_redirections(self, who: Permissions, target: Identity) -> Iterator[Step]:
        """Through workloads that may be where nobody could look: never surer than MAYBE."""
        for gap in workloads(self.roster.data).unread:
            service, template = RUNS_AS[gap.kind]
            if self._trusts(target, service) is Truth.NO:
                continue
            somewhere = template.replace("{region}", gap.region)
            for way in RUNNING:
                if way.kind == gap.kind and not any(who.silent(action) for action, _ in way.needs):
                    needs = tuple((action, somewhere if on == "@" else on) for action, on in way.needs)
                    yield Step(
                        who.identity.arn, target.arn, way.name, min(Truth.MAYBE, self._has(who, needs)), str(gap)
                    )

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """The roles as which a workload may run that nobody could list."""
        services = {RUNS_AS[gap.kind][0] for gap in workloads(self.roster.data).unread}
        roles = (i for i in self.roster.actors.values() if services and i.type == "Role" and not is_protected(i))
        return frozenset(r.arn for r in roles if any(self._trusts(r, s) is not Truth.NO for s in services))

    def _listens(self, agent: str, role: Identity, workload: str) -> Truth:
        if not agent:
            return Truth.YES
        try:
            return self.roster.permissions(role).may(agent, workload)
        except PolicyError:
            return Truth.MAYBE
