"""What the checks of MSK find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CLUSTERS, EXPOSED = "kafka.list_clusters_v2", "MSK_EXPOSED"
IAM = {"Sasl": {"Iam": {"Enabled": True}}, "Unauthenticated": {"Enabled": False}}


def cluster(
    access: str | None = "DISABLED", authentication: dict[str, Any] | None = None, type_: str = "PROVISIONED"
) -> Record:
    connectivity = {"ConnectivityInfo": {"PublicAccess": {"Type": access}}} if access else {}
    provisioned = {
        "BrokerNodeGroupInfo": {"ClientSubnets": ["subnet-1"], "InstanceType": "kafka.m5.large", **connectivity}
    }
    if authentication is not None:
        provisioned["ClientAuthentication"] = authentication
    found = {
        "ClusterName": "events",
        "ClusterArn": f"arn:aws:kafka:{REGION}:{OWN}:cluster/events/1",
        "ClusterType": type_,
        "Tags": {"a": "b"},
    }
    return ok(
        CLUSTERS,
        REGION,
        {"ClusterInfoList": [found | ({"Provisioned": provisioned} if type_ == "PROVISIONED" else {})]},
    )


CASES: list[Case] = [
    planted(EXPOSED, "public addresses", cluster("SERVICE_PROVIDED_EIPS", IAM), finds=("public-access",)),
    planted(EXPOSED, "nobody has to say who he is, beside those who do", cluster(authentication=IAM | {"Unauthenticated": {"Enabled": True}}), finds=("unauthenticated",)),
    hardened(EXPOSED, "private, by IAM", cluster(authentication=IAM)),
    hardened(EXPOSED, "never made public, by TLS", cluster(None, {"Tls": {"Enabled": True}})),
    hardened(EXPOSED, "serverless", cluster(type_="SERVERLESS")),
    unreadable(EXPOSED, "no list", denied(CLUSTERS, REGION)),
    unreadable(EXPOSED, "it does not say how clients authenticate", cluster()),
    unreadable(EXPOSED, "it says nothing of how clients authenticate", cluster(authentication={})),
]  # fmt: skip
