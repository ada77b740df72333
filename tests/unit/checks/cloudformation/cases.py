"""What the checks of CloudFormation find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from nightaudit_auditor.snapshot.redact import Redactor
from tests.unit.checks.build import OWN, REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

STACKS, SECRET = "cloudformation.describe_stacks", "CFN_OUTPUT_SECRET"
TEMPLATE, WRITTEN = "cloudformation.get_template", "CFN_TEMPLATE_SECRET"
PLACE, PASSWORD = "Resources.Db.Properties", "q8Zr4-mW0xTc"
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


def body(text: str) -> tuple[Record, ...]:
    """A stack whose template has this text, as it is stored."""
    kept = Redactor(b"k").redact({"TemplateBody": text}, ("TemplateBody|template",))
    return (ok(STACKS, REGION, answer()), ok(TEMPLATE, REGION, kept, StackName=ID))


def template(properties: str, parameters: str = "") -> tuple[Record, ...]:
    return body(f"Parameters:\n{parameters}\nResources:\n  Db:\n    Properties:\n      {properties}\n")


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
    unreadable(SECRET, "a value that is too long to be examined", stored(answer({"Endpoint": "x" * 2**21}))),
    unreadable(SECRET, "denied", (denied(STACKS, REGION),)),
    planted(WRITTEN, "a value", template(f"MasterUserPassword: {PASSWORD}"), finds=(f"{PLACE}.MasterUserPassword/generic-secret",)),
    planted(WRITTEN, "the default of a parameter that is hidden", template(
        "A: b", f"  DbPassword: {{Type: String, NoEcho: true, Default: {PASSWORD}}}"), finds=("Parameters.DbPassword.Default/generic-secret",)),
    planted(WRITTEN, "a comment", template(f"A: b # {TOKEN}"), finds=("/github-token",)),
    hardened(WRITTEN, "a parameter with NoEcho", template(
        "MasterUserPassword: !Ref DbPassword", "  DbPassword: {Type: String, NoEcho: true, Description: The password of the database}")),
    hardened(WRITTEN, "a dynamic reference", template("MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'")),
    hardened(WRITTEN, "a secret that is generated", template(
        "GenerateSecretString: {SecretStringTemplate: '{\"user\": \"administrator\"}', GenerateStringKey: password}")),
    hardened(WRITTEN, "a stack that was never made", (ok(STACKS, REGION, {"Stacks": [answer()["Stacks"][0] | {"StackStatus": "REVIEW_IN_PROGRESS"}]}),)),
    unreadable(WRITTEN, "denied", (ok(STACKS, REGION, answer()), denied(TEMPLATE, REGION, StackName=ID))),
    unreadable(WRITTEN, "a text that is no template", body("A: [")),
    unreadable(WRITTEN, "a template that was not examined, and speaks of secrets", (ok(STACKS, REGION, answer()), ok(TEMPLATE, REGION, {"TemplateBody": "A: secrets"}, StackName=ID))),
    unreadable(WRITTEN, "a template that was not examined", (ok(STACKS, REGION, answer()), ok(TEMPLATE, REGION, {"TemplateBody": "A: b"}, StackName=ID))),
]  # fmt: skip
