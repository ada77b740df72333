"""What the checks of OpenSearch find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import OWN, REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

OPEN, SERVERLESS = "OPENSEARCH_PUBLIC", "OPENSEARCH_SERVERLESS_PUBLIC"
DETAILS = "es.describe_elasticsearch_domains"
COLLECTIONS, POLICIES = "opensearchserverless.list_collections", "opensearchserverless.list_security_policies"
POLICY = "opensearchserverless.get_security_policy"
ARN = f"arn:aws:es:{REGION}:{OWN}:domain/logs"
DOMAINS = ok("es.list_domain_names", REGION, {"DomainNames": [{"DomainName": "logs", "EngineType": "OpenSearch"}]})
BOTH = ok("es.list_domain_names", REGION, {"DomainNames": [{"DomainName": "shop"}, {"DomainName": "logs"}]})
EVERYBODY = allow("*", "es:*", resource=f"{ARN}/*")
SHOP = {
    "DomainName": "shop",
    "DomainId": f"{OWN}/shop",
    "ARN": f"arn:aws:es:{REGION}:{OWN}:domain/shop",
    "AccessPolicies": "",
}


def domain(*statements: dict[str, Any], before: tuple[dict[str, Any], ...] = (), **more: Any) -> tuple[Record, ...]:
    found = {
        "DomainName": "logs",
        "DomainId": f"{OWN}/logs",
        "ARN": ARN,
        "AccessPolicies": policy(*statements) if statements else "",
        **more,
    }
    return BOTH, ok(DETAILS, REGION, {"DomainStatusList": [*before, found]}, DomainNames="shop,logs")


def addresses(*ranges: str) -> dict[str, Any]:
    return allow("*", "es:ESHttpGet", resource=f"{ARN}/*", IpAddress={"aws:SourceIp": list(ranges)})


def security(**more: bool) -> dict[str, Any]:
    return {"AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": True, **more}}


def collection(**policies: list[dict[str, Any]]) -> tuple[Record, ...]:
    """The collection `logs-eu`, and network policies by their names."""
    arn = f"arn:aws:aoss:{REGION}:{OWN}:collection/x"
    return (
        ok(COLLECTIONS, REGION, {"collectionSummaries": [{"id": "x", "name": "logs-eu", "status": "ACTIVE", "arn": arn}]}),
        ok(POLICIES, REGION, {"securityPolicySummaries": [{"name": name, "type": "network"} for name in policies]}),
        *(
            ok(POLICY, REGION, {"securityPolicyDetail": {"name": name, "type": "network", "policy": document}}, name=name, type="network")
            for name, document in policies.items()
        ),
    )  # fmt: skip


def rules(*resources: str, public: bool = True) -> list[dict[str, Any]]:
    found = [
        {"ResourceType": resource.split("/")[0].replace("dashboards", "dashboard"), "Resource": [resource]}
        for resource in resources
    ]
    return [{"Rules": found, "AllowFromPublic": public}]


ONE_UNREAD = (*collection(a=rules("collection/shop")), denied(POLICY, REGION, name="b", type="network"))
LISTS_TWO = ok(
    POLICIES, REGION, {"securityPolicySummaries": [{"name": "a", "type": "network"}, {"name": "b", "type": "network"}]}
)

CASES: list[Case] = [
    planted(OPEN, "everybody", domain(EVERYBODY)),
    planted(OPEN, "one of two", domain(EVERYBODY, before=(SHOP,))),
    planted(OPEN, "in the second statement, reading only", domain(allow({"AWS": OWN}, "es:*"), allow({"AWS": "*"}, "es:ESHttpGet", resource=f"{ARN}/*"))),
    planted(OPEN, "halves of the Internet", domain(addresses("0.0.0.0/1", "128.0.0.0/1"))),
    planted(OPEN, "users of its own are asked for", domain(EVERYBODY, **security()), severity=Severity.HIGH),
    planted(OPEN, "of its own users anonymous is one", domain(EVERYBODY, **security(AnonymousAuthEnabled=True))),
    hardened(OPEN, "the office", domain(addresses("203.0.113.0/24"))),
    hardened(OPEN, "one index, denied from abroad", domain(allow("*", "es:*", resource=f"{ARN}/idx/*"), forbid("*", "es:*", resource=f"{ARN}/idx/*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
    planted(OPEN, "two indexes, one denied from abroad", domain(allow("*", "es:*", resource=f"{ARN}/*"), forbid("*", "es:*", resource=f"{ARN}/idx/*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
    hardened(OPEN, "in a VPC", domain(EVERYBODY, VPCOptions={"VPCId": "vpc-1", "SubnetIds": ["subnet-1"]})),
    hardened(OPEN, "no policy: only what IAM allows", domain()),
    hardened(OPEN, "all but the own account are denied", domain(EVERYBODY, forbid("*", "es:*", resource=f"{ARN}/*", StringNotEquals={"aws:PrincipalAccount": OWN}))),
    hardened(OPEN, "everybody, while it is being deleted", domain(EVERYBODY, Deleted=True)),
    planted(OPEN, "everybody, and it is not being deleted", domain(EVERYBODY, Deleted=False)),
    hardened(OPEN, "deleted meanwhile", (DOMAINS, ok(DETAILS, REGION, {"DomainStatusList": []}, DomainNames="logs"))),
    unreadable(OPEN, "no list", denied("es.list_domain_names", REGION)),
    unreadable(OPEN, "no details", (DOMAINS, denied(DETAILS, REGION, DomainNames="logs"))),
    unreadable(OPEN, "a policy that is none", domain(AccessPolicies="{")),
    planted(SERVERLESS, "by its name", collection(a=rules("collection/logs-eu")), finds=("a/collection",)),
    planted(SERVERLESS, "by a prefix, dashboards too", collection(a=rules("collection/shop", public=False), b=rules("collection/logs*", "dashboards/*")), finds=("b/collection", "b/dashboard")),
    planted(SERVERLESS, "public access wins over private", collection(a=rules("collection/logs-eu", public=False), b=rules("collection/*")), finds=("b/collection",)),
    hardened(SERVERLESS, "from a VPC only", collection(a=[{"Rules": rules("collection/*")[0]["Rules"], "AllowFromPublic": False, "SourceVPCEs": ["vpce-1"]}])),
    hardened(SERVERLESS, "another collection whose name begins the same", collection(a=rules("collection/logs", "collection/shop*"))),
    hardened(SERVERLESS, "no policy", collection()),
    hardened(SERVERLESS, "the policy vanished", (*collection(a=rules("collection/*"))[:2], failed(POLICY, REGION, Outcome.GONE, name="a", type="network"))),
    unreadable(SERVERLESS, "collections denied", denied(COLLECTIONS, REGION)),
    unreadable(SERVERLESS, "policies denied", (collection()[0], denied(POLICIES, REGION))),
    unreadable(SERVERLESS, "one policy denied", (*ONE_UNREAD, LISTS_TWO)),
]  # fmt: skip
