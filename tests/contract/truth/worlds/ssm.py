"""Systems Manager: with whom documents are shared."""

from __future__ import annotations

import json

from demo.aws import facts
from tests.contract.truth.place import Place

CHECK = "SSM_DOCUMENT_PUBLIC"


def plant(at: Place) -> None:
    """With everybody, with a stranger beside a sister; with a sister alone, with nobody."""
    at.finds(CHECK, _document(at, "restart-for-all", "all"), discriminator="all")
    strangers = _document(at, "restart-for-stranger", at.twins.id, facts.STRANGER)
    at.finds(CHECK, strangers, discriminator=facts.STRANGER)
    at.passes(
        CHECK,
        _document(at, "restart-for-sister", at.twins.id),
        _document(at, "restart-for-vendor", facts.VENDOR),
        _document(at, "restart-for-nobody"),
    )


def _document(at: Place, name: str, *accounts: str) -> str:
    ssm, content = at.client("ssm"), {"schemaVersion": "2.2", "description": name, "mainSteps": []}
    ssm.create_document(Content=json.dumps(content), Name=name, DocumentType="Command")
    if accounts:
        ssm.modify_document_permission(Name=name, PermissionType="Share", AccountIdsToAdd=list(accounts))
    return f"arn:aws:ssm:{facts.HOME_REGION}:{at.problems.id}:document/{name}"
