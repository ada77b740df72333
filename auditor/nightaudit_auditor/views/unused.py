"""What nobody uses: addresses, volumes, interfaces, security groups, load balancers, roles, passwords, access keys, permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from nightaudit_auditor.aws import build_arn, per_account
from nightaudit_auditor.checks.ec2.kinds import INTERFACES, SECURITY_GROUP, TEMPLATE_VERSIONS, VOLUME
from nightaudit_auditor.checks.elb.kinds import LOAD_BALANCER, is_classic, listeners
from nightaudit_auditor.checks.elb.targets import GROUPS, HEALTH
from nightaudit_auditor.checks.iam.credentials import console_unused, key_unused
from nightaudit_auditor.checks.iam.kinds import CREDENTIALS, ROLE, USER
from nightaudit_auditor.checks.iam.roles import role_unused
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Context, Evaluate, Fail, Kind, Resource, Settings, Unknown
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.views.asking import UNKNOWN, about, ask, context_of, unheard
from nightaudit_auditor.views.permissions import unused_services

UNUSED: Final = "UNUSED"
_ADDRESSES: Final = "ec2.describe_addresses"
_FUNCTIONS: Final = "lambda.list_functions"
_ANSWERS_ITSELF: Final = frozenset({"redirect", "fixed-response"})


class Unused(msgspec.Struct, frozen=True):
    """A row: `status` is UNUSED, or UNKNOWN where `operation` is what would have told; `why` says how it is known."""

    account: str
    region: str
    type: str
    name: str
    arn: str
    status: str
    why: str
    operation: str = ""


Say = Callable[[Resource, Context], Iterable[str | Unknown]]


def unused(accounts: Mapping[str, AccountData], settings: Settings, now: float) -> tuple[Unused, ...]:
    """The rows by account, what is UNUSED first, then region, type and resource. Each account is looked up once.

    `now` is seconds since the epoch: roles, passwords and keys are unused when the checks say so, by the schedule's thresholds.
    """
    return tuple(row for id_ in sorted(accounts) for row in _account(accounts[id_], settings, now))


def _account(data: AccountData, settings: Settings, now: float) -> list[Unused]:
    context = context_of(data, settings, now)
    found: list[tuple[Resource, str | Unknown]] = list(unheard(data))
    if data.reachable:
        found += [said for kind, say in _SAYINGS for said in ask(kind, context, say)]
    rows = {_row(data, resource, said) for resource, said in found}
    return sorted(rows, key=lambda row: (row.status == UNKNOWN, row.region, row.type, row.name, row.arn, row.why))


def _row(data: AccountData, resource: Resource, said: str | Unknown) -> Unused:
    if isinstance(said, Unknown):
        return Unused(*about(data, resource), UNKNOWN, said.reason, said.operation)
    return Unused(*about(data, resource), UNUSED, said)


def _address_resource(data: AccountData, region: str, item: Item) -> Resource:
    name = item.get("AllocationId") or item["PublicIp"]
    arn = build_arn(data.account, "ec2", region, f"elastic-ip/{name}")
    return Resource(arn, "AWS::EC2::EIP", str(item.get("PublicIp") or name), region, tags(item.get("Tags")), dict(item))


def _interface_resource(data: AccountData, region: str, item: Item) -> Resource:
    id_ = item["NetworkInterfaceId"]
    arn = build_arn(data.account, "ec2", region, f"network-interface/{id_}")
    return Resource(arn, "AWS::EC2::NetworkInterface", id_, region, tags(item.get("TagSet")), dict(item))


ADDRESS: Final = regional_kind(
    "AWS::EC2::EIP", (_ADDRESSES, lambda answer: answer.get("Addresses", []), _address_resource)
)
INTERFACE: Final = regional_kind(
    "AWS::EC2::NetworkInterface", (INTERFACES, lambda answer: answer.get("NetworkInterfaces", []), _interface_resource)
)


def _address(resource: Resource, _context: Context) -> Iterator[str | Unknown]:
    if not any(resource.data.get(key) for key in ("AssociationId", "InstanceId", "NetworkInterfaceId")):
        yield "it is associated with nothing"


def _volume(resource: Resource, _context: Context) -> Iterator[str | Unknown]:
    if resource.data.get("State") == "available":
        yield f"it is attached to nothing ({resource.data.get('Size', '?')} GiB)"


def _interface(resource: Resource, _context: Context) -> Iterator[str | Unknown]:
    if resource.data.get("Status") == "available":
        yield "it is attached to nothing"


def _security_group(resource: Resource, context: Context) -> Iterator[str | Unknown]:
    """On no interface, and named by no rule of another group, launch template or function. A VPC's default group cannot be
    deleted, and does not count. Raises Unreadable."""
    group = resource.data
    names = {group["GroupId"], group.get("GroupName", "")}
    if "default" not in names and not names & _groups_in_use(context.data, resource.region):
        yield "no network interface, launch template or function has it, and no rule of another group names it"


@per_account
def _in_use(_: AccountData) -> dict[str, frozenset[str]]:
    return {}


def _groups_in_use(data: AccountData, region: str) -> frozenset[str]:
    """The ids (a launch template may say names) of the security groups that something in the region needs. Raises Unreadable."""
    known = _in_use(data)
    if region not in known:
        known[region] = frozenset(_named_groups(data, region))
    return known[region]


def _named_groups(data: AccountData, region: str) -> Iterator[str]:
    for item in (data.answer(INTERFACES, region) or {}).get("NetworkInterfaces", []):
        yield from (group["GroupId"] for group in item.get("Groups", []))
    for group in (data.answer(SECURITY_GROUP.needs[0], region) or {}).get("SecurityGroups", []):
        rules = [*group.get("IpPermissions", []), *group.get("IpPermissionsEgress", [])]
        named = {pair.get("GroupId", "") for rule in rules for pair in rule.get("UserIdGroupPairs", [])}
        yield from named - {group.get("GroupId")}
    for version in (data.answer(TEMPLATE_VERSIONS, region) or {}).get("LaunchTemplateVersions", []):
        yield from _template_groups(version.get("LaunchTemplateData") or {})
    for function in (data.answer(_FUNCTIONS, region) or {}).get("Functions", []):
        yield from (function.get("VpcConfig") or {}).get("SecurityGroupIds", [])


def _template_groups(template: Mapping[str, Any]) -> Iterator[str]:
    yield from (*template.get("SecurityGroupIds", []), *template.get("SecurityGroups", []))
    for interface in template.get("NetworkInterfaces", []):
        yield from interface.get("Groups", [])


def _balancer(resource: Resource, context: Context) -> Iterator[str | Unknown]:
    """Without any target. One that answers itself, by a redirect or a fixed response, is in use. Raises Unreadable."""
    if is_classic(resource):
        if not resource.data.get("Instances"):
            yield "no instance is registered"
        return
    data, region = context.data, resource.region
    groups = [
        group
        for group in (data.answer(GROUPS, region) or {}).get("TargetGroups", [])
        if resource.arn in group.get("LoadBalancerArns", [])
    ]
    for group in groups:
        health = data.answer(HEALTH, region, {"TargetGroupArn": group["TargetGroupArn"]}) or {}
        if health.get("TargetHealthDescriptions"):
            return
    actions = {action.get("Type") for item in listeners(resource, data) for action in item.get("DefaultActions", [])}
    if not actions & _ANSWERS_ITSELF:
        yield f"none of its {len(groups)} target groups has a target" if groups else "it has no target group"


def _by(check: Evaluate) -> Say:
    """As a check says it."""

    def say(resource: Resource, context: Context) -> Iterator[str | Unknown]:
        for result in check(resource, context):
            yield result.detail if isinstance(result, Fail) else result

    return say


_SAYINGS: Final[tuple[tuple[Kind, Say], ...]] = (
    (ADDRESS, _address),
    (VOLUME, _volume),
    (INTERFACE, _interface),
    (SECURITY_GROUP, _security_group),
    (LOAD_BALANCER, _balancer),
    (ROLE, _by(role_unused)),
    (CREDENTIALS, _by(console_unused)),
    (CREDENTIALS, _by(key_unused)),
    (USER, unused_services),
    (ROLE, unused_services),
)
