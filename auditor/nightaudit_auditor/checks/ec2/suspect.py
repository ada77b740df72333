"""Sources in security groups that hardly anybody meant to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.aws.network import Intervals, cidrs
from nightaudit_auditor.checks.ec2.kinds import SECURITY_GROUP
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check

# RFC 1122, 3927, 5737, 5771, 1112 and 3849, 4291: nothing ever comes from there.
_NOBODY: Final = {
    "ipv4": cidrs.addresses(
        "ipv4",
        ("127.0.0.0/8", "169.254.0.0/16", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    ),
    "ipv6": cidrs.addresses("ipv6", ("::1/128", "2001:db8::/32", "ff00::/8")),
}  # fmt: skip


@check(
    "EC2_SG_CIDR_SUSPECT",
    kind=SECURITY_GROUP,
    enabled=False,
    title="Security group names a source that looks like a mistake",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="A slip in a rule either lets in more than was meant, or hides that what was meant is not let in.",
    remediation="Console: EC2 > Security Groups > the group > Inbound rules > Edit: correct or remove the rule. CLI: aws ec2 "
    "modify-security-group-rules --group-id GROUP --security-group-rules SecurityGroupRuleId=RULE,SecurityGroupRule={...}.",
    aliases=("SG_CIDR_OVERLAPS", "SG_CIDR_UNNEEDED", "SG_CIDR_UNEXPECTED"),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",),
)
def cidr_suspect(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """An ingress rule names a network inside another one of the same rule, a network that no packet comes from (loopback,
    link-local, documentation, multicast, reserved), or one that begins at 0.0.0.0 or :: without being everybody."""
    found: dict[str, str] = {}
    for permission in resource.data.get("IpPermissions", []):
        for why, cidr, detail in _suspects(permission):
            found.setdefault(f"{why}/{cidr}", detail)
    for discriminator, detail in sorted(found.items()):
        yield Fail(detail, discriminator)


def _suspects(permission: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    listed = [source["CidrIp"] for source in permission.get("IpRanges") or []]
    listed += [source["CidrIpv6"] for source in permission.get("Ipv6Ranges") or []]
    networks = {cidr: cidrs.parse(cidr) for cidr in listed}
    for cidr, (family, addresses) in networks.items():
        around = next((other for other, known in networks.items() if _inside(networks[cidr], known)), "")
        if around:
            yield "overlap", cidr, f"{cidr} lies inside {around}, which the same rule lets in"
        if addresses <= _NOBODY[family]:
            yield "unneeded", cidr, f"no packet comes from {cidr}"
        if addresses.ranges[0][0] == 0 and cidrs.prefix_length(cidr) > 0:
            yield "unexpected", cidr, f"{cidr} begins at the first address of all, but is not everybody"


def _inside(inner: tuple[str, Intervals], outer: tuple[str, Intervals]) -> bool:
    return inner[0] == outer[0] and inner[1] <= outer[1] and inner[1] != outer[1]
