"""Accounts of the organization that nobody audits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.organization import state_of
from nightaudit_auditor.organization.roster import EXCLUDED
from nightaudit_auditor.snapshot import AccountData, Unreadable

_DESCRIBE: Final = "organizations.describe_organization"
_LIST: Final = "organizations.list_accounts"
_STATES: Final = frozenset({"PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"})


@check(
    "ORG_ACCOUNT_NOT_AUDITED",
    kind=ACCOUNT,
    scope=Scope.ORGANIZATION,
    needs=(_DESCRIBE, _LIST),
    title="An account of the organization is not audited",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="What happens in an account that nobody looks at stays unseen, and the organization trusts it.",
    remediation="Add the account to the schedule's accounts, or have all discovered (organization), and deploy the audit role there (deploy/aws), for all accounts at once "
    "as a CloudFormation StackSet. Console: CloudFormation > StackSets. CLI: aws cloudformation create-stack-instances "
    "--stack-set-name NAME --deployment-targets Accounts=ID --regions REGION. An unused account is better closed.",
    terraform="""module "nightaudit" {
  source                = "./deploy/aws/terraform" # with a provider of the account that is missing
  trusted_principal_arn = "arn:aws:iam::222222222222:role/nightaudit-auditor"
  external_id           = "nightaudit-production"
}""",
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html",),
)
def account_not_audited(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """An active account of the organization is absent from this run, or its role could not be assumed.

    Said once for each organization, by the first audited account that may list it, the management account before others;
    where accounts are discovered, by the account that answered. Suspended and closed accounts are skipped, and those that
    the schedule's organization.exclude leaves out.
    """
    speaker = context.data
    members = _members(speaker)
    able = _with_speaker(context)
    if members is None:
        yield from _unlisted(speaker, able)
    elif _speaks(speaker, members, able):
        for member in members.values():
            yield from _judge(member, context)


def _with_speaker(context: Context) -> Mapping[str, AccountData]:
    """The accounts, with the one that answered for the organization in place of itself where it is not audited."""
    if context.discovery is None or not context.discovery.speaks_alone(context.accounts):
        return context.accounts
    return {**context.accounts, context.discovery.data.account.id: context.discovery.data}


def _judge(member: Mapping[str, Any], context: Context) -> Iterator[Result]:
    audited = context.accounts.get(member["Id"])
    state = state_of(member)
    if audited is not None and audited.reachable:
        return
    left_out = context.discovery.left_out.get(member["Id"]) if context.discovery else None
    if left_out is not None and left_out.reason == EXCLUDED:
        return
    if state not in _STATES:
        yield Unknown(f"the state of account {member['Id']} is {state!r}", _LIST)
    elif state == "ACTIVE":
        name = member.get("Name") or member["Id"]
        resource = Resource(member["Arn"], "AWS::Organizations::Account", name)
        why = "could not be reached" if audited else "is not in the schedule"
        if left_out is not None:
            why = f"is not audited: {left_out.detail}"
        yield Fail(f"account {member['Id']} ({name}) {why}", "", {"account": member["Id"]}, resource=resource)


def _members(data: AccountData) -> dict[str, Mapping[str, Any]] | None:
    """The organization's accounts by id, as `data` may list them; empty outside of any; None if it may not list them."""
    try:
        answer = data.answer(_LIST)
    except Unreadable:
        return None
    return {member["Id"]: member for member in (answer or {}).get("Accounts", [])}


def _speaks(speaker: AccountData, members: Mapping[str, Any], accounts: Mapping[str, AccountData]) -> bool:
    """Whether `speaker` is the one who speaks for the organization with these members."""
    able = [id_ for id_, data in accounts.items() if id_ in members and data.reachable and _members(data)]
    return bool(able) and speaker.account.id == min(able, key=lambda id_: (id_ != _identity(accounts[id_])[1], id_))


def _unlisted(speaker: AccountData, accounts: Mapping[str, AccountData]) -> Iterator[Result]:
    """UNKNOWN once for each organization that no audited account may list; member accounts never may, which is normal."""
    audited = [data for data in accounts.values() if data.reachable and not _is_outside(data)]
    if any(speaker.account.id in (_members(data) or {}) for data in audited):
        return
    organization = _identity(speaker)[0]
    silent = [data.account.id for data in audited if _members(data) is None and _identity(data)[0] == organization]
    if silent and speaker.account.id == min(silent):
        yield Unknown("no audited account may list the organization's accounts: audit its management account", _LIST)


def _is_outside(data: AccountData) -> bool:
    """Whether AWS said that the account belongs to no organization."""
    try:
        return data.answer(_DESCRIBE) is None
    except Unreadable:
        return False


def _identity(data: AccountData) -> tuple[str, str]:
    """The organization's id and its management account's, empty if they could not be read."""
    try:
        organization = (data.answer(_DESCRIBE) or {}).get("Organization", {})
    except Unreadable:
        return "", ""
    return organization.get("Id", ""), organization.get("MasterAccountId", "")
