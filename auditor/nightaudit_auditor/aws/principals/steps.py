"""One step: how one user or role comes to act as another, or makes itself an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from nightaudit_auditor.aws.policy import PolicyError, Truth
from nightaudit_auditor.aws.policy.truth import every
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.compute import workloads
from nightaudit_auditor.aws.principals.grants import Grants
from nightaudit_auditor.aws.principals.handing import Handing
from nightaudit_auditor.aws.principals.methods import TAKING
from nightaudit_auditor.aws.principals.names import united
from nightaudit_auditor.aws.principals.permissions import Permissions
from nightaudit_auditor.aws.principals.roster import ASSUME, Roster, done_to, is_linked, is_protected
from nightaudit_auditor.aws.principals.services import PASSES, PROFILE, RUNNING, RUNS_AS, Handed, Need, Pass
from nightaudit_auditor.aws.principals.step import Step, Way, best
from nightaudit_auditor.aws.principals.takeovers import takes_over

_ON_TARGETS = (*TAKING, "iam:PassRole", ASSUME)


class Steps:
    """The single steps that are open in one account. Every method raises PolicyError if the source's policies are unreadable."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._needs: dict[tuple[str, tuple[Need, ...]], Truth] = {}
        self._candidates: dict[str, frozenset[str]] = {}
        self._ways: dict[str, tuple[Way, ...]] = {}
        self._open: dict[str, tuple[tuple[Pass, Truth], ...]] = {}
        self._grants = Grants(self)
        self._handing = Handing(roster, self._has)

    def candidates(self, source: Identity) -> frozenset[str]:
        """To whom a step may lead at all, perhaps the source among them: beyond them no method need be asked. Raises PolicyError."""
        if source.arn not in self._candidates:
            who, roster = self.roster.permissions(source), self.roster
            found = [who.candidates(action, roster.names) for action in _ON_TARGETS]
            found += [roster.naming.get(name, frozenset()) for name in (source.arn, "*")]
            if not all(who.silent(action) for way in RUNNING for action, _ in way.needs):
                found += [*self._handing.roles(who), self._hidden]
            self._candidates[source.arn] = united(found)
        return self._candidates[source.arn]

    def ways(self, source: Identity) -> tuple[Way, ...]:
        """The kinds of step for which the source has what they need besides a target. Raises PolicyError."""
        if source.arn not in self._ways:
            who = self.roster.permissions(source)
            passing = not who.silent("iam:PassRole") and (
                any(self._has(who, way.needs) is not Truth.NO for way in PASSES) or bool(self._handing.hands(who))
            )
            open_ = {
                self.assumes: True,  # a role's trust policy may suffice
                self.takes_over: not all(map(who.silent, TAKING)),
                self.passes: passing,
                self.redirects: not all(any(who.silent(action) for action, _ in way.needs) for way in RUNNING),
            }
            self._ways[source.arn] = tuple(way for way, is_open in open_.items() if is_open)
        return self._ways[source.arn]

    # -- IAM --
    def makes_itself_admin(self, source: Identity) -> Step | None:
        """By a policy that it puts on itself, or on somebody whom it can be."""
        return best(self._grants.steps(source))

    def takes_over(self, source: Identity, target: Identity) -> Step | None:
        """By new credentials of a user, or a changed trust policy of a role."""
        return takes_over(self.roster, source, target)

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
        """By a workload to which it passes the role: a new one, or one that is there."""
        who = self.roster.permissions(source)
        if target.type != "Role" or is_protected(target) or who.silent("iam:PassRole"):
            return None
        return best(self._passings(who, target))

    def redirects(self, source: Identity, target: Identity) -> Step | None:
        """By making a workload that runs as the role do something else."""
        who = self.roster.permissions(source)
        return best(self._redirections(who, target))

    # -- their parts --
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

    def _passings(self, who: Permissions, target: Identity) -> Iterator[Step]:
        source = who.identity.arn
        for way, trusted in self._ways_into(target):
            made, more = self._linked(who, way.linked)
            truth = min(trusted, self._has(who, way.needs), made)
            yield Step(source, target.arn, way.name + more, self._passed(who, way, target, truth))
        for hand in self._handing.hands(who):
            other = hand.way
            truth = min(hand.truth, self._trusts(target, other.service), self._listens(other.agent, target, hand.on))
            yield Step(source, target.arn, other.name, self._passed(who, other, target, truth), hand.on)

    def _passed(self, who: Permissions, way: Pass | Handed, target: Identity, truth: Truth) -> Truth:
        """`truth`, if the role may be passed beside."""
        if truth is not Truth.NO:
            facts = done_to(target, who.facts(iam__passedtoservice=((way.service,),)))
            truth = min(truth, who.may("iam:PassRole", target.arn, facts))
        if way.profile and truth is not Truth.NO and not target.raw.get("InstanceProfileList"):
            truth = min(truth, self._has(who, PROFILE))
        return truth

    def _linked(self, who: Permissions, role: str) -> tuple[Truth, str]:
        """Whether the service-linked role that a service wants is there or may be made, and by what more."""
        service, _, _ = role.partition("/")
        if not role or service in self._services_linked:
            return Truth.YES, ""
        account = self.roster.account
        arn = f"arn:{account.partition}:iam::{account.id}:role/aws-service-role/{role}"
        facts = who.facts(iam__awsservicename=((service,),))
        return who.may("iam:CreateServiceLinkedRole", arn, facts), " + iam:CreateServiceLinkedRole"

    @cached_property
    def _services_linked(self) -> frozenset[str]:
        """The services that have a role of their own here."""
        return frozenset(r.path.split("/")[2] for r in self.roster.known.roles if is_linked(r))

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
                facts = self._handing.on(who, workload.arn)
                on_it = every(who.may(action, workload.arn, facts) for action, on in way.needs if on == "@")
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
