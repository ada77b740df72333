"""EKS: from where a cluster's API can be reached, and whether it logs."""

from __future__ import annotations

from typing import Any

from demo.aws.seeding.network import Region
from tests.contract.truth.place import Place

ENDPOINT, LOG = "EKS_ENDPOINT_PUBLIC", "EKS_AUDIT_LOG_OFF"
LACKS = {
    "EKS_ADMIN_ACCESS_ENTRY": "eks.CreateAccessEntry is not in moto, nor are the calls that list entries",
    "EKS_VERSION_EOL": "eks.DescribeClusterVersions is not in moto",
}


def plant(at: Place) -> None:
    """One VPC; what one check finds is a twin of the other."""
    network = Region(at.cloud, at.problems).vpc(
        "kubernetes", "10.71.0.0/16", {"private-a": "10.71.1.0/24", "private-b": "10.71.2.0/24"}
    )
    subnets = [network.subnets["private-a"], network.subnets["private-b"]]
    world, halves = _cluster(at, "api-world", subnets, "0.0.0.0/0"), ("0.0.0.0/1", "128.0.0.0/1")
    at.finds(ENDPOINT, world, _cluster(at, "api-halves", subnets, *halves), discriminator="ipv4")
    office = _cluster(at, "api-office", subnets, "203.0.113.0/24", logs=(True, ["audit"]))
    private = _cluster(at, "api-private", subnets, "0.0.0.0/0", public=False, logs=(False, ["audit", "authenticator"]))
    at.passes(ENDPOINT, office, private)
    at.finds(LOG, office, private)
    at.passes(LOG, world)


def _cluster(
    at: Place,
    name: str,
    subnets: list[str],
    *ranges: str,
    public: bool = True,
    logs: tuple[bool, list[str]] = (True, ["audit", "authenticator"]),
) -> str:
    """A cluster whose API these ranges reach; `logs`: whether those types are on. The others are off, in a group of theirs."""
    groups: list[dict[str, Any]] = [
        {"types": logs[1], "enabled": logs[0]}, {"types": ["api", "scheduler"], "enabled": False},
    ]  # fmt: skip
    made = at.client("eks").create_cluster(
        name=name, version="1.33", roleArn=f"arn:aws:iam::{at.problems.id}:role/eks", logging={"clusterLogging": groups},
        resourcesVpcConfig={
            "subnetIds": subnets, "endpointPublicAccess": public, "endpointPrivateAccess": True,
            "publicAccessCidrs": list(ranges),
        },
    )  # fmt: skip
    return str(made["cluster"]["arn"])
