"""Two answers about the same account, side by side, and the classes that explain where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from bench.escalation.accounts import Account
from bench.escalation.classes import CLASSES, Class, ask_as
from bench.escalation.details import Details
from bench.escalation.ours import ask
from bench.escalation.verdicts import NEITHER, Said, Verdict
from nightaudit_auditor.checks.registry import Settings
from nightaudit_auditor.snapshot import AccountData

_TOGETHER = 3


class Judged(msgspec.Struct, frozen=True):
    """A user or role. `classes` together explain the difference, none of them being needless; empty if nothing does."""

    account: str
    name: str
    way: str
    twist: str
    ours: Said
    theirs: Said
    classes: tuple[str, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether both say the same."""
        return self.ours.verdict is self.theirs.verdict

    def __str__(self) -> str:
        about = f"{self.account} {self.name} ({self.way or 'no way'}{self.twist and ', ' + self.twist})"
        paths = (
            f"ours: {self.ours.verdict} {list(self.ours.path)}; theirs: {self.theirs.verdict} {list(self.theirs.path)}"
        )
        return f"{about}: {' + '.join(self.classes) or 'UNEXPLAINED'}\n    {paths}"


def compare(account: Account, data: AccountData, settings: Settings, theirs: Mapping[str, Said]) -> tuple[Judged, ...]:
    """All users and roles of the account. Raises RuntimeError if a program speaks of somebody who is not in it."""
    ours = ask(data, settings)
    planted = {account.arn(one).rpartition(":")[2]: one for one in account.principals}
    names = [str(entry["Arn"]).rpartition(":")[2] for entry in Details(data).principals]
    if strangers := {*ours, *theirs} - {*names}:
        raise RuntimeError(f"account {account.id}: who is {', '.join(sorted(strangers))}?")
    judged = [
        Judged(
            account.id, name, planted[name].way if name in planted else "", planted[name].twist if name in planted else "",
            ours.get(name, NEITHER), theirs.get(name, NEITHER),
        )
        for name in names
    ]  # fmt: skip
    differing = {one.name: one.theirs.verdict for one in judged if not one.agree}
    found = explain(differing, lambda classes: ask_as(classes, data, account, settings))
    return tuple(msgspec.structs.replace(one, classes=found.get(one.name, ())) for one in judged)


def explain(
    differing: Mapping[str, Verdict],
    said: Callable[[tuple[Class, ...]], Mapping[str, Said]],
    classes: Sequence[Class] = CLASSES,
) -> dict[str, tuple[str, ...]]:
    """Name → the smallest set of classes, the first of those of its size, by which the auditor says what it is to say.

    `said` is what the auditor says if a set of classes held. Who is not explained is not in the answer.
    """
    found: dict[str, tuple[str, ...]] = {}
    for size in range(1, _TOGETHER + 1):
        for together in combinations(classes, size):
            if len(found) == len(differing):
                return found
            answer = said(together)
            for name, verdict in differing.items():
                if name not in found and answer.get(name, NEITHER).verdict is verdict:
                    found[name] = tuple(one.name for one in together)
    return found


def unused(judged: Iterable[Judged], classes: Sequence[Class] = CLASSES) -> tuple[str, ...]:
    """The names of classes that no difference needs."""
    needed = {name for one in judged for name in one.classes}
    return tuple(one.name for one in classes if one.name not in needed)
