"""What the checks of Bedrock find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

GATEWAYS = "bedrock-agentcore-control.list_gateways"
KEYS, LOGGING = "iam.list_service_specific_credentials", "bedrock.get_model_invocation_logging_configuration"
NO_AUTH, LOG = "BEDROCK_AGENTCORE_NO_AUTH", "BEDROCK_INVOCATION_LOG_OFF"
LOGGED = ok(LOGGING, REGION, {"loggingConfig": {"s3Config": {"bucketName": "log"}, "textDataDeliveryEnabled": True}})
UNLOGGED = ok(LOGGING, REGION)


def gateways(*authorizers: str) -> Record:
    items = [
        {"gatewayId": f"g-{n}", "name": f"g{n}", "status": "READY", "authorizerType": a}
        for n, a in enumerate(authorizers)
    ]
    return ok(GATEWAYS, REGION, {"items": items})


def keys(*statuses: str) -> Record:
    found = [
        {"UserName": f"BedrockAPIKey-{n}", "Status": status, "ServiceName": "bedrock.amazonaws.com", "ServiceSpecificCredentialId": f"ACCA{n}"}
        for n, status in enumerate(statuses)
    ]  # fmt: skip
    return ok(KEYS, answer={"ServiceSpecificCredentials": found})


CASES: list[Case] = [
    planted(NO_AUTH, "one of three", gateways("AWS_IAM", "NONE", "CUSTOM_JWT")),
    hardened(NO_AUTH, "all ask", gateways("AWS_IAM", "CUSTOM_JWT")),
    hardened(NO_AUTH, "the region lacks the service", failed(GATEWAYS, REGION, Outcome.SKIPPED, code="ServiceNotInRegion")),
    unreadable(NO_AUTH, "no list", denied(GATEWAYS, REGION)),
    unreadable(NO_AUTH, "it does not say", gateways("")),
    planted(LOG, "keys, and no log", (keys("Inactive", "Active"), UNLOGGED)),
    hardened(LOG, "no keys", (keys(), UNLOGGED)),
    hardened(LOG, "keys that are switched off or expired", (keys("Inactive", "Expired"), UNLOGGED)),
    hardened(LOG, "logged, whoever has keys", (denied(KEYS), LOGGED)),
    unreadable(LOG, "the log is denied", (keys("Active"), denied(LOGGING, REGION))),
    unreadable(LOG, "the keys are denied", (denied(KEYS), UNLOGGED)),
]  # fmt: skip
