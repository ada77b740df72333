"""What the checks of EKS find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, Settings, denied, ok
from tests.unit.checks.shapes import hardened, planted, said, unreadable

ENDPOINT, LOG, VERSION = "EKS_ENDPOINT_PUBLIC", "EKS_AUDIT_LOG_OFF", "EKS_VERSION_EOL"
ADMIN = "EKS_ADMIN_ACCESS_ENTRY"
ALICE, BOB = f"arn:aws:iam::{OWN}:role/alice", f"arn:aws:iam::{OWN}:role/bob"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKS"
LISTED = ok("eks.list_clusters", REGION, {"clusters": ["shop"]})
NO_LIST = denied("eks.list_clusters", REGION)
NO_CLUSTER = (LISTED, denied("eks.describe_cluster", REGION, name="shop"))


def cluster(**more: Any) -> tuple[Record, ...]:
    found = {
        "name": "shop",
        "version": "1.30",
        "tags": {"team": "shop"},
        "accessConfig": {"authenticationMode": "API"},
        **more,
    }
    return LISTED, ok("eks.describe_cluster", REGION, {"cluster": said(**found)}, name="shop")


def endpoint(*ranges: str, public: bool = True) -> tuple[Record, ...]:
    return cluster(resourcesVpcConfig={"endpointPublicAccess": public, "publicAccessCidrs": list(ranges)})


def logging(*groups: tuple[bool, tuple[str, ...]]) -> tuple[Record, ...]:
    return cluster(logging={"clusterLogging": [{"enabled": on, "types": list(types)} for on, types in groups]})


def version(status: str, ended: str | None = "2025-07-23T00:00:00Z") -> tuple[Record, ...]:
    others = [{"clusterVersion": "1.31", "versionStatus": "STANDARD_SUPPORT"}]
    known = said(clusterVersion="1.30", versionStatus=status, endOfStandardSupportDate=ended)
    answer = {"clusterVersions": [*others, known] if status else others}
    return *cluster(), ok("eks.describe_cluster_versions", REGION, answer, clusterVersions="1.30")


def entries(*principals: str, **more: Any) -> tuple[Record, ...]:
    return *cluster(**more), ok(
        "eks.list_access_entries", REGION, {"accessEntries": list(principals)}, clusterName="shop"
    )


def holds(principal: str, policy: str = "ClusterAdminPolicy", scope: str = "cluster") -> Record:
    policies = [{"policyArn": POLICY + policy, "accessScope": {"type": scope, "namespaces": []}}]
    answer = {"clusterName": "shop", "principalArn": principal, "associatedAccessPolicies": policies}
    return ok("eks.list_associated_access_policies", REGION, answer, clusterName="shop", principalArn=principal)


UNREAD = denied("eks.list_associated_access_policies", REGION, clusterName="shop", principalArn=ALICE)
ALL_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
CASES: list[Case] = [
    planted(ENDPOINT, "the default", endpoint("0.0.0.0/0"), finds=("ipv4",)),
    planted(ENDPOINT, "halves of the Internet", endpoint("0.0.0.0/1", "128.0.0.0/1"), finds=("ipv4",)),
    planted(ENDPOINT, "a quarter, and all of IPv6", endpoint("64.0.0.0/2", "::/0"), finds=("ipv4", "ipv6")),
    hardened(ENDPOINT, "the office", endpoint("203.0.113.0/24")),
    hardened(ENDPOINT, "known networks", endpoint("64.0.0.0/2"), settings=Settings(known_cidrs=("64.0.0.0/2",))),
    hardened(ENDPOINT, "private, whatever the ranges say", endpoint("0.0.0.0/0", public=False)),
    unreadable(ENDPOINT, "no list", NO_LIST),
    unreadable(ENDPOINT, "no cluster", NO_CLUSTER),
    unreadable(ENDPOINT, "it does not say", cluster(resourcesVpcConfig={"endpointPublicAccess": True})),
    unreadable(ENDPOINT, "it says from where, but not whether", cluster(resourcesVpcConfig={"publicAccessCidrs": ["0.0.0.0/0"]})),
    planted(LOG, "nothing is on", logging((False, ALL_LOGS))),
    planted(LOG, "audit alone", logging((True, ("api", "audit")), (False, ("authenticator",)))),
    hardened(LOG, "both, in two groups", logging((True, ("audit",)), (True, ("authenticator",)), (False, ("api",)))),
    unreadable(LOG, "no cluster", NO_CLUSTER),
    unreadable(LOG, "it does not say", cluster()),
    planted(VERSION, "extended support", version("EXTENDED_SUPPORT")),
    planted(VERSION, "none at all", version("UNSUPPORTED")),
    planted(VERSION, "none at all, and EKS does not say since when", version("UNSUPPORTED", None)),
    hardened(VERSION, "standard support", version("STANDARD_SUPPORT")),
    unreadable(VERSION, "versions denied", (*cluster(), denied("eks.describe_cluster_versions", REGION, clusterVersions="1.30"))),
    unreadable(VERSION, "EKS does not list it", version("")),
    unreadable(VERSION, "it names no version", cluster(version=None)),
    unreadable(VERSION, "a status that nobody knows", version("PARDONED")),
    planted(ADMIN, "two", (*entries(ALICE, BOB), holds(ALICE), holds(BOB)), finds=(ALICE, BOB)),
    planted(ADMIN, "one is expected", (*entries(ALICE, BOB), holds(ALICE), holds(BOB)), finds=(BOB,), settings=Settings(admins=("arn:aws:iam::*:role/alice",))),
    hardened(ADMIN, "of a namespace only", (*entries(ALICE), holds(ALICE, scope="namespace"))),
    hardened(ADMIN, "may only look", (*entries(ALICE), holds(ALICE, "AdminViewPolicy"))),
    hardened(ADMIN, "an expected one is not asked about", entries(ALICE), settings=Settings(admins=(ALICE,))),
    unreadable(ADMIN, "a ConfigMap alone", cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})),
    unreadable(ADMIN, "entries denied", (*cluster(), denied("eks.list_access_entries", REGION, clusterName="shop"))),
    unreadable(ADMIN, "one entry denied", (*entries(ALICE, BOB), UNREAD, holds(BOB, "AdminViewPolicy"))),
]  # fmt: skip
