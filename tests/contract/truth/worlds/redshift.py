"""Redshift: warehouses that the Internet can connect to. moto's snapshots name nobody who may restore them."""

from __future__ import annotations

from demo.aws import facts
from demo.aws.seeding.network import ANYWHERE, OFFICE, Region
from tests.contract.truth.place import Place

CHECK = "REDSHIFT_PUBLIC"
LACKS = {
    "REDSHIFT_SNAPSHOT_SHARED": "redshift.AuthorizeSnapshotAccess is not in moto, and a snapshot names nobody",
    "REDSHIFT_SERVERLESS_PUBLIC": "redshift-serverless.CreateWorkgroup is not in moto, as nothing of the service is",
}


def plant(at: Place) -> None:
    """Twins lack one of what lets the Internet in: the flag, the rule, the route, the port."""
    here = Region(at.cloud, at.problems)
    network = here.vpc(
        "warehouse", "10.73.0.0/16",
        {"public-a": "10.73.1.0/24", "public-b": "10.73.2.0/24", "private-a": "10.73.11.0/24", "private-b": "10.73.12.0/24"},
    )  # fmt: skip
    for kind in ("public", "private"):
        subnets = [network.subnets[f"{kind}-{zone}"] for zone in "ab"]
        at.client("redshift").create_cluster_subnet_group(
            ClusterSubnetGroupName=f"warehouse-{kind}", Description=kind, SubnetIds=subnets
        )
    anyone = here.group(network, "warehouse-open", (5439, 5439, ANYWHERE))
    office = here.group(network, "warehouse-office", (5439, 5439, OFFICE))
    at.finds(CHECK, _cluster(at, "events-outside", "warehouse-public", anyone))
    at.passes(
        CHECK,
        _cluster(at, "events-private", "warehouse-public", anyone, public=False),
        _cluster(at, "events-office", "warehouse-public", office),
        _cluster(at, "events-no-route", "warehouse-private", anyone),
        _cluster(at, "events-other-port", "warehouse-public", anyone, port=5440),
    )


def _cluster(at: Place, name: str, subnets: str, group: str, *, public: bool = True, port: int = 5439) -> str:
    at.client("redshift").create_cluster(
        ClusterIdentifier=name, NodeType="ra3.large", MasterUsername="events", MasterUserPassword="Demo-not-a-secret-1",
        ClusterSubnetGroupName=subnets, VpcSecurityGroupIds=[group], PubliclyAccessible=public, Port=port,
    )  # fmt: skip
    return f"arn:aws:redshift:{facts.HOME_REGION}:{at.problems.id}:cluster:{name}"
