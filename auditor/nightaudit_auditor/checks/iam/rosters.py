"""What an account's checks of privileges share: the ways to its administrators, worked out once."""

from __future__ import annotations

from nightaudit_auditor.aws import per_account
from nightaudit_auditor.aws.principals import Escalation, Identity, Power, Roster, is_linked
from nightaudit_auditor.checks.registry import Context
from nightaudit_auditor.snapshot import AccountData


def escalation(context: Context) -> Escalation:
    """Raises Unreadable if the account's authorization details could not be read."""
    known = _known(context.data)
    guardrails = context.trust.guardrails.get(context.data.account.id)
    if not known or known[0].roster.guardrails is not guardrails:
        home = context.trust.homes.get(context.data.account.id)
        known[:] = [Escalation(Roster(context.data, guardrails, home))]
    return known[0]


def roster(context: Context) -> Roster:
    """The account's users and roles. Raises Unreadable."""
    return escalation(context).roster


def power(identity: Identity, context: Context) -> Power:
    """What a user, role or group can do in effect; that of a service-linked role is its service's alone. Raises PolicyError."""
    return Power.NONE if is_linked(identity) else roster(context).power(identity)


def scp(context: Context) -> str:
    """For evidence: whether service control policies were taken into account."""
    return "unread" if roster(context).guardrails is None else "applied"


@per_account
def _known(_data: AccountData) -> list[Escalation]:
    return []
