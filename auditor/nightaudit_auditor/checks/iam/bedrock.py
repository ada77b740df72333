"""API keys of Bedrock: credentials of an IAM user that a service takes as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.iam.kinds import SERVICE_CREDENTIALS
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Severity, Tier, check
from nightaudit_auditor.checks.times import days_since
from nightaudit_auditor.snapshot import AccountData, Unreadable

_SERVICE: Final = "bedrock.amazonaws.com"
_LONGEST_DAYS: Final = 30


def _keys(data: AccountData) -> Iterator[Resource | Unreadable]:
    for key in (data.answer(SERVICE_CREDENTIALS) or {}).get("ServiceSpecificCredentials", []):
        if key.get("ServiceName") == _SERVICE:
            user = str(key["UserName"])
            yield Resource(build_arn(data.account, "iam", "", f"user/{user}"), "AWS::IAM::User", user, data=dict(key))


_KEY = Kind("AWS::IAM::User", (SERVICE_CREDENTIALS,), _keys, regional=False)


@check(
    "IAM_BEDROCK_API_KEY_LONG_LIVED",
    kind=_KEY,
    title="An API key of Bedrock lives long",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="The key works from anywhere without MFA: whoever finds it runs models at your cost until somebody notices.",
    remediation=(
        "Use short-term keys (they last as long as a session), or let keys expire. Console: Amazon Bedrock > API keys > Delete. "
        "CLI: aws iam delete-service-specific-credential --user-name USER --service-specific-credential-id ID"
    ),
    references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
)
def bedrock_api_key_long_lived(resource: Resource, context: Context) -> Iterator[Fail]:
    """A user has an active long-term API key of Bedrock that never expires, or only in more than 30 days."""
    key = resource.data
    left = days_since(key.get("ExpirationDate"), context.now)
    if key.get("Status") == "Active" and (left is None or -left > _LONGEST_DAYS):
        how = "never expires" if left is None else f"expires only in {-left:.0f} days"
        identity = str(key["ServiceSpecificCredentialId"])
        yield Fail(f"an API key of Bedrock of {resource.name} {how}", identity, {"key": identity})
