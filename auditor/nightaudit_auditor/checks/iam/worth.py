"""Whether a role is worth stealing for the account: it is an administrator in effect, or can become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import Identity, Power
from nightaudit_auditor.checks.iam.escalation import shown_step, told_path
from nightaudit_auditor.checks.iam.rosters import escalation, roster
from nightaudit_auditor.checks.registry import Context

_HOW = {
    Power.ALL: "may do everything",
    Power.IAM: "controls IAM, and so may give itself everything",
}


@dataclass(frozen=True)
class Worth:
    """`told` is a predicate ("may do everything"), and empty where `truth` is NO."""

    truth: Truth
    told: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def worth_of(role: Identity, context: Context) -> Worth:
    """What control of the account whoever acts as the role has or gains. Raises Unreadable and PolicyError."""
    power = roster(context).power(role)
    if power is not Power.NONE:
        return Worth(Truth.YES, _HOW[power], {"power": power.name})
    path, truth = escalation(context).by_chain(role)
    if not path:
        return Worth(Truth.NO)
    told = f"can become an administrator: {told_path(role, path)}"
    return Worth(truth, told, {"power": power.name, "path": [shown_step(step) for step in path]})
