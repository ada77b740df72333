"""VPCs: what watches them, and whom their edges let in: peerings, endpoint services, transit gateways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.aws.policy.evaluate import principal_account
from nightaudit_auditor.checks.ec2.kinds import ENDPOINT_SERVICE, INTERFACES, PEERING, TRANSIT_GATEWAY, VPC
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_FLOW_LOGS: Final = "ec2.describe_flow_logs"
_PERMISSIONS: Final = "ec2.describe_vpc_endpoint_service_permissions"


@check(
    "VPC_FLOW_LOGS_OFF",
    kind=VPC,
    needs=(_FLOW_LOGS, INTERFACES),
    title="VPC in use has no flow log that works",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="After an incident nobody can say who talked to whom: connections are recorded nowhere else.",
    remediation="Console: VPC > Your VPCs > the VPC > Flow logs > Create flow log. CLI: aws ec2 create-flow-logs --resource-type VPC "
    "--resource-ids VPC --traffic-type ALL --log-destination-type s3 --log-destination arn:aws:s3:::BUCKET.",
    compliance=(
        "CIS-AWS-3.0:3.7", "CIS-AWS-4.0:3.7", "CIS-AWS-5.0:3.7", "CIS-AWS-6.0:4.7", "CIS-AWS-7.0:4.7", "AWS-FSBP:EC2.6",
    ),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",),
)  # fmt: skip
def flow_logs_off(resource: Resource, context: Context) -> Iterator[Result]:
    """A VPC of the account with at least one network interface has no flow log that is ACTIVE and whose delivery succeeds.

    Flow logs of all its interfaces, or of the subnets that they are in, are as good. A VPC that another account shares is
    that account's business.
    """
    data, region, vpc = context.data, resource.region, resource.data["VpcId"]
    if resource.data.get("OwnerId", data.account.id) != data.account.id:
        return
    listed = (data.answer(INTERFACES, region) or {}).get("NetworkInterfaces", [])
    interfaces = [item for item in listed if item.get("VpcId") == vpc]
    if not interfaces:
        return
    logs = (data.answer(_FLOW_LOGS, region) or {}).get("FlowLogs", [])
    working = {log["ResourceId"] for log in logs if _works(log)}
    unwatched = [item for item in interfaces if not working & _watched_as(item)]
    if not unwatched:
        return
    ours = set[str]().union(*(_watched_as(item) for item in unwatched))
    if any(log.get("ResourceId") in ours and _may_work(log) for log in logs):
        yield Unknown("a flow log does not say whether its delivery succeeds", _FLOW_LOGS)
        return
    failing = sorted(log["FlowLogId"] for log in logs if log.get("ResourceId") in ours)
    how = f"; {', '.join(failing)} cannot deliver" if failing else ""
    detail = f"{len(unwatched)} of {len(interfaces)} interfaces are in no flow log that works{how}"
    yield Fail(detail, "", {"interfaces": len(interfaces), "unwatched": len(unwatched), "failing": failing})


def _works(log: Mapping[str, Any]) -> bool:
    return bool(log.get("FlowLogStatus") == "ACTIVE" and log.get("DeliverLogsStatus") == "SUCCESS")


def _may_work(log: Mapping[str, Any]) -> bool:
    status, delivery = log.get("FlowLogStatus", "ACTIVE"), log.get("DeliverLogsStatus", "SUCCESS")
    return bool(status == "ACTIVE" and delivery == "SUCCESS")


def _watched_as(interface: Mapping[str, Any]) -> set[str]:
    """The resources of which a flow log records the interface."""
    return {str(interface.get(key, "")) for key in ("NetworkInterfaceId", "SubnetId", "VpcId")} - {""}


@check(
    "VPC_PEERING_FOREIGN",
    kind=PEERING,
    needs=TRUST,
    title="VPC is peered with a foreign account's VPC",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A stranger's network is one route away from private addresses; security groups are all that stands in between.",
    remediation="Console: VPC > Peering connections > the connection > Actions > Delete, or list the account in the schedule's "
    "trust.accounts. CLI: aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id ID.",
    terraform="""resource "aws_vpc_peering_connection" "shared" {
  vpc_id        = aws_vpc.main.id
  peer_vpc_id   = var.peer_vpc_id
  peer_owner_id = "222222222222" # an account of the organization
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html",),
)
def peering_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """An active peering connection whose other side belongs to an account outside of the own, the organization's and the
    trusted ones."""
    if (resource.data.get("Status") or {}).get("Code") != "active":
        return
    sides = [resource.data.get(side) or {} for side in ("RequesterVpcInfo", "AccepterVpcInfo")]
    owners = [side.get("OwnerId", "") for side in sides]
    if not all(owners):
        yield Unknown("the connection does not say whose the two VPCs are", "ec2.describe_vpc_peering_connections")
        return
    peer = Grant(frozenset({"ec2:AcceptVpcPeeringConnection"}))
    yield from foreign_results(Exposure(accounts=dict.fromkeys(owners, peer)), context, "connects the VPC with one of")


