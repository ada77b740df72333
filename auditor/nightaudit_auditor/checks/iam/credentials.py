"""Users' passwords and access keys, as the credential report shows them."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.iam.kinds import CREDENTIALS, REPORT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since

_KEYS = ("access_key_1", "access_key_2")
_UNUSED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html"
_ROTATE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"


def _active(resource: Resource) -> list[str]:
    return [key for key in _KEYS if resource.data.get(f"{key}_active") is True]


def _undated(resource: Resource, what: str) -> Unknown:
    return Unknown(f"the credential report does not say how old {what} of {resource.name} is", REPORT)


@check(
    "IAM_USER_CONSOLE_NO_MFA",
    kind=CREDENTIALS,
    title="A user signs in to the console without MFA",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A stolen or guessed password is all that it takes to act as this user.",
    remediation=(
        "IAM > Users > the user > Security credentials > Assign MFA device, or remove the password and use IAM Identity Center. "
        "CLI: aws iam enable-mfa-device --user-name USER --serial-number SERIAL --authentication-code1 A --authentication-code2 B"
    ),
    terraform="""# Terraform cannot give a user an MFA device: aws_iam_virtual_mfa_device makes one that nobody has. The user does it at sign-in.
# Better remove the aws_iam_user_login_profile, and have people sign in through IAM Identity Center.""",
    compliance=("CIS-AWS-3.0:1.10", "CIS-AWS-4.0:1.10", "CIS-AWS-5.0:1.9", "CIS-AWS-6.0:2.9", "CIS-AWS-7.0:2.10"),
    aliases=("USER_WITH_PASSWORD_LOGIN_BUT_NO_MFA",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",),
)
def console_no_mfa(resource: Resource, _context: Context) -> Iterator[Fail]:
    """The user has a password and no MFA device."""
    if resource.data.get("password_enabled") is True and resource.data.get("mfa_active") is not True:
        yield Fail(f"{resource.name} has a password and no MFA device")


@check(
    "IAM_USER_CONSOLE_UNUSED",
    kind=CREDENTIALS,
    title="A user's password is not used",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Nobody would notice if somebody else began to use it.",
    remediation=(
        "IAM > Users > the user > Security credentials > Manage console access > Disable. "
        "CLI: aws iam delete-login-profile --user-name USER"
    ),
    parameters=("checks.parameters.unusedDays",),
    compliance=("CIS-AWS-3.0:1.12", "CIS-AWS-4.0:1.12", "CIS-AWS-5.0:1.11", "CIS-AWS-6.0:2.11", "CIS-AWS-7.0:2.11"),
    aliases=("USER_HAS_NEVER_LOGGED_IN", "USER_HAS_NOT_LOGGED_IN_FOR_OVER_MAX_DAYS"),
    references=(_UNUSED,),
)
def console_unused(resource: Resource, context: Context) -> Iterator[Result]:
    """The password was last used longer ago than unusedDays, or never although it is older than that."""
    row, limit = resource.data, context.settings.unused_days
    if row.get("password_enabled") is not True:
        return
    used = days_since(row.get("password_last_used"), context.now)
    age = days_since(row.get("password_last_changed") or row.get("user_creation_time"), context.now)
    if used is not None:
        if used > limit:
            yield Fail(
                f"{resource.name} signed in last {used:.0f} days ago", evidence={"lastUsed": row["password_last_used"]}
            )
    elif age is None:
        yield _undated(resource, "the password")
    elif age > limit:
        yield Fail(
            f"{resource.name} has never signed in; the password is {age:.0f} days old", evidence={"ageDays": int(age)}
        )


@check(
    "IAM_USER_KEY_UNUSED",
    kind=CREDENTIALS,
    title="An access key is not used",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="A forgotten key lies in some file or repository; nobody would notice its use.",
    remediation=(
        "IAM > Users > the user > Security credentials > the key > Deactivate, later Delete. "
        "CLI: aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive"
    ),
    parameters=("checks.parameters.unusedDays",),
    compliance=("CIS-AWS-3.0:1.12", "CIS-AWS-4.0:1.12", "CIS-AWS-5.0:1.11", "CIS-AWS-6.0:2.11", "CIS-AWS-7.0:2.11"),
    aliases=("USER_HAS_UNUSED_ACCESS_KEY", "USER_HAS_NOT_USED_ACCESS_KEY_FOR_MAX_DAYS"),
    references=(_UNUSED,),
)
def key_unused(resource: Resource, context: Context) -> Iterator[Result]:
    """An active key was last used longer ago than unusedDays, or never although it is older than that."""
    row, limit = resource.data, context.settings.unused_days
    for key in _active(resource):
        used = days_since(row.get(f"{key}_last_used_date"), context.now)
        age = days_since(row.get(f"{key}_last_rotated"), context.now)
        if used is not None:
            if used > limit:
                yield Fail(f"{key} of {resource.name} was used last {used:.0f} days ago", key, {"days": int(used)})
        elif age is None:
            yield _undated(resource, key)
        elif age > limit:
            yield Fail(f"{key} of {resource.name} was never used and is {age:.0f} days old", key, {"ageDays": int(age)})


@check(
    "IAM_USER_KEY_OLD",
    kind=CREDENTIALS,
    title="An access key is old",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="The longer a key lives, the more places it has leaked to.",
    remediation=(
        "Make a second key, move the workload to it, deactivate and delete the first; better, use a role. "
        "CLI: aws iam create-access-key --user-name USER"
    ),
    parameters=("checks.parameters.keyRotationDays",),
    compliance=("CIS-AWS-3.0:1.14", "CIS-AWS-4.0:1.14", "CIS-AWS-5.0:1.13", "CIS-AWS-6.0:2.13", "CIS-AWS-7.0:2.12"),
    references=(_ROTATE,),
)
def key_old(resource: Resource, context: Context) -> Iterator[Result]:
    """An active key was made longer ago than keyRotationDays, however much it is used."""
    for key in _active(resource):
        age = days_since(resource.data.get(f"{key}_last_rotated"), context.now)
        if age is None:
            yield _undated(resource, key)
        elif age > context.settings.key_rotation_days:
            yield Fail(f"{key} of {resource.name} is {age:.0f} days old", key, {"ageDays": int(age)})


@check(
    "IAM_USER_TWO_KEYS",
    kind=CREDENTIALS,
    title="A user has two active access keys",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Two keys double what can leak, and leave no room to rotate one of them in an emergency.",
    remediation=(
        "Deactivate, then delete the key that is used less. "
        "CLI: aws iam delete-access-key --user-name USER --access-key-id KEY"
    ),
    parameters=("checks.parameters.twoKeysDays",),
    compliance=("CIS-AWS-3.0:1.13", "CIS-AWS-4.0:1.13", "CIS-AWS-5.0:1.12", "CIS-AWS-6.0:2.12"),
    aliases=("USER_HAS_TWO_ACCESS_KEYS",),
    references=(_ROTATE,),
)
def two_keys(resource: Resource, context: Context) -> Iterator[Result]:
    """Both keys are active and both are older than the time that a rotation may take (twoKeysDays)."""
    ages = [days_since(resource.data.get(f"{key}_last_rotated"), context.now) for key in _active(resource)]
    known = [age for age in ages if age is not None]
    if len(ages) < 2 or any(age <= context.settings.two_keys_days for age in known):
        return
    if len(known) < 2:
        yield _undated(resource, "one of the two keys")
    else:
        yield Fail(f"{resource.name} has two active access keys", evidence={"ageDays": [int(age) for age in known]})
