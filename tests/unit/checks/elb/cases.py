"""What the checks of load balancers find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.aws_network.builders import GATEWAY, group, open_acl, permission, route, route_table
from tests.unit.checks.build import OWN, REGION, account, denied, ok
from tests.unit.checks.ec2.cases import accelerator
from tests.unit.checks.shapes import hardened, planted, unreadable

ARN = f"arn:aws:elasticloadbalancing:{REGION}:{OWN}:loadbalancer/app/web/1"
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{OWN}:targetgroup/web/1"
ANYBODY = ("0.0.0.0/0", "::/0")
EVERYTHING = permission("-1", 0, 0, *ANYBODY)


def listener(port: int = 443, protocol: str = "HTTPS", *actions: str, **more: Any) -> dict[str, Any]:
    listed = [{"Type": kind} for kind in actions] or [{"Type": "forward", "TargetGroupArn": GROUP}]
    return {"ListenerArn": f"{ARN}/{port}", "LoadBalancerArn": ARN, "Port": port, "Protocol": protocol, "DefaultActions": listed, **more}  # fmt: skip


def balancer(**more: Any) -> dict[str, Any]:
    return {
        "LoadBalancerArn": ARN, "LoadBalancerName": "web", "DNSName": "web.example.com", "Scheme": "internet-facing",
        "VpcId": "vpc-1", "Type": "application", "AvailabilityZones": [{"ZoneName": "a", "SubnetId": "subnet-1"}],
        "SecurityGroups": ["sg-1"], "IpAddressType": "ipv4", **more,
    }  # fmt: skip


def network(*permissions: dict[str, Any], target: tuple[dict[str, Any], ...] = (EVERYTHING,), without: str = "") -> list[Record]:  # fmt: skip
    """A subnet on the Internet with the group sg-1, and a private one whose machine has sg-2."""
    acl = open_acl()
    acl["Associations"] = [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]
    private = route_table(subnet="subnet-2", name="rtb-2")
    machine = {
        "NetworkInterfaceId": "eni-2", "VpcId": "vpc-1", "SubnetId": "subnet-2", "InterfaceType": "interface",
        "PrivateIpAddress": "10.0.2.5", "Groups": [{"GroupId": "sg-2"}],
        "Attachment": {"InstanceId": "i-1", "DeviceIndex": 0, "Status": "attached"},
    }  # fmt: skip
    answers: dict[str, dict[str, Any]] = {
        "security_groups": {"SecurityGroups": [group(*permissions), group(*target, name="sg-2")]},
        "route_tables": {"RouteTables": [route_table(route("0.0.0.0/0"), route("::/0")), private]},
        "network_acls": {"NetworkAcls": [acl]},
        "internet_gateways": {"InternetGateways": [GATEWAY]},
        "network_interfaces": {"NetworkInterfaces": [machine]},
        "vpc_block_public_access_options": {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}},
    }
    records = [
        denied(f"ec2.describe_{name}", REGION) if name == without else ok(f"ec2.describe_{name}", REGION, answer)
        for name, answer in answers.items()
    ]
    none = ok("globalaccelerator.list_accelerators", answer={"Accelerators": []})
    return [*records, *([] if without == "accelerators" else [none])]


NO_CLASSIC = ok("elb.describe_load_balancers", REGION, {"LoadBalancerDescriptions": []})
NONE = ok("elbv2.describe_load_balancers", REGION, {"LoadBalancers": []})


def world(*more: Record, found: dict[str, Any] | None = None, listeners: tuple[dict[str, Any], ...] = ()) -> AccountData:  # fmt: skip
    one = balancer() if found is None else found
    return account(
        NO_CLASSIC,
        ok("elbv2.describe_load_balancers", REGION, {"LoadBalancers": [one]}),
        ok("elbv2.describe_listeners", REGION, {"Listeners": list(listeners)}, LoadBalancerArn=ARN),
        *more,
    )


def behind(port: int = 8080, protocol: str = "HTTP", kind: str = "instance", id_: str = "i-1", state: str = "healthy", preserve: str | None = None) -> list[Record]:  # fmt: skip
    """A target group with one target, and what is known of it."""
    made = {"TargetGroupArn": GROUP, "TargetGroupName": "web", "Protocol": protocol, "Port": port, "TargetType": kind, "LoadBalancerArns": [ARN], "IpAddressType": "ipv4"}  # fmt: skip
    health = {"Target": {"Id": id_, "Port": port}, "TargetHealth": {"State": state}}
    attributes = [{"Key": "preserve_client_ip.enabled", "Value": preserve}] if preserve else []
    found = [
        ok("elbv2.describe_target_groups", REGION, {"TargetGroups": [made]}),
        ok("elbv2.describe_target_health", REGION, {"TargetHealthDescriptions": [health]}, TargetGroupArn=GROUP),
    ]
    if protocol == "HTTP":  # of an application load balancer: nobody asks for what is preserved
        return found
    return [
        *found,
        ok("elbv2.describe_target_group_attributes", REGION, {"Attributes": attributes}, TargetGroupArn=GROUP),
    ]


PORT = "ELB_PUBLIC_SENSITIVE_PORT"
NLB = balancer(Type="network", SecurityGroups=[])
NO_TARGETS = ok("elbv2.describe_target_groups", REGION, {"TargetGroups": []})
NO_GROUPS = denied("elbv2.describe_target_groups", REGION)
TWO_KIBANAS = (behind(5601)[0], ok("elbv2.describe_target_health", REGION, {"TargetHealthDescriptions": [
    {"Target": {"Id": id_, "Port": 5601}, "TargetHealth": {"State": "healthy"}} for id_ in ("i-1", "i-2")]}, TargetGroupArn=GROUP))  # fmt: skip


def app(number: int, *targets: Record, allowed: dict[str, Any] = EVERYTHING, actions: tuple[str, ...] = (), without: str = "", **changes: Any) -> AccountData:  # fmt: skip
    made = listener(number, "HTTP" if number != 443 else "HTTPS", *actions)
    return world(*network(allowed, without=without), *(targets or (NO_TARGETS,)), found=balancer(**changes), listeners=(made,))  # fmt: skip


def net(number: int, *targets: Record, protocol: str = "TCP", without: str = "", admits: tuple[dict[str, Any], ...] = (EVERYTHING,), **changes: Any) -> AccountData:  # fmt: skip
    return world(*network(target=admits, without=without), *targets, found=NLB | changes, listeners=(listener(number, protocol),))  # fmt: skip


def classic(number: int, instance_port: int, protocol: str = "TCP", scheme: str = "internet-facing", *more: Record) -> AccountData:  # fmt: skip
    found = {
        "LoadBalancerName": "old", "DNSName": "old.example.com", "Scheme": scheme, "VPCId": "vpc-1", "Subnets": ["subnet-1"],
        "SecurityGroups": ["sg-1"], "Instances": [{"InstanceId": "i-1"}],
        "ListenerDescriptions": [{"Listener": {"Protocol": protocol, "LoadBalancerPort": number, "InstanceProtocol": protocol, "InstancePort": instance_port}, "PolicyNames": ["ours"]}],
    }  # fmt: skip
    return account(NONE, ok("elb.describe_load_balancers", REGION, {"LoadBalancerDescriptions": [found]}), *network(EVERYTHING), *more)  # fmt: skip


FROM_OFFICE = permission("-1", 0, 0, "203.0.113.0/24")
POSTGRES = behind(5432, "TCP")
EXPOSURE = [
    planted(PORT, "Elasticsearch by an application load balancer", app(9200), finds=("listener/tcp/9200/ipv4",)),
    planted(PORT, "Elasticsearch by an application load balancer, something else behind it", app(9200, *behind(8080)), finds=("listener/tcp/9200/ipv4",)),
    planted(PORT, "Kibana behind HTTPS", app(443, *behind(5601)), finds=("target/tcp/5601/ipv4",)),
    planted(PORT, "two Kibanas behind HTTPS", app(443, *TWO_KIBANAS), finds=("target/tcp/5601/ipv4",)),
    planted(PORT, "Kibana behind a rule that is not the default", app(443, *behind(5601), actions=("fixed-response",)), finds=("target/tcp/5601/ipv4",)),
    planted(PORT, "by IPv6 alone", app(9200, IpAddressType="dualstack-without-public-ipv4"), finds=("listener/tcp/9200/ipv6",)),
    planted(PORT, "PostgreSQL through a network load balancer", net(5432, *POSTGRES), finds=("listener/tcp/5432/ipv4",)),
    planted(PORT, "PostgreSQL by another port", net(15432, *POSTGRES), finds=("target/tcp/5432/ipv4",)),
    planted(PORT, "SSH to an address that sees the load balancer alone", net(22, *behind(22, "TCP", "ip", "10.9.9.9"), admits=()), finds=("listener/tcp/22/ipv4",)),
    planted(PORT, "clients' addresses are not preserved", net(22, *behind(22, "TCP", preserve="false"), admits=()), finds=("listener/tcp/22/ipv4",)),
    planted(PORT, "RDP over UDP", net(3389, *behind(3389, "UDP"), protocol="UDP"), finds=("listener/udp/3389/ipv4",)),
    planted(PORT, "IPv6 to a target with IPv4", net(5432, *POSTGRES, admits=(), IpAddressType="dualstack"), finds=("listener/tcp/5432/ipv6",)),
    planted(PORT, "a classic one", classic(5432, 5432), finds=("listener/tcp/5432/ipv4",)),
    planted(PORT, "a classic one by another port", classic(80, 3306), finds=("target/tcp/3306/ipv4",)),
    hardened(PORT, "no listener at all", world(*network())),
    planted(PORT, "an internal one behind an accelerator", app(9200, *accelerator(ARN, 9200), NO_TARGETS, Scheme="internal"), finds=("listener/tcp/9200/ipv4",)),
    hardened(PORT, "an internal one, the accelerator of another port", app(9200, *accelerator(ARN, 443), NO_TARGETS, Scheme="internal")),
    hardened(PORT, "an internal one, the accelerator of another", app(9200, *accelerator("other", 9200), NO_TARGETS, Scheme="internal")),
    unreadable(PORT, "an internal one, accelerators unread", app(9200, Scheme="internal", without="accelerators")),
    hardened(PORT, "a web server", app(443, *behind(8080))),
    hardened(PORT, "a web server, route tables denied", app(443, *behind(8080), without="route_tables")),
    hardened(PORT, "a web server of which there is no interface", net(443, *behind(8080, "TCP", id_="i-elsewhere"))),
    hardened(PORT, "UDP 5432 is not PostgreSQL, route tables denied", net(5432, *behind(5432, "UDP"), protocol="UDP", without="route_tables")),
    hardened(PORT, "internal", app(9200, Scheme="internal")),
    hardened(PORT, "the group lets the office in", app(9200, allowed=FROM_OFFICE)),
    hardened(PORT, "the subnet has no route", app(9200, AvailabilityZones=[{"SubnetId": "subnet-2"}])),
    hardened(PORT, "port 22 of HTTP is not SSH", app(22)),
    hardened(PORT, "users are authenticated first", app(443, *behind(5601), actions=("authenticate-oidc", "forward"))),
    hardened(PORT, "the group is open on the port, but no listener is", app(80, *behind(8080), allowed=permission("tcp", 9200, 9200, *ANYBODY))),
    hardened(PORT, "the target lets nobody in, and sees who comes", net(5432, *POSTGRES, admits=(permission("tcp", 5432, 5432, "10.0.0.0/16"),))),
    hardened(PORT, "the target does not answer", net(5432, *behind(5432, "TCP", state="unhealthy"))),
    hardened(PORT, "no targets", net(5432, NO_TARGETS)),
    hardened(PORT, "targets of a network load balancer's other listener", world(*network(), *POSTGRES, found=NLB, listeners=(listener(5432, "TCP", DefaultActions=[{"Type": "forward", "TargetGroupArn": f"{GROUP}0"}]),))),
    hardened(PORT, "a function", app(443, *behind(9200, kind="lambda"))),
    hardened(PORT, "a gateway load balancer", world(*network(EVERYTHING), found=balancer(Type="gateway"), listeners=(listener(6081, "GENEVE"),))),
    hardened(PORT, "an internal classic one", classic(5432, 5432, "TCP", "internal")),
    hardened(PORT, "closed, though targets are unread", app(443, NO_GROUPS, allowed=FROM_OFFICE)),
    unreadable(PORT, "load balancers denied", account(NO_CLASSIC, denied("elbv2.describe_load_balancers", REGION))),
    unreadable(PORT, "classic ones denied", account(NONE, denied("elb.describe_load_balancers", REGION))),
    unreadable(PORT, "listeners denied", account(NO_CLASSIC, ok("elbv2.describe_load_balancers", REGION, {"LoadBalancers": [balancer()]}), denied("elbv2.describe_listeners", REGION, LoadBalancerArn=ARN))),
    unreadable(PORT, "route tables denied", app(9200, without="route_tables")),
    unreadable(PORT, "route tables denied, and Kibana behind it", app(443, *behind(5601), without="route_tables")),
    unreadable(PORT, "target groups denied", app(443, NO_GROUPS)),
    unreadable(PORT, "attributes denied", net(5432, *POSTGRES[:2], denied("elbv2.describe_target_group_attributes", REGION, TargetGroupArn=GROUP))),
    unreadable(PORT, "interfaces denied", net(5432, *POSTGRES, without="network_interfaces")),
    unreadable(PORT, "a target of which there is no interface", net(5432, *behind(5432, "TCP", id_="i-elsewhere"))),
    unreadable(PORT, "a protocol of which nobody has heard", world(*network(EVERYTHING), NO_TARGETS, listeners=(listener(443, "SCTP"),))),
]  # fmt: skip

TLS = "ELB_WEAK_TLS"
POLICIES = ok("elbv2.describe_ssl_policies", REGION, {"SslPolicies": [
    {"Name": "old", "SslProtocols": ["TLSv1", "TLSv1.1", "TLSv1.2"]}, {"Name": "new", "SslProtocols": ["TLSv1.2", "TLSv1.3"]},
    {"Name": "mute", "SslProtocols": []},
]})  # fmt: skip


def tls(policy: str | None = "old", protocol: str = "HTTPS", **changes: Any) -> AccountData:
    said = {"SslPolicy": policy} if policy else {}
    return world(POLICIES, found=balancer(**changes), listeners=(listener(443, protocol, **said),))


def tags(region: str, **teams: str) -> Record:
    described = [{"ResourceArn": arn, "Tags": [{"Key": "team", "Value": team}]} for arn, team in teams.items()]
    return ok("elbv2.describe_tags", region, {"TagDescriptions": described}, ResourceArns=",".join(teams))


TAGGED = (tags("eu-west-1", other="none"), tags(REGION, **{"other": "none", ARN: "shop"}))


def negotiation(*versions: str, name: str = "ours", type_: str = "SSLNegotiationPolicyType") -> Record:
    every = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
    listed = [{"AttributeName": f"Protocol-{v}", "AttributeValue": str(v in versions).lower()} for v in every]
    listed.append({"AttributeName": "Server-Defined-Cipher-Order", "AttributeValue": "true"})
    policy = {"PolicyName": name, "PolicyTypeName": type_, "PolicyAttributeDescriptions": listed}
    return ok("elb.describe_load_balancer_policies", REGION, {"PolicyDescriptions": [policy]}, LoadBalancerName="old")


SPOKEN = [
    planted(TLS, "TLS 1.0 and 1.1", tls(), finds=("443",)),
    planted(TLS, "its tags are among others'", world(POLICIES, *TAGGED, listeners=(listener(443, SslPolicy="old"),)), finds=("443",)),
    planted(TLS, "on a network load balancer", tls(protocol="TLS", Type="network"), finds=("443",)),
    planted(TLS, "on a classic one", classic(443, 80, "HTTPS", "internet-facing", negotiation("TLSv1", "TLSv1.2")), finds=("443",)),
    hardened(TLS, "TLS 1.2 and 1.3", tls("new")),
    hardened(TLS, "internal", tls(Scheme="internal")),
    hardened(TLS, "no TLS at all", tls(None, "HTTP")),
    hardened(TLS, "a classic one with TLS 1.2", classic(443, 80, "SSL", "internet-facing", negotiation("TLSv1.2"))),
    hardened(TLS, "a classic one without TLS", classic(80, 80, "HTTP")),
    unreadable(TLS, "a policy that AWS does not list", tls("newer")),
    unreadable(TLS, "a policy of which AWS does not say what it allows", tls("mute")),
    unreadable(TLS, "policies denied", world(denied("elbv2.describe_ssl_policies", REGION), listeners=(listener(443, "HTTPS", SslPolicy="old"),))),
    unreadable(TLS, "a classic policy of another kind", classic(443, 80, "HTTPS", "internet-facing", negotiation("TLSv1.2", type_="LBCookieStickinessPolicyType"))),
    unreadable(TLS, "a classic policy that allows no version", classic(443, 80, "HTTPS", "internet-facing", negotiation())),
    unreadable(TLS, "a classic policy that is not listed", classic(443, 80, "HTTPS", "internet-facing", negotiation("TLSv1", name="another"))),
]  # fmt: skip

DESYNC = "ELB_DESYNC_OFF"


def attributes(mode: str | None = "monitor", **changes: Any) -> AccountData:
    listed = [{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"}]
    listed += [{"Key": "routing.http.desync_mitigation_mode", "Value": mode}] if mode else []
    answer = ok("elbv2.describe_load_balancer_attributes", REGION, {"Attributes": listed}, LoadBalancerArn=ARN)
    return world(answer, found=balancer(**changes))


def classic_mode(mode: str | None, protocol: str = "HTTP") -> AccountData:
    listed = [{"Key": "elb.http.desyncmitigationmode", "Value": mode}] if mode else []
    answer = ok("elb.describe_load_balancer_attributes", REGION, {"LoadBalancerAttributes": {"AdditionalAttributes": listed}}, LoadBalancerName="old")  # fmt: skip
    return classic(80, 80, protocol, "internet-facing", answer)


DROPPING = ok("elbv2.describe_load_balancer_attributes", REGION, {"Attributes": [
    {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
    {"Key": "routing.http.desync_mitigation_mode", "Value": "monitor"},
]}, LoadBalancerArn=ARN)  # fmt: skip


MODES = [
    planted(DESYNC, "monitor", attributes()),
    planted(DESYNC, "monitor, though invalid header fields are dropped", world(DROPPING)),
    planted(DESYNC, "monitor on a classic one", classic_mode("monitor")),
    hardened(DESYNC, "AWS's default, with invalid header fields", attributes("defensive")),
    hardened(DESYNC, "a network load balancer has no such mode", attributes(Type="network")),
    hardened(DESYNC, "a classic one, defensive", classic_mode("defensive")),
    hardened(DESYNC, "a classic one without HTTP", classic_mode("monitor", "TCP")),
    unreadable(DESYNC, "the answer does not say", attributes(None)),
    unreadable(DESYNC, "the answer of a classic one does not say", classic_mode(None)),
    unreadable(DESYNC, "attributes denied", world(denied("elbv2.describe_load_balancer_attributes", REGION, LoadBalancerArn=ARN))),
]  # fmt: skip

CASES = [*EXPOSURE, *SPOKEN, *MODES]
