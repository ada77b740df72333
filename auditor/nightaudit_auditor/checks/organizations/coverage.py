"""Accounts of the organization that nobody audits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.organization import state_of
from nightaudit_auditor.organization.roster import EXCLUDED
from nightaudit_auditor.organization.speaker import identity_of, is_outside, listed_by, speaks, with_speaker
from nightaudit_auditor.snapshot import AccountData, Gone

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
    members = listed_by(speaker)
    able = with_speaker(context.accounts, context.discovery)
    if members is None:
        yield from _unlisted(speaker, able)
    elif speaks(speaker, members, able):
        for member in members.values():
            yield from _judge(member, context)


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


def _unlisted(speaker: AccountData, accounts: Mapping[str, AccountData]) -> Iterator[Result]:
    """UNKNOWN once for each organization that no audited account may list; member accounts never may, which is normal.

    Raises Gone for all others of it: they did not speak, so what one of them said on an earlier night is not over.
    """
    audited = [data for data in accounts.values() if data.reachable and not is_outside(data)]
    if any(speaker.account.id in (listed_by(data) or {}) for data in audited):
        return
    organization = identity_of(speaker).organization
    silent = [
        data.account.id
        for data in audited
        if listed_by(data) is None and identity_of(data).organization == organization
    ]
    if silent:
        if speaker.account.id != min(silent):
            raise Gone("another account says that nobody may list the organization")
        yield Unknown("no audited account may list the organization's accounts: audit its management account", _LIST)
