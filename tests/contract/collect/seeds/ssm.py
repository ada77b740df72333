"""SSM: a document that is shared."""

from __future__ import annotations

import json

from tests.contract.collect.aws import client


def seed() -> None:
    ssm = client("ssm")
    content = {"schemaVersion": "2.2", "description": "d", "mainSteps": []}
    ssm.create_document(Content=json.dumps(content), Name="restart", DocumentType="Command")
    ssm.modify_document_permission(Name="restart", PermissionType="Share", AccountIdsToAdd=["444444444444"])
