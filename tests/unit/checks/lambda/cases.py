"""What the checks of Lambda find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

FUNCTIONS, POLICY, URLS = "lambda.list_functions", "lambda.get_policy", "lambda.list_function_url_configs"
ARN = f"arn:aws:lambda:{REGION}:{OWN}:function:f"


def functions(**more: Any) -> Record:
    return ok(FUNCTIONS, REGION, {"Functions": [{"FunctionName": "f", "FunctionArn": ARN, **more}]})


def statement(principal: Any, action: str = "lambda:InvokeFunction", **condition: Any) -> dict[str, Any]:
    found = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN}
    return found | ({"Condition": condition} if condition else {})


def policy(*statements: dict[str, Any]) -> Record:
    return ok(
        POLICY,
        REGION,
        {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})},
        FunctionName="f",
    )


def urls(**more: Any) -> Record:
    config = {
        "FunctionArn": ARN,
        "FunctionUrl": "https://x.lambda-url.eu/",
        "AuthType": "NONE",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    return ok(URLS, REGION, {"FunctionUrlConfigs": [config | more]}, FunctionName="f")


def world(*records: Record) -> tuple[Record, ...]:
    no_urls = ok(URLS, REGION, {"FunctionUrlConfigs": []}, FunctionName="f")
    return (functions(), absent(POLICY, REGION, FunctionName="f"), no_urls, *NO_ORGANIZATION, *records)


def environment(value: Any, **more: Any) -> tuple[Record, ...]:
    return (functions(Environment={"Variables": {"KEY": value}, **more}),)


def redacted(detector: str) -> dict[str, Any]:
    return {"redacted": True, "detector": detector, "digest": "0" * 64}


SNS, S3 = {"Service": "sns.amazonaws.com"}, {"Service": "s3.amazonaws.com"}
BY_URL = statement("*", "lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "NONE"})
INVOKE_BY_URL = statement("*", Bool={"lambda:InvokedViaFunctionUrl": "true"})
DENIED = world(denied(POLICY, REGION, FunctionName="f"))
NO_LIST = (denied(FUNCTIONS, REGION),)
PUBLIC, DEPUTY, CROSS = "LAMBDA_PUBLIC", "LAMBDA_CONFUSED_DEPUTY", "LAMBDA_CROSS_ACCOUNT"
URL, SECRET = "LAMBDA_URL_NO_AUTH", "LAMBDA_ENV_SECRET"

CASES: list[Case] = [
    planted(PUBLIC, "a star", world(policy(statement("*")))),
    planted(PUBLIC, "its code, the second statement", world(policy(statement(SNS, StringEquals={"AWS:SourceAccount": OWN}), statement({"AWS": "*"}, "lambda:GetFunction")))),
    planted(PUBLIC, "any topic", world(policy(statement("*", ArnLike={"AWS:SourceArn": "arn:aws:sns:*:*:*"})))),
    hardened(PUBLIC, "a topic of the own", world(policy(statement("*", ArnLike={"AWS:SourceArn": f"arn:aws:sns:*:{OWN}:*"})))),
    hardened(PUBLIC, "what only the URL may", world(policy(BY_URL, INVOKE_BY_URL))),
    hardened(PUBLIC, "a skill's token", world(policy(statement({"Service": "alexa-appkit.amazon.com"}, StringEquals={"lambda:EventSourceToken": "amzn1.ask.skill.x"})))),
    unreadable(PUBLIC, "the policy is denied", DENIED),
    unreadable(PUBLIC, "no list", NO_LIST),
    planted(DEPUTY, "no source, two services", world(policy(statement(SNS), statement(S3))), finds=("sns.amazonaws.com", "s3.amazonaws.com")),
    planted(DEPUTY, "any account's topics", world(policy(statement(SNS, ArnLike={"AWS:SourceArn": "arn:aws:sns:eu-central-1:*:*"}))), finds=("sns.amazonaws.com",)),
    hardened(DEPUTY, "a bucket of the own and its account; an account alone; the organization", world(policy(
        statement(S3, ArnLike={"AWS:SourceArn": "arn:aws:s3:::b"}, StringEquals={"AWS:SourceAccount": OWN}), statement(SNS, StringEquals={"AWS:SourceAccount": OWN}),
        statement({"Service": "events.amazonaws.com"}, StringEquals={"aws:SourceOrgID": "o-abcdefghij"})))),
    hardened(DEPUTY, "no policy", world()),
    unreadable(DEPUTY, "the policy is denied", DENIED),
    planted(CROSS, "a stranger", world(policy(statement({"AWS": f"arn:aws:iam::{STRANGER}:root"}))), finds=(STRANGER,)),
    planted(CROSS, "a stranger's topic", world(policy(statement("*", ArnLike={"AWS:SourceArn": f"arn:aws:sns:*:{STRANGER}:*"}))), finds=(STRANGER,)),
    hardened(CROSS, "a sister", world(policy(statement({"AWS": SISTER})), *organization(OWN, SISTER))),
    unreadable(CROSS, "he may be of the organization", world(policy(statement({"AWS": STRANGER})), denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    unreadable(CROSS, "the policy is denied", DENIED),
    planted(URL, "both permissions", world(urls(), policy(BY_URL, INVOKE_BY_URL))),
    planted(URL, "an old URL needs but one", world(urls(CreationTime="2025-06-01T00:00:00Z"), policy(BY_URL))),
    planted(URL, "a new URL with one of two", world(urls(), policy(BY_URL)), severity=Severity.LOW),
    hardened(URL, "AWS_IAM", world(urls(AuthType="AWS_IAM"), policy(BY_URL, INVOKE_BY_URL))),
    hardened(URL, "nobody is allowed", world(urls(), policy(statement({"AWS": OWN}, "lambda:InvokeFunctionUrl")))),
    hardened(URL, "no policy at all", world(urls())),
    unreadable(URL, "the URLs are denied", world(denied(URLS, REGION, FunctionName="f"))),
    unreadable(URL, "the policy of the alias was not read", world(urls(FunctionArn=f"{ARN}:live"), policy(BY_URL, INVOKE_BY_URL))),
    planted(SECRET, "a token", environment(redacted("slack-token")), finds=("KEY",)),
    hardened(SECRET, "redacted like all, but no secret", environment(redacted(""))),
    hardened(SECRET, "no environment", (functions(),)),
    unreadable(SECRET, "no list", NO_LIST),
    unreadable(SECRET, "not examined", environment("plain")),
    unreadable(SECRET, "Lambda could not decrypt it", (functions(Environment={"Error": {"ErrorCode": "KMSAccessDeniedException"}}),)),
]  # fmt: skip
