"""How load balancers speak to the Internet: old versions of TLS, and requests that two servers read differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.aws.network.balancers import INTERNET_FACING
from nightaudit_auditor.checks.elb.kinds import CLASSIC_TAGS, LISTENERS, LOAD_BALANCER, TAGS, is_classic, listeners
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_SSL_POLICIES: Final = "elbv2.describe_ssl_policies"
_CLASSIC_POLICIES: Final = "elb.describe_load_balancer_policies"
_ATTRIBUTES: Final = "elbv2.describe_load_balancer_attributes"
_CLASSIC_ATTRIBUTES: Final = "elb.describe_load_balancer_attributes"
_NEGOTIATION: Final = "SSLNegotiationPolicyType"
_WEAK: Final = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1")
_ENCRYPTED: Final = frozenset({"HTTPS", "TLS", "SSL"})


@check(
    "ELB_WEAK_TLS",
    kind=LOAD_BALANCER,
    needs=(LISTENERS, _SSL_POLICIES, _CLASSIC_POLICIES, TAGS, CLASSIC_TAGS),
    title="Internet-facing load balancer speaks an old version of TLS",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="SSL 3, TLS 1.0 and 1.1 are broken or withdrawn (RFC 7568, RFC 8996); who sits between can make clients fall back to them.",
    remediation="Console: EC2 > Load balancers > the load balancer > Listeners > the listener > Manage security policy: one that "
    "begins with ELBSecurityPolicy-TLS13-1-2. CLI: aws elbv2 modify-listener --listener-arn ARN --ssl-policy "
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 (classic: aws elb set-load-balancer-policies-of-listener).",
    compliance=("AWS-FSBP:ELB.17",),
    references=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html",
    ),
)
def weak_tls(resource: Resource, context: Context) -> Iterator[Result]:
    """The security policy of a TLS listener of an Internet-facing load balancer allows SSL 2, SSL 3, TLS 1.0 or TLS 1.1.

    What a policy allows is looked up in what AWS says of it, never guessed from its name. One finding for each port.
    """
    if resource.data.get("Scheme") != INTERNET_FACING:
        return
    for listener in listeners(resource, context.data):
        if listener.get("Protocol") not in _ENCRYPTED:
            continue
        port = listener["LoadBalancerPort"] if is_classic(resource) else listener["Port"]
        policy, allowed = (_classic_policy if is_classic(resource) else _policy)(resource, listener, context)
        if allowed is None:
            operation = _CLASSIC_POLICIES if is_classic(resource) else _SSL_POLICIES
            yield Unknown(f"what the policy {policy or '(none)'} of port {port} allows is not known", operation)
        elif weak := [version for version in _WEAK if version in allowed]:
            evidence = {"policy": policy, "protocols": weak}
            yield Fail(f"port {port} speaks {', '.join(weak)} (policy {policy})", str(port), evidence)


def _policy(resource: Resource, listener: Mapping[str, Any], context: Context) -> tuple[str, frozenset[str] | None]:
    """The name of a listener's security policy, and the versions that it allows; None if that is not known."""
    name = str(listener.get("SslPolicy") or "")
    for policy in (context.data.answer(_SSL_POLICIES, resource.region) or {}).get("SslPolicies", []):
        if policy.get("Name") == name and policy.get("SslProtocols"):
            return name, frozenset(policy["SslProtocols"])
    return name, None


def _classic_policy(
    resource: Resource, listener: Mapping[str, Any], context: Context
) -> tuple[str, frozenset[str] | None]:
    parameters = {"LoadBalancerName": resource.name}
    answer = context.data.answer(_CLASSIC_POLICIES, resource.region, parameters) or {}
    for policy in answer.get("PolicyDescriptions", []):
        if policy.get("PolicyName") in listener["PolicyNames"] and policy.get("PolicyTypeName") == _NEGOTIATION:
            found = policy.get("PolicyAttributeDescriptions", [])
            on = {item["AttributeName"] for item in found if item.get("AttributeValue") == "true"}
            versions = {name.removeprefix("Protocol-") for name in on if name.startswith("Protocol-")}
            return policy["PolicyName"], frozenset(versions) or None
    return ", ".join(listener["PolicyNames"]), None


@check(
    "ELB_DESYNC_OFF",
    kind=LOAD_BALANCER,
    needs=(_ATTRIBUTES, _CLASSIC_ATTRIBUTES, TAGS, CLASSIC_TAGS),
    title="Load balancer passes on requests that servers read differently",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Request smuggling: an attacker's second request rides in the first one, and is taken for another user's.",
    remediation="Console: EC2 > Load balancers > the load balancer > Attributes > Edit > Desync mitigation mode: Defensive or "
    "Strictest. CLI: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes "
    "Key=routing.http.desync_mitigation_mode,Value=defensive (classic: aws elb modify-load-balancer-attributes "
    "--load-balancer-name NAME --load-balancer-attributes "
    "'AdditionalAttributes=[{Key=elb.http.desyncmitigationmode,Value=defensive}]').",
    compliance=("AWS-FSBP:ELB.12", "AWS-FSBP:ELB.14"),
    aliases=("REQUEST_SMUGGLING", "ELBV1_DESYNC_MITIGATION"),
    references=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-desync-mitigation-mode.html",
    ),
)
def desync_off(resource: Resource, context: Context) -> Iterator[Result]:
    """The desync mitigation mode of an application load balancer, or of a classic one with an HTTP or HTTPS listener, is
    `monitor`. AWS's default, `defensive`, passes. Whether invalid header fields are dropped is in the evidence."""
    if is_classic(resource):
        if not any(listener.get("Protocol") in ("HTTP", "HTTPS") for listener in listeners(resource, context.data)):
            return
        parameters = {"LoadBalancerName": resource.name}
        answer = context.data.answer(_CLASSIC_ATTRIBUTES, resource.region, parameters) or {}
        listed = (answer.get("LoadBalancerAttributes") or {}).get("AdditionalAttributes", [])
        operation, key = _CLASSIC_ATTRIBUTES, "elb.http.desyncmitigationmode"
    elif resource.data.get("Type") == "application":
        answer = context.data.answer(_ATTRIBUTES, resource.region, {"LoadBalancerArn": resource.arn}) or {}
        listed = answer.get("Attributes", [])
        operation, key = _ATTRIBUTES, "routing.http.desync_mitigation_mode"
    else:
        return
    attributes = {item["Key"]: item.get("Value", "") for item in listed}
    mode = attributes.get(key)
    if mode not in ("monitor", "defensive", "strictest"):
        yield Unknown(f"the attribute {key} is {mode!r}", operation)
    elif mode == "monitor":
        drops = attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true"
        kept = "" if is_classic(resource) or drops else ", and invalid header fields are kept"
        yield Fail(f"the desync mitigation mode is monitor{kept}", "", {"mode": mode, "dropsInvalidHeaders": drops})
