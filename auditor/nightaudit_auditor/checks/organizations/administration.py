"""Who administers the organization: its delegated administrators, and its members' root users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.foreign import TRUSTED
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_DESCRIBE: Final = "organizations.describe_organization"
_DELEGATED: Final = "organizations.list_delegated_administrators"
_FEATURES: Final = "iam.list_organizations_features"
_NOT_ENABLED: Final = "ServiceAccessNotEnabledException"


def _is_management(data: AccountData) -> bool:
    """Raises Unreadable. Members, too, may ask who manages their organization."""
    described = (data.answer(_DESCRIBE) or {}).get("Organization", {})
    return bool(described) and described.get("MasterAccountId") == data.account.id


@check(
    "ORG_UNTRUSTED_DELEGATED_ADMIN",
    kind=ACCOUNT,
    needs=(_DESCRIBE, _DELEGATED),
    title="An account administers services of the organization, and nobody said that it should",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A delegated administrator reads, and for some services changes, what all accounts of the organization have.",
    remediation=(
        "List the account under trust.accounts, or take the delegation back. "
        "Console: AWS Organizations > AWS accounts > the account > Delegated administrator. "
        "CLI: aws organizations deregister-delegated-administrator --account-id ID --service-principal SERVICE"
    ),
    terraform="""resource "aws_organizations_delegated_administrator" "security" {
  account_id        = "111122223333"
  service_principal = "guardduty.amazonaws.com"
}""",
    parameters=TRUSTED,
    compliance=("CIS-AWS-7.0:2.1.5", "CIS-AWS-7.0:2.1.6"),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html",),
)
def untrusted_delegated_admin(_resource: Resource, context: Context) -> Iterator[Fail]:
    """The organization of this management account has a delegated administrator that is neither in trust.accounts nor below one of
    trust.organizationalUnits. Being of the organization is not enough, nor is being audited."""
    if not _is_management(context.data):
        return
    for admin in (context.data.answer(_DELEGATED) or {}).get("DelegatedAdministrators", []):
        account, name = str(admin["Id"]), str(admin.get("Name", ""))
        if account not in context.trust.trusted:
            yield Fail(f"account {account} ({name}) is a delegated administrator", account, {"account": account})


@check(
    "ORG_ROOT_CREDENTIALS_NOT_CENTRAL",
    kind=ACCOUNT,
    needs=(_DESCRIBE, _FEATURES),
    title="Root users of member accounts are not managed centrally",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Each member account has a root user with a password that can be reset through a mailbox, and no policy limits it.",
    remediation=(
        "Console (management account): IAM > Root access management > Enable; then delete the members' root credentials. "
        "CLI: aws organizations enable-aws-service-access --service-principal iam.amazonaws.com; "
        "aws iam enable-organizations-root-credentials-management"
    ),
    compliance=("CIS-AWS-7.0:2.1.1",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html",),
)
def root_credentials_not_central(_resource: Resource, context: Context) -> Iterator[Result]:
    """In the management account, IAM's features for the organization lack RootCredentialsManagement, or IAM has no trusted access
    to the organization at all. Other accounts are not judged."""
    data = context.data
    if not _is_management(data):
        return
    answer = data.answer(_FEATURES)
    if answer is not None:
        if "RootCredentialsManagement" not in answer.get("EnabledFeatures", []):
            yield Fail("root credentials of member accounts are not managed centrally", evidence=dict(answer))
        return
    record = data.record(_FEATURES)
    code = record.code if record is not None else ""
    if code == _NOT_ENABLED:
        yield Fail("IAM has no trusted access to the organization: no root credentials are managed centrally")
    else:
        yield Unknown(f"IAM says nothing of the organization's features: {code}", _FEATURES)
