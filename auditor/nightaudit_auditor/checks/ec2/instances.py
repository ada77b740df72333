"""How an instance hands out the credentials of its role, what it forwards, and how old it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.network import ACCELERATOR_OPERATIONS, NETWORK_OPERATIONS
from nightaudit_auditor.checks.ec2.exposure import doors, instance_reach
from nightaudit_auditor.checks.ec2.kinds import INSTANCE, RUNNING
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since


@check(
    "EC2_IMDSV1_ALLOWED",
    kind=INSTANCE,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS),
    title="Instance hands out its credentials over IMDSv1",
    severity=Severity.MEDIUM,
    worst=Severity.HIGH,
    tier=Tier.B,
    risk="With version 1 of the metadata service, one forged request through any program on the instance (server-side request "
    "forgery) returns the role's credentials.",
    remediation="Console: EC2 > Instances > the instance > Actions > Instance settings > Modify instance metadata options > IMDSv2 "
    "required. CLI: aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required. First look at the "
    "metric MetadataNoToken: whatever still uses version 1 stops working.",
    parameters=("expect.knownCIDRs",),
    compliance=("CIS-AWS-3.0:5.6", "CIS-AWS-4.0:5.7", "CIS-AWS-5.0:5.7", "CIS-AWS-6.0:6.7", "CIS-AWS-7.0:6.7"),
    aliases=("EC2_IMDSV2_NOT_ENFORCED",),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",),
)
def imdsv1_allowed(resource: Resource, context: Context) -> Iterator[Result]:
    """A running instance answers metadata requests without a session token.

    High if it has a role and the Internet can connect to it. An instance whose metadata endpoint is off passes.
    """
    instance = resource.data
    if instance["State"]["Name"] not in RUNNING:
        return
    options = instance.get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return
    tokens = options.get("HttpTokens")
    if tokens not in ("optional", "required"):
        yield Unknown(f"MetadataOptions.HttpTokens is {tokens!r}, which is neither optional nor required")
    elif tokens == "optional":
        role = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
        reach = instance_reach(context.data, resource.region, instance)
        public = any(door.open for door in doors(reach, context.settings.known_cidrs))
        where = "reachable from the Internet, " if public else ""
        detail = f"HttpTokens is optional ({where}{f'instance profile {role}' if role else 'without a role'})"
        yield Fail(detail, "", {"instanceProfile": role, "public": public}, Severity.HIGH if public and role else None)


_ROUTES: Final = "ec2.describe_route_tables"


@check(
    "EC2_SOURCE_DEST_CHECK_OFF",
    kind=INSTANCE,
    needs=(_ROUTES,),
    title="Instance may forward other machines' packets, though no route leads to it",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="Without the check the machine can send packets under other addresses, or carry traffic past the network's rules.",
    remediation="Console: EC2 > Instances > the instance > Actions > Networking > Change source/destination check > Stop: off. CLI: "
    "aws ec2 modify-network-interface-attribute --network-interface-id ENI --source-dest-check.",
    compliance=("AWS-FSBP:EC2.180",),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html#modify-source-dest-check",),
)
def source_dest_check_off(resource: Resource, context: Context) -> Iterator[Result]:
    """An interface of the instance has the source/destination check off, and no route table names the instance or the
    interface as a target: those that one does name are NAT instances, firewalls and routers on purpose."""
    off = [item for item in resource.data.get("NetworkInterfaces", []) if item.get("SourceDestCheck") is False]
    if not off:
        return
    targets = {
        route.get(key)
        for table in (context.data.answer(_ROUTES, resource.region) or {}).get("RouteTables", [])
        for route in table.get("Routes", [])
        for key in ("InstanceId", "NetworkInterfaceId")
    }
    for item in off:
        interface_id = item["NetworkInterfaceId"]
        if not targets & {interface_id, resource.data["InstanceId"]}:
            yield Fail(f"the check is off on {interface_id}, and no route leads there", interface_id)


_OLD_DAYS: Final = 365


@check(
    "EC2_INSTANCE_OLD",
    kind=INSTANCE,
    enabled=False,
    title="Instance has run for more than a year",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="What has not been started for a year has rarely been patched wholly, and perhaps cannot be built again.",
    remediation="Console: EC2 > Instances: replace it by a new one from a current image. CLI: aws ec2 run-instances --launch-template "
    "LaunchTemplateId=ID; aws ec2 terminate-instances --instance-ids OLD.",
    aliases=("EC2_OLD",),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",),
)
def instance_old(resource: Resource, context: Context) -> Iterator[Result]:
    """A running instance was last started more than 365 days ago."""
    if resource.data["State"]["Name"] not in RUNNING:
        return
    launched = resource.data.get("LaunchTime")
    days = days_since(launched, context.now)
    if days is None:
        yield Unknown("the instance does not say when it was started", "ec2.describe_instances")
    elif days > _OLD_DAYS:
        yield Fail(f"has run for {int(days)} days", "", {"launchTime": launched})
