"""The root user: keys, MFA, use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nightaudit_auditor.checks.iam.kinds import REPORT, ROOT_USER, SUMMARY, report_row
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since
from nightaudit_auditor.snapshot import AccountData, Unreadable

_PARTITIONS_WITHOUT_ROOT_MFA = ("aws-us-gov", "aws-cn")


def _summary(data: AccountData) -> dict[str, Any]:
    return dict((data.answer(SUMMARY) or {}).get("SummaryMap", {}))


def _active_keys(row: dict[str, Any]) -> list[str]:
    return [key for key in ("access_key_1", "access_key_2") if row.get(f"{key}_active") is True]


@check(
    "IAM_ROOT_ACCESS_KEY",
    kind=ACCOUNT,
    title="The root user has an access key",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=(SUMMARY, REPORT),
    risk="Root's keys can do everything, no policy limits them, and they cannot be held to an MFA device.",
    remediation=(
        "Sign in as root, IAM > My security credentials > Access keys: deactivate, then delete the key; give the workload a role. "
        "CLI (as root): aws iam delete-access-key --access-key-id KEY"
    ),
    terraform="""# Terraform cannot delete root's key: do so as root, or from the management account once this is there.
resource "aws_iam_organizations_features" "root" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
}""",
    compliance=("CIS-AWS-3.0:1.4", "CIS-AWS-4.0:1.4", "CIS-AWS-5.0:1.3", "CIS-AWS-6.0:2.3", "CIS-AWS-7.0:2.4"),
    aliases=("ROOT_USER_HAS_ACCESS_KEYS",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",),
)
def root_access_key(_resource: Resource, context: Context) -> Iterator[Result]:
    """The account summary counts an access key of root, or the credential report shows an active one. Where both were read, one
    that says nothing of root leaves it open."""
    unread: Unreadable | None = None
    counted: Any = None
    try:
        counted = _summary(context.data).get("AccountAccessKeysPresent")
    except Unreadable as problem:
        unread = problem
    if int(counted or 0) > 0:
        yield Fail("the root user has an access key")
        return
    row = report_row(context.data, ROOT_USER)
    if keys := _active_keys(row):
        yield Fail(f"the root user has {len(keys)} active access key(s)", evidence={"keys": keys})
    elif unread is not None:
        raise unread
    elif counted is None:
        yield Unknown("the account summary does not say whether root has an access key", SUMMARY)
    elif not row:
        yield Unknown("the credential report has no line for the root user", REPORT)


@check(
    "IAM_ROOT_NO_MFA",
    kind=ACCOUNT,
    title="The root user has no MFA device",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=(SUMMARY,),
    risk="Whoever learns root's password owns the account and can lock everybody else out.",
    remediation=(
        "Sign in as root, IAM > Security credentials > Assign MFA device, at best a hardware key; or remove root's credentials "
        "centrally. CLI (from the management account): aws iam enable-organizations-root-credentials-management"
    ),
    terraform="""# Terraform cannot give root an MFA device. In the management account this lets you take away root's password in members.
resource "aws_iam_organizations_features" "root" {
  enabled_features = ["RootCredentialsManagement"]
}""",
    compliance=("CIS-AWS-3.0:1.5", "CIS-AWS-4.0:1.5", "CIS-AWS-5.0:1.4", "CIS-AWS-6.0:2.4", "CIS-AWS-7.0:2.5"),
    aliases=("ROOT_USER_HAS_NO_MFA",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",),
)
def root_no_mfa(_resource: Resource, context: Context) -> Iterator[Result]:
    """Root has a password or an access key, and no MFA device. In partitions where root cannot have one, nobody is blamed."""
    if context.data.account.partition in _PARTITIONS_WITHOUT_ROOT_MFA:
        return
    summary = _summary(context.data)
    if int(summary.get("AccountMFAEnabled", 0)) > 0:
        return
    password, keys = summary.get("AccountPasswordPresent"), int(summary.get("AccountAccessKeysPresent", 0))
    if keys or (password is not None and int(password) > 0):
        yield Fail(
            "the root user has credentials and no MFA device", evidence={"password": bool(password), "keys": keys}
        )
    elif password is None:
        yield Unknown("the account summary does not say whether root has a password", SUMMARY)


@check(
    "IAM_ROOT_USED",
    kind=ACCOUNT,
    title="The root user was used",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(REPORT,),
    risk="Daily work never needs root: its use is a mistake, or somebody has taken the account.",
    remediation=(
        "Find out who used root and why (CloudTrail event history, user name root). Remove root's access keys and use roles. "
        "CLI: aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root"
    ),
    terraform="# Terraform has no resource for root or its use: find out who it was, and give the work a role of its own.",
    parameters=("checks.parameters.rootUsedDays",),
    compliance=("CIS-AWS-3.0:1.7", "CIS-AWS-4.0:1.7", "CIS-AWS-5.0:1.6", "CIS-AWS-6.0:2.6", "CIS-AWS-7.0:2.7"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html",),
)
def root_used(_resource: Resource, context: Context) -> Iterator[Result]:
    """Root's password or one of its access keys was used within the last days (parameter rootUsedDays)."""
    row = report_row(context.data, ROOT_USER)
    if not row:
        yield Unknown("the credential report has no line for the root user", REPORT)
        return
    columns = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    ages = {column: days_since(row.get(column), context.now) for column in columns}
    recent = {
        column: row[column] for column, age in ages.items() if age is not None and age < context.settings.root_used_days
    }
    if recent:
        yield Fail(f"the root user was used at {max(recent.values())}", evidence=recent)
