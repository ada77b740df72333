"""The account's password policy."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.iam.kinds import PASSWORD_POLICY, REPORT, ROOT_USER, report_rows
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_MINIMUM_LENGTH, _REMEMBERED = 14, 24
_CHARACTERS = {
    "RequireSymbols": "symbols",
    "RequireNumbers": "numbers",
    "RequireUppercaseCharacters": "upper-case letters",
    "RequireLowercaseCharacters": "lower-case letters",
}
_REFERENCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"


@check(
    "IAM_PASSWORD_POLICY_MISSING",
    kind=ACCOUNT,
    title="There is no password policy although users have passwords",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(PASSWORD_POLICY, REPORT),
    risk="Users may choose short passwords and use the same ones again.",
    remediation=(
        "IAM > Account settings > Password policy > Edit. CLI: aws iam update-account-password-policy "
        "--minimum-password-length 14 --password-reuse-prevention 24"
    ),
    aliases=("PASSWORD_POLICY_NOT_SET",),
    references=(_REFERENCE,),
)
def missing(_resource: Resource, context: Context) -> Iterator[Fail]:
    """The account has no password policy of its own, and at least one IAM user has a password."""
    if context.data.answer(PASSWORD_POLICY) is not None:
        return
    rows = report_rows(context.data)
    users = [str(r["user"]) for r in rows if r.get("password_enabled") is True and r.get("user") != ROOT_USER]
    if users:
        yield Fail(
            f"{len(users)} user(s) have passwords and no password policy applies", evidence={"users": users[:20]}
        )


@check(
    "IAM_PASSWORD_POLICY_WEAK",
    kind=ACCOUNT,
    title="The password policy is weak",
    severity=Severity.LOW,
    tier=Tier.B,
    needs=(PASSWORD_POLICY,),
    risk="Users may choose passwords that are easily guessed or long since leaked.",
    remediation=(
        "IAM > Account settings > Password policy > Edit. CLI: aws iam update-account-password-policy "
        "--minimum-password-length 14 --password-reuse-prevention 24 --require-symbols --require-numbers "
        "--require-uppercase-characters --require-lowercase-characters"
    ),
    compliance=(
        "CIS-AWS-3.0:1.8", "CIS-AWS-3.0:1.9", "CIS-AWS-4.0:1.8", "CIS-AWS-4.0:1.9", "CIS-AWS-5.0:1.7", "CIS-AWS-5.0:1.8",
        "CIS-AWS-6.0:2.7", "CIS-AWS-6.0:2.8", "CIS-AWS-7.0:2.8", "CIS-AWS-7.0:2.9",
    ),
    aliases=("PASSWORD_POLICY_CHARACTER_MINIMUM", "PASSWORD_POLICY_CHARACTER_SET_REQUIREMENTS"),
    references=(_REFERENCE,),
)  # fmt: skip
def weak(_resource: Resource, context: Context) -> Iterator[Fail]:
    """The policy asks for fewer than 14 characters, remembers fewer than 24 passwords, or leaves out a character set."""
    answer = context.data.answer(PASSWORD_POLICY)
    if answer is None:
        return
    policy = answer.get("PasswordPolicy", {})
    wrong = []
    if int(policy.get("MinimumPasswordLength") or 0) < _MINIMUM_LENGTH:
        wrong.append(f"fewer than {_MINIMUM_LENGTH} characters")
    if int(policy.get("PasswordReusePrevention") or 0) < _REMEMBERED:
        wrong.append(f"fewer than {_REMEMBERED} passwords remembered")
    wrong += [f"no {words} required" for member, words in _CHARACTERS.items() if policy.get(member) is not True]
    if wrong:
        yield Fail("; ".join(wrong), evidence={"policy": dict(policy)})