@check(
    "VPC_ENDPOINT_SERVICE_OPEN",
    kind=ENDPOINT_SERVICE,
    needs=(_PERMISSIONS, *TRUST),
    title="Endpoint service lets in everybody or a foreign account",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers connect from their own VPCs to what stands behind the service, past every rule about the Internet.",
    remediation="Console: VPC > Endpoint services > the service > Allow principals: remove the principal, or list its account in the "
    "schedule's trust.accounts; and require acceptance. CLI: aws ec2 modify-vpc-endpoint-service-permissions --service-id ID "
    "--remove-allowed-principals PRINCIPAL.",
    terraform="""resource "aws_vpc_endpoint_service" "api" {
  acceptance_required        = true
  allowed_principals         = ["arn:aws:iam::222222222222:root"]
  network_load_balancer_arns = [aws_lb.api.arn]
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html",),
)
def endpoint_service_open(resource: Resource, context: Context) -> Iterator[Result]:
    """The principals that the service allows hold `*`, or one of an account outside of the own, the organization's and the
    trusted ones. One finding for each. Whether connections wait for acceptance is in the evidence. A service that is deleted
    passes."""
    if resource.data.get("ServiceState") in ("Deleting", "Deleted"):
        return
    answer = context.data.answer(_PERMISSIONS, resource.region, {"ServiceId": resource.data["ServiceId"]}) or {}
    waits = bool(resource.data.get("AcceptanceRequired"))
    accounts: dict[str, Grant] = {}
    strange: list[str] = []
    for allowed in answer.get("AllowedPrincipals", []):
        principal = str(allowed.get("Principal", ""))
        account, _ = principal_account(principal)
        if principal == "*":
            how = "connections wait for acceptance" if waits else "nobody has to accept a connection"
            yield Fail(f"every AWS account may connect; {how}", "*", {"principal": "*", "acceptanceRequired": waits})
        elif len(account) == 12:
            known = accounts.get(account, Grant(frozenset({"ec2:CreateVpcEndpoint"})))
            accounts[account] = Grant(known.actions, known.principals | {principal})
        elif allowed.get("PrincipalType") != "Service":
            strange.append(principal)
    yield from foreign_results(Exposure(accounts=accounts), context, "may be connected to by")
    if strange:
        yield Unknown(f"the allowed principal {strange[0]!r} cannot be told by its account", _PERMISSIONS)


@check(
    "TGW_AUTO_ACCEPT",
    kind=TRANSIT_GATEWAY,
    title="Transit gateway accepts every attachment by itself",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Any account that the gateway is shared with plugs its networks into yours, and nobody looks.",
    remediation="Console: VPC > Transit gateways > the gateway > Actions > Modify > Auto accept shared attachments off. CLI: aws ec2 "
    "modify-transit-gateway --transit-gateway-id ID --options AutoAcceptSharedAttachments=disable.",
    compliance=("AWS-FSBP:EC2.23",),
    references=("https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html",),
)
def auto_accept(resource: Resource, context: Context) -> Iterator[Result]:
    """A transit gateway of the account has AutoAcceptSharedAttachments enabled."""
    gateway = resource.data
    if gateway.get("State") in ("deleting", "deleted") or gateway.get("OwnerId") != context.data.account.id:
        return
    accepts = (gateway.get("Options") or {}).get("AutoAcceptSharedAttachments")
    if accepts not in ("enable", "disable"):
        yield Unknown(f"AutoAcceptSharedAttachments is {accepts!r}", "ec2.describe_transit_gateways")
    elif accepts == "enable":
        yield Fail("shared attachments are accepted automatically")
