"""boto3 against the server of these tests."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

REGION = "eu-central-1"
ACCOUNT = "123456789012"


def client(service: str, *, unsigned: bool = False) -> Any:
    """A boto3 client, if need be of somebody unknown; S3 Control's host prefix is taken off, as an address can carry none."""
    made = boto3.client(service, region_name=REGION, config=Config(signature_version=UNSIGNED) if unsigned else None)  # type: ignore[call-overload]
    if service == "s3control":
        made.meta.events.register(
            "before-sign", lambda request, **_: setattr(request, "url", request.url.replace(f"{ACCOUNT}.", "", 1))
        )
    return made


def document(**statement: Any) -> str:
    """A policy of one Allow."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
