"""OpenSearch: domains and serverless collections, and who on the Internet may search. moto's domains are in no VPC."""

from __future__ import annotations

import json
from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

DOMAIN, COLLECTION = "OPENSEARCH_PUBLIC", "OPENSEARCH_SERVERLESS_PUBLIC"


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    _domains(at)
    _collections(at)


def _domains(at: Place) -> None:
    anybody = {"Principal": "*", "Action": "es:*"}
    owner = {"Principal": {"AWS": at.problems.id}, "Action": "es:*"}
    others = {"StringNotEquals": {"aws:PrincipalAccount": at.problems.id}}
    users = {
        "Enabled": True, "InternalUserDatabaseEnabled": True,
        "MasterUserOptions": {"MasterUserName": "search", "MasterUserPassword": "Demo-not-a-secret-1"},
    }  # fmt: skip
    at.finds(
        DOMAIN,
        _domain(at, "search-open", anybody),
        _domain(at, "search-readable", owner, {"Principal": {"AWS": "*"}, "Action": "es:ESHttpGet"}),
        _domain(at, "search-halves", {**anybody, "Condition": _from("0.0.0.0/1", "128.0.0.0/1")}),
        _domain(at, "search-own-users", anybody, AdvancedSecurityOptions=users),
    )
    at.passes(
        DOMAIN,
        _domain(at, "search-office", {**anybody, "Condition": _from("203.0.113.0/24")}),
        _domain(at, "search-denied", anybody, {**anybody, "Effect": "Deny", "Condition": others}),
        _domain(at, "search-partner", {"Principal": {"AWS": facts.STRANGER}, "Action": "es:*"}),
        _domain(at, "search-by-iam"),
    )


def _from(*ranges: str) -> dict[str, Any]:
    return {"IpAddress": {"aws:SourceIp": list(ranges)}}


def _domain(at: Place, name: str, *statements: dict[str, Any], **more: Any) -> str:
    arn = f"arn:aws:es:{facts.HOME_REGION}:{at.problems.id}:domain/{name}"
    policy = document(*({**one, "Resource": f"{arn}/*"} for one in statements)) if statements else ""
    at.client("opensearch").create_domain(
        DomainName=name, EngineVersion="OpenSearch_2.17", **({"AccessPolicies": policy} if policy else {}), **more
    )
    return arn


def _collections(at: Place) -> None:
    """Public access wins where policies overlap."""
    search = at.client("opensearchserverless")
    names = ("logs-open", "logs-private", "shop-eu", "shop")
    all_of_them = [{"ResourceType": "collection", "Resource": [f"collection/{name}" for name in names]}]
    key = f"arn:aws:kms:{facts.HOME_REGION}:{at.problems.id}:key/11111111-1111-1111-1111-111111111111"
    search.create_security_policy(
        name="key", type="encryption", policy=json.dumps({"Rules": all_of_them, "KmsARN": key})
    )
    made = {name: search.create_collection(name=name)["createCollectionDetail"]["arn"] for name in names}
    _network(at, "open-logs", public=True, collection=("logs-open", "logs"), dashboard=("logs-open",))
    _network(at, "private-logs", public=False, collection=("logs-*",), SourceVPCEs=["vpce-0a1b2c3d4e5f60718"])
    _network(at, "open-shops", public=True, collection=("shop-*",))
    _network(at, "private-shops", public=False, collection=("shop*",), SourceVPCEs=["vpce-0a1b2c3d4e5f60718"])
    for kind in ("collection", "dashboard"):
        at.finds(COLLECTION, made["logs-open"], discriminator=f"open-logs/{kind}")
    at.finds(COLLECTION, made["shop-eu"], discriminator="open-shops/collection")
    at.passes(COLLECTION, made["logs-private"], made["shop"])


def _network(
    at: Place, name: str, *, public: bool, collection: tuple[str, ...], dashboard: tuple[str, ...] = (), **more: Any
) -> None:
    rules = [{"ResourceType": "collection", "Resource": [f"collection/{one}" for one in collection]}]
    if dashboard:
        rules.append({"ResourceType": "dashboard", "Resource": [f"collection/{one}" for one in dashboard]})
    at.client("opensearchserverless").create_security_policy(
        name=name, type="network", policy=json.dumps([{"Rules": rules, "AllowFromPublic": public, **more}])
    )
