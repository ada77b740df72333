"""CloudFormation: stacks that show a secret. moto hides no parameter: a hidden one is given as AWS shows it."""

from __future__ import annotations

import json

from demo.aws import facts
from tests.contract.truth.place import Place

CHECK, TEMPLATE = "CFN_OUTPUT_SECRET", "CFN_TEMPLATE_SECRET"
TOKEN, PASSWORD = "ghp_" + "a1B2" * 9, "q8Zr4!mW0xTc"
"""Random characters in the shape of secrets: they open nothing."""


def plant(at: Place) -> None:
    """By its form, by its name; and twins of the same names that show nothing."""
    token = _stack(at, "shows-token", outputs={"Endpoint": TOKEN})
    password = _stack(at, "shows-password", outputs={"DbPassword": PASSWORD})
    at.finds(CHECK, token, discriminator="Outputs.Endpoint")
    at.finds(CHECK, password, discriminator="Outputs.DbPassword")
    # What a stack shows was written in its template, but for what it was given.
    at.finds(TEMPLATE, token)
    parameter = _stack(at, "shows-parameter", parameters={"ApiKey": PASSWORD})
    at.finds(CHECK, parameter, discriminator="Parameters.ApiKey")
    at.passes(TEMPLATE, parameter)
    secret = f"arn:aws:secretsmanager:{facts.HOME_REGION}:{at.problems.id}:secret:db-AbCdEf"
    at.passes(
        CHECK,
        _stack(at, "hides-parameter", parameters={"ApiKey": "****"}),
        _stack(at, "names-secret", outputs={"Url": "https://example.com/", "DbPasswordArn": secret}),
    )


def _stack(
    at: Place, name: str, outputs: dict[str, str] | None = None, parameters: dict[str, str] | None = None
) -> str:
    """A stack of one log group."""
    template = {
        "Parameters": {key: {"Type": "String"} for key in parameters or {}},
        "Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/stacks/{name}"}}},
        "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()},
    }
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()]
    made = at.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=given)
    return str(made["StackId"])
