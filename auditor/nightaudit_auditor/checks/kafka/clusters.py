"""Who gets at a cluster of MSK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

CLUSTERS: Final = "kafka.list_clusters_v2"


def _cluster(_: AccountData, region: str, item: Item) -> Resource:
    type_ = "AWS::MSK::ServerlessCluster" if item.get("ClusterType") == "SERVERLESS" else "AWS::MSK::Cluster"
    return Resource(item["ClusterArn"], type_, item["ClusterName"], region, dict(item.get("Tags") or {}), dict(item))


CLUSTER = regional_kind("AWS::MSK::Cluster", (CLUSTERS, lambda answer: answer.get("ClusterInfoList", []), _cluster))


@check(
    "MSK_EXPOSED",
    kind=CLUSTER,
    title="A Kafka cluster is on the Internet, or asks nobody who he is",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever reaches the brokers reads every event, or writes events that others believe.",
    remediation="Console: MSK > the cluster > Properties > Networking settings > Edit public access: off; Security settings > Edit: "
    "unauthenticated access off. CLI: aws kafka update-connectivity --cluster-arn ARN --current-version VERSION --connectivity-info "
    "PublicAccess={Type=DISABLED}; aws kafka update-security --cluster-arn ARN --current-version VERSION --client-authentication "
    "Unauthenticated={Enabled=false},Sasl={Iam={Enabled=true}}",
    terraform='resource "aws_msk_cluster" "events" {\n  broker_node_group_info {\n    connectivity_info {\n      public_access {\n'
    '        type = "DISABLED"\n      }\n    }\n  }\n  client_authentication {\n    unauthenticated = false\n    sasl {\n'
    "      iam = true\n    }\n  }\n}",
    compliance=("AWS-FSBP:MSK.4", "AWS-FSBP:MSK.6"),
    references=(
        "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html",
        "https://docs.aws.amazon.com/msk/latest/developerguide/kafka_apis_iam.html",
    ),
)
def exposed(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The brokers have public access (they are made without, so that an answer that does not speak of it means none), or the
    cluster accepts clients without authentication. Serverless clusters are private and always authenticate."""
    if resource.type == "AWS::MSK::ServerlessCluster":
        return
    provisioned = resource.data.get("Provisioned") or {}
    connectivity = (provisioned.get("BrokerNodeGroupInfo") or {}).get("ConnectivityInfo") or {}
    access = (connectivity.get("PublicAccess") or {}).get("Type", "DISABLED")
    if access != "DISABLED":
        yield Fail(f"the brokers of {resource.name} have public addresses", "public-access", {"publicAccess": access})
    authentication = provisioned.get("ClientAuthentication")
    if not authentication:
        yield Unknown("the cluster does not say how clients authenticate", CLUSTERS)
    elif (authentication.get("Unauthenticated") or {}).get("Enabled"):
        yield Fail(f"{resource.name} accepts clients without authentication", "unauthenticated")
