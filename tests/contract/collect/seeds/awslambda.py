"""Lambda: an open and a closed function."""

from __future__ import annotations

import io
import zipfile

from tests.contract.collect.aws import client

AFTER = ("iam",)
LACKS = {"lambda.list_function_url_configs"}


def seed() -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    functions = client("lambda")
    role = client("iam").get_role(RoleName="role-0")["Role"]["Arn"]
    for name in ("open", "closed"):
        functions.create_function(
            FunctionName=name, Runtime="python3.12", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"STAGE": "prod"}},
        )  # fmt: skip
    functions.add_permission(FunctionName="open", StatementId="all", Action="lambda:InvokeFunction", Principal="*")
    functions.create_function_url_config(FunctionName="open", AuthType="NONE")
    functions.publish_version(FunctionName="open")
    functions.create_alias(FunctionName="open", Name="live", FunctionVersion="1")
    functions.publish_layer_version(LayerName="tools", Content={"ZipFile": code.getvalue()})
    functions.add_layer_version_permission(
        LayerName="tools", VersionNumber=1, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
    )
