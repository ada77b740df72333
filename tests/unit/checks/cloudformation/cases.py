"""What the check of CloudFormation finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from nightaudit_auditor.snapshot.redact import Redactor
from tests.unit.checks.build import OWN, REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

STACKS, SECRET = "cloudformation.describe_stacks", "CFN_OUTPUT_SECRET"
ID = f"arn:aws:cloudformation:{REGION}:{OWN}:stack/shop/0"
PATHS = (
    "Stacks[].Outputs[].OutputValue",
    "Stacks[].Parameters[].ParameterValue",
    "Stacks[].Parameters[].ResolvedValue",
)
TOKEN = "ghp_" + "a1B2" * 9


def answer(outputs: dict[str, str] | None = None, **parameters: str) -> dict[str, Any]:
    stack: dict[str, Any] = {"StackId": ID, "StackName": "shop", "Tags": []}
    if outputs:
        stack["Outputs"] = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack["Parameters"] = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"Stacks": [stack]}


def stored(found: dict[str, Any]) -> tuple[Record, ...]:
    """As it is stored: values redacted."""
    return (ok(STACKS, REGION, Redactor(b"k").redact(found, PATHS)),)


RESOLVED = answer()
RESOLVED["Stacks"][0]["Parameters"] = [{"ParameterKey": "P", "ParameterValue": "/shop/token", "ResolvedValue": TOKEN}]
CASES: list[Case] = [
    planted(SECRET, "by its form", stored(answer({"Endpoint": TOKEN})), finds=("Outputs.Endpoint",)),
    planted(SECRET, "by its key", stored(answer({"DbPassword": "q8Zr4!mW0xTc"})), finds=("Outputs.DbPassword",)),
    planted(SECRET, "a parameter without NoEcho", stored(answer(ApiKey="q8Zr4!mW0xTc")), finds=("Parameters.ApiKey",)),
    planted(SECRET, "what a parameter stands for", stored(RESOLVED), finds=("Parameters.P.ResolvedValue",)),
    hardened(SECRET, "an address, a hidden parameter, a secret's ARN", stored(answer(
        {"Url": "https://example.com", "SecretArn": f"arn:aws:secretsmanager:{REGION}:{OWN}:secret:db-AbCdEf"}, DbPassword="****"))),
    hardened(SECRET, "nothing to show", stored(answer())),
    unreadable(SECRET, "a value that was not examined", (ok(STACKS, REGION, answer({"Endpoint": "x"})),)),
    unreadable(SECRET, "denied", (denied(STACKS, REGION),)),
]  # fmt: skip
