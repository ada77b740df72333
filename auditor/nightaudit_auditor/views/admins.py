"""Who is an administrator, directly or by a way to become one, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from nightaudit_auditor.aws import account_arn
from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import Identity, Power, is_linked, policies_of, policy_power, workloads
from nightaudit_auditor.checks.iam.escalation import shown_step, told_path
from nightaudit_auditor.checks.iam.expected import is_expected, is_set_up
from nightaudit_auditor.checks.iam.kinds import PRINCIPAL, find
from nightaudit_auditor.checks.iam.rosters import escalation, roster, scp
from nightaudit_auditor.checks.registry import Context, Resource, Settings, Undecidable, Unknown
from nightaudit_auditor.snapshot import AccountData, Unreadable
from nightaudit_auditor.views.asking import UNKNOWN, ask, context_of, trust_of, unheard

ADMINISTRATOR: Final = "ADMINISTRATOR"
CONTROLS_IAM: Final = "CONTROLS-IAM"
CAN_BECOME: Final = "CAN-BECOME"


class Administrator(msgspec.Struct, frozen=True):
    """A row: a user or role that may do everything (ADMINISTRATOR), may give itself everything (CONTROLS-IAM) or reaches one of
    those by `path` (CAN-BECOME); UNKNOWN: nobody can say, and `operation` is what would have told, where that is known.

    `expected`: the schedule names it, or a set-up of AWS made it. `scp`: whether service control policies were `applied` or
    `unread`. A step of the path has `from`, `by`, `to` and, where that is something else, `on`.
    """

    account: str
    type: str
    name: str
    arn: str
    status: str
    why: str
    expected: bool = False
    scp: str = ""
    path: tuple[dict[str, str], ...] = ()
    operation: str = ""


def admins(
    accounts: Mapping[str, AccountData], settings: Settings, organization: AccountData | None = None
) -> tuple[Administrator, ...]:
    """The rows by account, UNKNOWN last, and ARN. Service-linked roles serve nobody else and are left out; root is in every account.

    Each account is looked up twice, one after the other, as by the checks: what one says of the organization (members, service
    control policies) counts for all.
    """
    trust = trust_of(accounts, settings, organization)
    rows = (row for id_ in sorted(accounts) for row in _account(context_of(accounts[id_], settings, trust=trust)))
    return tuple(sorted(rows, key=lambda row: (row.account, row.status == UNKNOWN, row.arn, row.why)))


def _account(context: Context) -> Iterator[Administrator]:
    data = context.data
    if not data.reachable:
        yield from (_unknown(data, resource, said) for resource, said in unheard(data))
        return
    for resource, said in ask(PRINCIPAL, context, _said):
        yield said if isinstance(said, Administrator) else _unknown(data, resource, said)
    yield from _workloads_unread(data)


def _unknown(data: AccountData, resource: Resource, said: Unknown) -> Administrator:
    about = (data.account.id, resource.type, resource.name, resource.arn)
    return Administrator(*about, UNKNOWN, said.reason, operation=said.operation)


def _workloads_unread(data: AccountData) -> Iterator[Administrator]:
    """Through a workload that was not seen there may be one more way."""
    account = data.account
    try:
        unread = workloads(data).unread
    except Unreadable:
        return  # the principals' own list is the one that failed, and has its row
    for where, operation in dict.fromkeys((str(gap), gap.operation) for gap in unread):
        why = f"workloads were not read: {where}; a way through one of them is not ruled out"
        about = (account.id, "AWS::::Account", account.name or account.id, account_arn(account))
        yield Administrator(*about, UNKNOWN, why, operation=operation)


def _said(resource: Resource, context: Context) -> Iterator[Administrator | Unknown]:
    identity = find(context.data, resource)
    if is_linked(identity):
        return
    power = roster(context).power(identity)
    if power is not Power.NONE:
        status = ADMINISTRATOR if power is Power.ALL else CONTROLS_IAM
        yield _row(resource, context, identity, status, _granted_by(identity, context))
        return
    path, truth = escalation(context).by_chain(identity)
    told = told_path(identity, path)
    if truth is Truth.YES:
        yield _row(resource, context, identity, CAN_BECOME, told, tuple(shown_step(step) for step in path))
    elif truth is Truth.MAYBE:
        yield Unknown(f"whether it can become an administrator cannot be decided: {told}")


def _row(
    resource: Resource,
    context: Context,
    identity: Identity,
    status: str,
    why: str,
    path: tuple[dict[str, str], ...] = (),
) -> Administrator:
    expected = is_expected(resource.arn, context) or _is_set_up(identity, context)
    about = (context.data.account.id, resource.type, resource.name, resource.arn)
    return Administrator(*about, status, why, expected, scp(context), path)


def _is_set_up(identity: Identity, context: Context) -> bool:
    """What cannot be decided is not expected: that it is an administrator is known all the same."""
    try:
        return is_set_up(identity, context)
    except Undecidable:
        return False


def _granted_by(identity: Identity, context: Context) -> str:
    """The policies each of which would be enough; none is if it takes several together."""
    known = roster(context)
    found = [
        f"{policy.name} (group {policy.source.rpartition('/')[2]})" if policy.source.startswith("arn:") else policy.name
        for policy in policies_of(known.known, identity)
        if policy_power(policy.text, known.account) is not Power.NONE
    ]
    return ", ".join(found) or "its policies together"
