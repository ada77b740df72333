"""MSK: clusters on the Internet, or open to whoever reaches them."""

from __future__ import annotations

from typing import Any

from demo.aws.seeding.network import Region
from tests.contract.truth.place import Place

CHECK = "MSK_EXPOSED"
BY_IAM = {"Sasl": {"Iam": {"Enabled": True}}, "Unauthenticated": {"Enabled": False}}
PUBLIC, PRIVATE = (
    {"ConnectivityInfo": {"PublicAccess": {"Type": type_}}} for type_ in ("SERVICE_PROVIDED_EIPS", "DISABLED")
)


def plant(at: Place) -> None:
    """Each problem alone, and twins that have said no, or nothing, of it."""
    network = Region(at.cloud, at.problems).vpc(
        "streams", "10.72.0.0/16", {"private-a": "10.72.1.0/24", "private-b": "10.72.2.0/24"}
    )
    subnets = [network.subnets["private-a"], network.subnets["private-b"]]
    nobody = {"Unauthenticated": {"Enabled": True}}
    at.finds(CHECK, _cluster(at, "events-public", subnets, BY_IAM, **PUBLIC), discriminator="public-access")
    at.finds(CHECK, _cluster(at, "events-open", subnets, {**BY_IAM, **nobody}), discriminator="unauthenticated")
    vpc = {"VpcConfigs": [{"SubnetIds": subnets}], "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}}}
    serverless = at.client("kafka").create_cluster_v2(ClusterName="events-serverless", Serverless=vpc)["ClusterArn"]
    at.passes(
        CHECK,
        _cluster(at, "events-by-iam", subnets, BY_IAM, **PRIVATE),
        _cluster(at, "events-by-certificate", subnets, {"Tls": {"Enabled": True}}),
        serverless,
    )


def _cluster(at: Place, name: str, subnets: list[str], authentication: dict[str, Any], **more: Any) -> str:
    """Made by CreateCluster: of CreateClusterV2 moto does not keep how clients authenticate."""
    made = at.client("kafka").create_cluster(
        ClusterName=name, KafkaVersion="3.6.0", NumberOfBrokerNodes=2, ClientAuthentication=authentication,
        BrokerNodeGroupInfo={"ClientSubnets": subnets, "InstanceType": "kafka.t3.small", **more},
    )  # fmt: skip
    return str(made["ClusterArn"])
