"""Accounts that were in the organization, and are not any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.organization.known import KnownMember, home_of, left
from nightaudit_auditor.organization.speaker import with_speaker
from nightaudit_auditor.snapshot import Gone

_DESCRIBE: Final = "organizations.describe_organization"
_LIST: Final = "organizations.list_accounts"


@check(
    "ORG_ACCOUNT_DISAPPEARED",
    kind=ACCOUNT,
    scope=Scope.ORGANIZATION,
    needs=(_DESCRIBE, _LIST),
    title="An account is no longer in the organization",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="An account that leaves takes its data and roles along, out of reach of the organization's policies, trails and audit: "
    "whoever holds its root user can do so to be rid of them. What was found there is as true as before, and nobody looks any more.",
    remediation="Find out who did it: CloudTrail has RemoveAccountFromOrganization in the management account, or LeaveOrganization "
    "in the account itself, in us-east-1. If it was meant to leave, acknowledge that with an AuditException on the account's ARN, and "
    "take the account out of trust policies and trust.accounts. If not, invite it back, and deny members to leave. "
    "Console: AWS Organizations > AWS accounts > Add an AWS account > Invite an existing AWS account. "
    "CLI: aws organizations invite-account-to-organization --target Id=ACCOUNT,Type=ACCOUNT",
    terraform="""resource "aws_organizations_policy" "stay" {
  name = "members-stay"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Deny"
      Action   = "organizations:LeaveOrganization"
      Resource = "*"
    }]
  })
}

resource "aws_organizations_policy_attachment" "stay" {
  policy_id = aws_organizations_policy.stay.id
  target_id = "r-abcd" # the root: a policy there binds every account but the management account
}""",
    references=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html",
        "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html",
    ),
)
def account_disappeared(_resource: Resource, context: Context) -> Iterator[Result]:
    """An account that an earlier run of this schedule found in the organization's list is not in it any more: it was removed, it
    left, or its organization was deleted.

    Said by the account that lists the organization, the management account before others, until the account is back or an
    AuditException covers it; until then what was known of the account is carried over as UNKNOWN, not RESOLVED. A suspended or
    closed account is still listed, so it has not disappeared; AWS takes it off the list 90 days after it was closed, which is no
    finding: the closure was no secret. Nor is an account that the schedule's organization.exclude leaves out, or any that is
    listed and merely not audited. Without memory, in a first run or in `nightaudit audit`, there is nothing to compare with and
    the check is not evaluated; a list that cannot be read is UNKNOWN, and what was known before is kept.
    """
    speaker = context.data.account.id
    home = home_of(context.data, context.known)
    before = context.known.get(home, {})
    if not before:
        raise Gone("nothing is known of its organization from before")
    today = context.listings.get(home)
    if today is not None:
        if today.speaker == speaker:
            for id_, member in left(before, today):
                yield _departure(id_, member, home)
        return
    accounts = with_speaker(context.accounts, context.discovery)
    silent = [id_ for id_, data in accounts.items() if data.reachable and home_of(data, context.known) == home]
    if speaker != min(silent):
        raise Gone("another account says that nobody lists their organization")
    yield Unknown(f"no audited account may list the accounts of the organization that {home} manages", _LIST)


def _departure(id_: str, member: KnownMember, home: str) -> Fail:
    name, state = member.name or id_, member.state or "no state"
    return Fail(
        f"account {id_} ({name}) is no longer in the organization that {home} manages: "
        f"it was listed last at {member.listed}, as {state}",
        evidence={"account": id_, "management": home, "listed": member.listed, "state": member.state},
        resource=Resource(member.arn, "AWS::Organizations::Account", name),
    )
