"""What a cluster's own description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws.network.cidrs import FAMILIES, addresses, is_internet
from nightaudit_auditor.checks.eks.kinds import CLUSTER, DESCRIBE, cluster_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

VERSIONS: Final = "eks.describe_cluster_versions"
_LOGS: Final = frozenset({"audit", "authenticator"})
_ENDPOINT = "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"


@check(
    "EKS_ENDPOINT_PUBLIC",
    kind=CLUSTER,
    title="A cluster's API can be reached from the Internet",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Callers are still authenticated, but a stolen token or a flaw of the API server is enough, from anywhere.",
    remediation="Console: EKS > the cluster > Networking > Manage endpoint access: Private, or Public with named ranges. CLI: aws eks "
    "update-cluster-config --name CLUSTER --resources-vpc-config "
    "endpointPublicAccess=true,endpointPrivateAccess=true,publicAccessCidrs=203.0.113.0/24",
    parameters=("expect.knownCIDRs",),
    compliance=("AWS-FSBP:EKS.1",),
    references=(_ENDPOINT,),
)
def endpoint_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The API's endpoint is public, and the ranges that it accepts hold, without the schedule's known networks, a quarter of the
    Internet or more, of IPv4 or of IPv6."""
    network = cluster_of(context.data, resource.region, resource.name).get("resourcesVpcConfig") or {}
    public, ranges = network.get("endpointPublicAccess"), network.get("publicAccessCidrs")
    if public is False:
        return
    if public is None or ranges is None:
        yield Unknown("the cluster does not say from where its endpoint can be reached", DESCRIBE)
        return
    for family in FAMILIES:
        if is_internet(family, addresses(family, ranges), addresses(family, context.settings.known_cidrs)):
            yield Fail(f"the API of {resource.name} accepts {', '.join(ranges)}", family, {"publicAccessCidrs": ranges})


@check(
    "EKS_AUDIT_LOG_OFF",
    kind=CLUSTER,
    title="A cluster does not log who does what",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="After a break-in nobody can say which pods, secrets and roles were read or changed, and by whom.",
    remediation="Console: EKS > the cluster > Observability > Control plane logs > Manage. CLI: aws eks update-cluster-config --name "
    'CLUSTER --logging \'{"clusterLogging":[{"types":["audit","authenticator"],"enabled":true}]}\'',
    compliance=("AWS-FSBP:EKS.8",),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",),
)
def audit_log_off(resource: Resource, context: Context) -> Iterator[Result]:
    """The control plane does not send its `audit` or its `authenticator` log to CloudWatch Logs."""
    logging = cluster_of(context.data, resource.region, resource.name).get("logging") or {}
    groups = logging.get("clusterLogging")
    if groups is None:
        yield Unknown("the cluster does not say what it logs", DESCRIBE)
        return
    enabled = {type_ for group in groups if group.get("enabled") for type_ in group.get("types") or []}
    if missing := sorted(_LOGS - enabled):
        yield Fail(f"{resource.name} does not log: {', '.join(missing)}", evidence={"enabled": sorted(enabled)})


@check(
    "EKS_VERSION_EOL",
    kind=CLUSTER,
    needs=(VERSIONS,),
    title="A cluster runs a version of Kubernetes that is out of standard support",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Kubernetes itself no longer mends the version; extended support costs six times as much and ends with a forced upgrade.",
    remediation="Console: EKS > the cluster > Upgrade version, one minor version at a time. CLI: aws eks update-cluster-version --name "
    "CLUSTER --kubernetes-version VERSION",
    compliance=("AWS-FSBP:EKS.2",),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",),
)
def version_eol(resource: Resource, context: Context) -> Iterator[Result]:
    """EKS says of the cluster's version that it is in extended support, or not supported."""
    version = cluster_of(context.data, resource.region, resource.name).get("version")
    if not version:
        yield Unknown("the cluster does not say which version it runs", DESCRIBE)
        return
    answer = context.data.answer(VERSIONS, resource.region, {"clusterVersions": version}) or {}
    known: dict[str, Any] = next(
        (v for v in answer.get("clusterVersions", []) if v.get("clusterVersion") == version), {}
    )
    status = known.get("versionStatus")
    if status in ("EXTENDED_SUPPORT", "UNSUPPORTED"):
        end = known.get("endOfStandardSupportDate", "")
        detail = f"{resource.name} runs {version}, whose standard support ended{f' on {end[:10]}' if end else ''}"
        yield Fail(detail, evidence={"version": version, "status": status, "endOfStandardSupport": end})
    elif status != "STANDARD_SUPPORT":
        yield Unknown(f"EKS says of version {version}: {status or 'nothing'}", VERSIONS)
