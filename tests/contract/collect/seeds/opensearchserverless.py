"""OpenSearch Serverless: a collection that is open to the Internet."""

from __future__ import annotations

import json

from tests.contract.collect.aws import client


def seed() -> None:
    search = client("opensearchserverless")
    rules = [{"ResourceType": "collection", "Resource": ["collection/logs"]}]
    search.create_security_policy(
        name="key", type="encryption", policy=json.dumps({"Rules": rules, "KmsARN": "arn:aws:kms:eu-central-1:1:key/k"})
    )
    search.create_collection(name="logs")
    search.create_security_policy(
        name="open", type="network", policy=json.dumps([{"Rules": rules, "AllowFromPublic": True}])
    )
