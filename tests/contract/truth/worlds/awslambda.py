"""Lambda: who may call functions and use layers, and as what functions run."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from demo.aws import facts
from demo.aws.seeding import iam as seeding
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CROSS, LAYER, PRIVILEGED = "LAMBDA_CROSS_ACCOUNT", "LAMBDA_LAYER_PUBLIC", "LAMBDA_PRIVILEGED_ROLE"
ALL = {"Action": "*", "Resource": "*"}
HARMLESS = "runs-one-service"


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    _roles(at)
    _callers(at)
    _layers(at)


def _callers(at: Place) -> None:
    topics = {"SourceArn": f"arn:aws:sns:{facts.HOME_REGION}:{facts.STRANGER}:*"}
    strangers, by_topic = _called_by(at, "called-by-stranger", facts.STRANGER), _called_by(at, "called-by-topic", "*", **topics)  # fmt: skip
    at.finds(CROSS, strangers, by_topic, discriminator=facts.STRANGER)
    at.passes(
        CROSS,
        _called_by(at, "called-by-sister", at.twins.id),
        _called_by(at, "called-by-vendor", facts.VENDOR),
        _called_by(at, "called-by-everybody", "*"),
        _called_by(at, "called-by-bucket", "s3.amazonaws.com", SourceAccount=at.problems.id),
        _function(at, "called-by-nobody", HARMLESS),
    )


def _function(at: Place, name: str, role: str) -> str:
    made = at.client("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Handler="index.handler", Code={"ZipFile": _code()},
        Role=f"arn:aws:iam::{at.problems.id}:role/{role}",
    )  # fmt: skip
    return str(made["FunctionArn"])


def _code() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return 200\n")
    return code.getvalue()


def _called_by(at: Place, name: str, principal: str, **source: str) -> str:
    arn = _function(at, name, HARMLESS)
    at.client("lambda").add_permission(
        FunctionName=name, StatementId="caller", Action="lambda:InvokeFunction", Principal=principal, **source
    )
    return arn


def _layers(at: Place) -> None:
    """Each version has a policy of its own."""
    at.finds(LAYER, _layer(at, "tools-open", at.twins.id, "*"), discriminator="2")
    at.passes(LAYER, _layer(at, "tools-shared", at.twins.id, facts.STRANGER), _layer(at, "tools-own", ""))


def _layer(at: Place, name: str, *principals: str) -> str:
    """A layer with a version for each of the principals; empty: the version has no policy."""
    functions, arn = at.client("lambda"), ""
    for principal in principals:
        made = functions.publish_layer_version(LayerName=name, Content={"ZipFile": _code()})
        arn = str(made["LayerArn"])
        if principal:
            functions.add_layer_version_permission(
                LayerName=name, VersionNumber=made["Version"], StatementId="users", Action="lambda:GetLayerVersion",
                Principal=principal,
            )  # fmt: skip
    return arn


def _roles(at: Place) -> None:
    iam_denied = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    most_denied = {"Effect": "Deny", "NotAction": ["dynamodb:*", "s3:*"], "Resource": "*"}
    bound = {"Action": "s3:GetObject", "Resource": "*"}
    at.finds(
        PRIVILEGED,
        _function(at, "runs-as-all", _role(at, "runs-all", ALL)),
        _function(at, "runs-as-iam", _role(at, "runs-iam", {"Action": "iam:*", "Resource": "*"})),
        _function(at, "runs-as-all-but-iam", _role(at, "runs-all-but-iam", ALL, iam_denied)),
    )
    at.passes(
        PRIVILEGED,
        _function(at, "runs-as-all-but-most", _role(at, "runs-all-but-most", ALL, most_denied)),
        _function(at, "runs-as-bounded", _role(at, "runs-bounded", ALL, boundary=bound)),
        _function(at, "runs-as-one-service", _role(at, HARMLESS, {"Action": "s3:*", "Resource": "*"})),
    )


def _role(at: Place, name: str, *statements: dict[str, Any], boundary: dict[str, Any] | None = None) -> str:
    """A role that Lambda may take on; its name."""
    iam = at.client("iam")
    seeding.role(at.cloud, at.problems, name, seeding.service("lambda"))
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*statements))
    if boundary:
        made = iam.create_policy(PolicyName=f"{name}-boundary", PolicyDocument=document(boundary))["Policy"]["Arn"]
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=made)
    return name
