"""The classes of differences: each is a change of the account after which the auditor says what principalmapper says.

So no class is a matter of opinion: what it claims is tried on every difference that it is to explain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bench.escalation import finer, theirs
from bench.escalation.accounts import Account
from bench.escalation.ours import ask
from bench.escalation.verdicts import Said
from nightaudit_auditor.checks.registry import Settings
from nightaudit_auditor.snapshot import AccountData


class Side(StrEnum):
    """Whose limit a class describes, or that the two only use other words."""

    THEIRS = "principalmapper"
    OURS = "Night Audit"
    WORDS = "words"


@dataclass(frozen=True)
class Class:
    """A limit of one of the two, and the change that takes it away."""

    name: str
    side: Side
    why: str
    change: Callable[[AccountData, Account], AccountData]


CLASSES = (
    Class(
        "a role's boundary", Side.THEIRS,
        "principalmapper does not read the permissions boundaries of roles.",
        theirs.without_boundaries_of_roles,
    ),
    Class(
        "the tags of a workload",
        Side.OURS,
        "The auditor does not look up the tags of functions, jobs and tasks, and says UNKNOWN where a policy asks for one.",
        finer.with_tags_of_workloads,
    ),
    Class(
        "a condition key", Side.THEIRS,
        "It gives a value to a dozen condition keys, and takes a condition on any other for not met; the auditor knows tags, and "
        "takes circumstances (address, MFA of a role's session) for arranged.",
        theirs.with_its_condition_keys,
    ),
    Class(
        "a condition in a trust policy", Side.THEIRS,
        "It asks trust policies with no condition key at all, so that an external id or `aws:SourceAccount` closes a role to everybody.",
        theirs.without_conditional_trust,
    ),
    Class(
        "asked about `*`", Side.THEIRS,
        "It asks for what makes a workload, and for commands to instances, on the resource `*`: an Allow on ARNs does not count, a Deny on ARNs "
        "neither.",
        theirs.asked_about_everything,
    ),
    Class(
        "a method it does not know", Side.THEIRS,
        "It has no edge for the action.",
        theirs.without_what_it_never_asks,
    ),
    Class(
        "the action that runs it", Side.THEIRS,
        "A function that may be created, and not invoked, is enough for it; so is a notebook that cannot be opened.",
        theirs.with_second_actions,
    ),
    Class(
        "no instance profile", Side.THEIRS,
        "It means to ask who may make an instance profile for a role that has none, and never does: it looks for None where there is "
        "an empty list.",
        theirs.with_profiles,
    ),
    Class(
        "no instance", Side.THEIRS,
        "It does not list instances. Every role that EC2 may use is taken to be on one that takes commands.",
        theirs.with_instances,
    ),
    Class(
        "a policy for somebody else", Side.THEIRS,
        "A policy that is put on a role, which is then assumed, is no edge: it looks only at who may change himself.",
        theirs.changing_only_itself,
    ),
    Class(
        "who changes himself", Side.WORDS,
        "Who may give himself everything, or a role that he makes, can become an administrator to the auditor, and is one to principalmapper.",
        theirs.self_made_administrators,
    ),
    Class(
        "what stays", Side.THEIRS,
        "It does not ask what a boundary or a Deny leaves of the policy that somebody puts on himself.",
        theirs.unlimited_by_what_stays,
    ),
)  # fmt: skip


def ask_as(classes: Iterable[Class], data: AccountData, account: Account, settings: Settings) -> dict[str, Said]:
    """What the auditor says if all the classes held of it."""
    for one in classes:
        data = one.change(data, account)
    return ask(data, settings)
