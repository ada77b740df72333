"""What is there already, and can be given another role: of each kind the workload by which somebody most surely does so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from nightaudit_auditor.aws.policy import Facts, Truth
from nightaudit_auditor.aws.policy.truth import every
from nightaudit_auditor.aws.principals.compute import workloads
from nightaudit_auditor.aws.principals.names import Names
from nightaudit_auditor.aws.principals.permissions import Permissions
from nightaudit_auditor.aws.principals.roster import Roster, done_to_tagged
from nightaudit_auditor.aws.principals.services import HANDED, RUNNING, RUNS_AS, Handed, Need, Running

_TAGS = ("aws:resourcetag/", "autoscaling:resourcetag/", "ec2:resourcetag/", "ssm:resourcetag/")
Has = Callable[[Permissions, tuple[Need, ...]], Truth]
"""Whether somebody may do all that is needed, where he chooses the names."""


class Hand(NamedTuple):
    """A way that is open so far, before any role is passed; `on` is the workload, or where nobody could look for one."""

    way: Handed
    truth: Truth
    on: str


class Handing:
    """The workloads of one account, and who may change them."""

    def __init__(self, roster: Roster, has: Has) -> None:
        self._data = roster.data
        self._has = has
        self._open: dict[str, tuple[Hand, ...]] = {}
        self._roles: dict[tuple[str, frozenset[str]], frozenset[str]] = {}

    def hands(self, who: Permissions) -> tuple[Hand, ...]:
        """What somebody may give another role, as far as only the passing of that is missing."""
        arn = who.identity.arn
        if arn not in self._open:
            found = (self._surest(who, way) for way in HANDED if not any(who.silent(action) for action, _ in way.needs))
            self._open[arn] = tuple(hand for hand in found if hand is not None)
        return self._open[arn]

    def on(self, who: Permissions, arn: str) -> Facts:
        """The facts of a request that is done to the workload: its tags, where they are known."""
        tags = workloads(self._data).tags.get(arn)
        return who.facts() if tags is None else done_to_tagged(tags, who.facts(), _TAGS)

    def roles(self, who: Permissions) -> Iterator[frozenset[str]]:
        """The roles as which workloads run that somebody may be able to change: in no other way does he act as another role."""
        for way in RUNNING:
            if way.kind in self._names and not any(who.silent(action) for action, _ in way.needs):
                covered = self._covered(who, way)
                key = way.kind, covered
                if key not in self._roles:
                    ran = self._runs_as[way.kind]
                    self._roles[key] = frozenset(ran[arn] for arn in covered if arn in ran)
                yield self._roles[key]

    def _surest(self, who: Permissions, way: Handed) -> Hand | None:
        others = self._has(who, tuple(need for need in way.needs if need[1] != "@"))
        found: Hand | None = None
        for arn in sorted(self._covered(who, way)) if others is not Truth.NO and way.kind in self._names else ():
            truth = min(others, every(who.may(action, arn, self.on(who, arn)) for action, on in way.needs if on == "@"))
            if truth is Truth.YES:
                return Hand(way, truth, arn)
            if truth is Truth.MAYBE and found is None:
                found = Hand(way, truth, arn)
        return found or self._unseen(who, way)

    def _unseen(self, who: Permissions, way: Handed) -> Hand | None:
        for gap in workloads(self._data).unread:
            if gap.kind == way.kind:
                somewhere = RUNS_AS[gap.kind][1].replace("{region}", gap.region)
                needs = tuple((action, somewhere if on == "@" else on) for action, on in way.needs)
                if (truth := self._has(who, needs)) is not Truth.NO:
                    return Hand(way, min(Truth.MAYBE, truth), str(gap))
        return None

    def _covered(self, who: Permissions, way: Handed | Running) -> frozenset[str]:
        names = self._names[way.kind]
        found = [who.candidates(action, names) for action, on in way.needs if on == "@"]
        smallest = min(found, key=len)
        return smallest if all(smallest <= one for one in found) else smallest.intersection(*found)

    @cached_property
    def _names(self) -> dict[str, Names]:
        return {kind: Names(arns) for kind, arns in workloads(self._data).by_kind.items()}

    @cached_property
    def _runs_as(self) -> dict[str, dict[str, str]]:
        """Kind → workload → its role."""
        found: dict[str, dict[str, str]] = {kind: {} for kind in self._names}
        for ran in workloads(self._data).by_role.values():
            for one in ran:
                found[one.kind][one.arn] = one.role
        return found
