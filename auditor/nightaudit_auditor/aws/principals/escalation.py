"""Who can become an administrator: in one step through IAM, in one through a workload, or in as many of any kind as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from nightaudit_auditor.aws.policy import PolicyError, Truth
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.roster import Roster, is_linked
from nightaudit_auditor.aws.principals.step import Step, Way, best
from nightaudit_auditor.aws.principals.steps import Steps

Path = tuple[Step, ...]


class Escalation:
    """The ways to the administrators of one account. Raises Unreadable if its authorization details could not be read."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.steps = Steps(roster)

    @cached_property
    def admins(self) -> tuple[Identity, ...]:
        """Administrators in effect, and last those of whom nobody can say; service-linked roles serve nobody else."""
        judged = [(self.roster.is_admin(i), i) for i in self.roster.actors.values() if not is_linked(i)]
        return tuple(i for truth in (Truth.YES, Truth.MAYBE) for found, i in judged if found is truth)

    def by_iam(self, source: Identity) -> Step | None:
        """The surest single step through IAM. Raises PolicyError."""
        own = self.steps.makes_itself_admin(source)
        return (
            own
            if own is not None and own.truth is Truth.YES
            else best((own, self._to_admin(source, self.steps.takes_over)))
        )

    def by_workload(self, source: Identity) -> Step | None:
        """The surest single step through a new or a running workload. Raises PolicyError."""
        kinds = self.steps.passes, self.steps.redirects
        return best(self._to_admin(source, way) for way in self.steps.ways(source) if way in kinds)

    def by_chain(self, source: Identity) -> tuple[Path, Truth]:
        """The surest way of steps of any kind, the shortest of those; empty and NO if there is none. Raises PolicyError."""
        self.roster.permissions(source)
        if source.arn in self._sure:
            return self._sure[source.arn], Truth.YES
        path = self._chains.get(source.arn, ())
        return path, Truth.MAYBE if path else Truth.NO

    @cached_property
    def _chains(self) -> dict[str, Path]:
        return self._search(Truth.MAYBE, self._sure)

    @cached_property
    def _sure(self) -> dict[str, Path]:
        return self._search(Truth.YES, {})

    def _search(self, least: Truth, known: dict[str, Path]) -> dict[str, Path]:
        """Backwards from the administrators: at each distance, who has a step to somebody found at the one before."""
        admins = {admin.arn for admin in self.admins}
        found = dict(known)
        pending = [
            i for i in self.roster.actors.values() if i.arn not in admins and i.arn not in found and not is_linked(i)
        ]
        frontier = {a.arn: a for a in self.admins if self.roster.is_admin(a) >= least}
        later = _by_length(known)
        distance = 0
        while frontier or distance < max(len(later), 1):  # who makes himself one needs no administrator
            reached: list[Identity] = []
            for source in pending:
                step = self._first(source, frontier, least, own=distance == 0)
                if step is not None:
                    found[source.arn] = (step, *(found.get(step.target, ()) if step.target != source.arn else ()))
                    reached.append(source)
            pending = [i for i in pending if i.arn not in found]
            distance += 1
            frontier = {i.arn: i for i in reached}
            if distance < len(later):
                frontier |= {arn: self.roster.actors[arn] for arn in later[distance]}
        return found

    def _first(self, source: Identity, targets: Mapping[str, Identity], least: Truth, *, own: bool) -> Step | None:
        steps = self.steps
        try:
            if own and (step := steps.makes_itself_admin(source)) is not None and step.truth >= least:
                return step
            possible = steps.candidates(source)
            if possible.isdisjoint(targets):
                return None
            for target in targets.values():
                if target.arn not in possible or target.arn == source.arn:
                    continue
                for way in steps.ways(source):
                    step = way(source, target)
                    if step is not None and step.truth >= least:
                        return step
        except PolicyError:
            return None  # whoever asks for this source is told so by `permissions`
        return None

    def _to_admin(self, source: Identity, way: Way) -> Step | None:
        """The surest step to an administrator; to one who may be none it is no surer than that."""
        possible = self.steps.candidates(source) & self._rank.keys() - {source.arn}
        targets = (self.admins[at] for at in sorted(self._rank[arn] for arn in possible))
        return best(self._weighed(way(source, admin), admin) for admin in targets)

    @cached_property
    def _rank(self) -> dict[str, int]:
        """Administrator → its place among them."""
        return {admin.arn: at for at, admin in enumerate(self.admins)}

    def _weighed(self, step: Step | None, admin: Identity) -> Step | None:
        if step is None or step.truth <= (known := self.roster.is_admin(admin)):
            return step
        return Step(step.source, step.target, step.how, known, step.via)


def _by_length(paths: Mapping[str, Path]) -> list[list[str]]:
    """Whose path has no step, one, two …; the lengths up to the longest."""
    found: list[list[str]] = []
    for arn, path in paths.items():
        found += [[] for _ in range(len(path) + 1 - len(found))]
        found[len(path)].append(arn)
    return found
