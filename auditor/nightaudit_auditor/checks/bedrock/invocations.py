"""The log of what models are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

KEYS: Final = "iam.list_service_specific_credentials"
LOGGING: Final = "bedrock.get_model_invocation_logging_configuration"


@check(
    "BEDROCK_INVOCATION_LOG_OFF",
    kind=ACCOUNT_REGION,
    needs=(KEYS, LOGGING),
    title="Calls of models are not logged, although API keys of Bedrock are about",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="A stolen key is used for other people's work, and sold; without the log nobody sees for what, or that it is.",
    remediation="Console: Bedrock > Settings > Model invocation logging, in the region. CLI: aws bedrock "
    "put-model-invocation-logging-configuration --logging-config file://logging.json. Better still, delete the keys: aws iam "
    "delete-service-specific-credential --user-name USER --service-specific-credential-id ID",
    references=(
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    ),
)
def invocation_log_off(resource: Resource, context: Context) -> Iterator[Fail]:
    """An IAM user of the account has an active long-term API key of Bedrock, and the region has no model invocation logging.

    One finding for each account and region, because a key is good in every region.
    """
    data, region = context.data, resource.region
    require_open(data, region, LOGGING)
    if (data.answer(LOGGING, region) or {}).get("loggingConfig"):
        return
    listed = (data.answer(KEYS) or {}).get("ServiceSpecificCredentials", [])
    users = sorted({key["UserName"] for key in listed if key.get("Status") == "Active"})
    if users:
        yield Fail(f"calls of models in {region} are not logged", evidence={"users": users})
