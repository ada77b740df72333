"""Load balancers of both generations: what they open, and how they speak."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.network import ANYWHERE, OFFICE, Region, Vpc
from tests.contract.truth.place import Place

OLD, NEW = "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-2-2021-06"
MODE, CLASSIC_MODE = "routing.http.desync_mitigation_mode", "elb.http.desyncmitigationmode"
LOGIN = {
    "Type": "authenticate-oidc", "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example.com", "AuthorizationEndpoint": "https://login.example.com/authorize",
        "TokenEndpoint": "https://login.example.com/token", "UserInfoEndpoint": "https://login.example.com/me",
        "ClientId": "shop", "ClientSecret": "not-a-secret",
    },
}  # fmt: skip
NEGOTIATION = "SSLNegotiationPolicyType"


def plant(at: Place) -> None:
    """One VPC, whose subnets lead to the Internet but for one; each problem has its twin beside it."""
    subnets = {"public-a": "10.60.1.0/24", "public-b": "10.60.2.0/24", "private-a": "10.60.11.0/24"}
    here = Region(at.cloud, at.problems)
    made = _Balancers(at, here, here.vpc("balanced", "10.60.0.0/16", subnets))
    made.application()
    made.network()
    made.classic()


class _Balancers:
    def __init__(self, at: Place, here: Region, vpc: Vpc) -> None:
        self.at, self.here, self.vpc = at, here, vpc
        self.client, self.old = at.client("elbv2"), at.client("elb")
        self.certificate = at.client("acm").request_certificate(DomainName="shop.example.com")["CertificateArn"]
        self.everybody = here.group(vpc, "balancer-open", (1, 65535, ANYWHERE))
        self.office = here.group(vpc, "balancer-office", (1, 65535, OFFICE))
        self.inside = here.group(vpc, "target-inside", (1, 65535, ("10.60.0.0/16",)))
        private = vpc.subnets["private-a"]
        self.open_target = here.instance("target-open", private, self.everybody, public=False)
        self.closed_target = here.instance("target-closed", private, self.inside, public=False)

    def application(self) -> None:
        """HTTP: the group of the load balancer decides, and only what speaks HTTP is reached through it."""
        port, tls, desync = "ELB_PUBLIC_SENSITIVE_PORT", "ELB_WEAK_TLS", "ELB_DESYNC_OFF"
        at, to_web, to_kibana = self.at, self._group("app-web", "HTTP", 8080), self._group("app-kibana", "HTTP", 5601)
        search = self._made("app-search", self.everybody, [("HTTP", 9200, to_web, "")])
        kibana = self._made("app-kibana", self.everybody, [("HTTPS", 443, to_kibana, NEW)])
        shop = self._made("app-shop", self.everybody, [("HTTPS", 443, to_web, NEW), ("HTTP", 22, to_web, "")])
        office = self._made("app-office", self.office, [("HTTP", 9200, to_web, "")])
        inside = self._made(
            "app-inside", self.everybody, [("HTTP", 9200, to_web, ""), ("HTTPS", 443, to_web, OLD)], "internal"
        )
        legacy = self._made("app-legacy", self.everybody, [("HTTPS", 443, to_web, OLD)])
        routed = self._made("app-routed", self.everybody, [("HTTPS", 443, to_web, NEW)])
        self._rule(routed, to_kibana)
        guarded = self._made("app-guarded", self.everybody, [("HTTPS", 443, to_kibana, NEW)], login=True)
        at.finds(port, search, kibana, routed)
        at.passes(port, guarded)
        at.passes(port, shop, office, inside, legacy)
        at.finds(tls, legacy)
        at.passes(tls, shop, inside, search)
        # moto leaves the mode out where it is AWS's default.
        for arn, mode in ((legacy, "monitor"), (shop, "strictest"), (office, "defensive")):
            self.client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": MODE, "Value": mode}])
        at.finds(desync, legacy)
        at.passes(desync, shop, office)

    def network(self) -> None:
        """TCP: the targets see who connects, and have groups of their own."""
        open_, closed = (self._group(f"net-{name}", "TCP", 5432, target) for name, target in (
            ("open", self.open_target), ("closed", self.closed_target),
        ))  # fmt: skip
        nobody = self._group("net-nobody", "TCP", 5432, "")
        self.at.finds(
            "ELB_PUBLIC_SENSITIVE_PORT",
            self._made("net-database", "", [("TCP", 5432, open_, "")]),
            self._made("net-moved", "", [("TCP", 15432, open_, "")]),
        )
        kept = self._made("net-guarded", "", [("TCP", 5432, closed, "")])
        inside = self._made("net-inside", "", [("TCP", 5432, open_, "")], "internal")
        self.at.passes(
            "ELB_PUBLIC_SENSITIVE_PORT", kept, inside, self._made("net-idle", "", [("TCP", 5432, nobody, "")])
        )
        self.at.passes("ELB_DESYNC_OFF", kept)

    def classic(self) -> None:
        at = self.at
        database = self._classic("old-database", "TCP", 5432, 5432)
        moved = self._classic("old-moved", "TCP", 80, 3306)
        inside = self._classic("old-inside", "TCP", 5432, 5432, "internal")
        weak = self._classic("old-weak", "HTTPS", 443, 8080, versions=("Protocol-TLSv1", "Protocol-TLSv1.2"))
        strong = self._classic("old-strong", "HTTPS", 443, 8080, versions=("Protocol-TLSv1.2",))
        at.finds("ELB_PUBLIC_SENSITIVE_PORT", database, moved)
        at.passes("ELB_PUBLIC_SENSITIVE_PORT", inside, strong)
        at.finds("ELB_WEAK_TLS", weak)
        at.passes("ELB_WEAK_TLS", strong, database)
        for name, mode in (("old-weak", "monitor"), ("old-strong", "defensive"), ("old-database", "monitor")):
            self.old.modify_load_balancer_attributes(
                LoadBalancerName=name,
                LoadBalancerAttributes={"AdditionalAttributes": [{"Key": CLASSIC_MODE, "Value": mode}]},
            )
        at.finds("ELB_DESYNC_OFF", weak)
        at.passes("ELB_DESYNC_OFF", strong, database)

    def _group(self, name: str, protocol: str, port: int, target: str | None = None) -> str:
        made = self.client.create_target_group(Name=name, Protocol=protocol, Port=port, VpcId=self.vpc.id)
        arn = str(made["TargetGroups"][0]["TargetGroupArn"])
        if target != "":
            self.client.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": target or self.closed_target, "Port": port}]
            )
        return arn

    def _rule(self, balancer: str, target: str) -> None:
        """Lead a path of the only listener to another target group."""
        listener = self.client.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
        self.client.create_rule(
            ListenerArn=listener, Priority=1, Conditions=[{"Field": "path-pattern", "Values": ["/kibana/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": target}],
        )  # fmt: skip

    def _made(
        self, name: str, group: str, listeners: list[tuple[str, int, str, str]], scheme: str = "internet-facing", *,
        login: bool = False,
    ) -> str:  # fmt: skip
        """A load balancer with listeners (protocol, port, target group, security policy), which may ask who comes; its ARN."""
        subnets = [self.vpc.subnets["public-a"], self.vpc.subnets["public-b"]]
        kind: dict[str, Any] = {"Type": "application", "SecurityGroups": [group]} if group else {"Type": "network"}
        made = self.client.create_load_balancer(Name=name, Subnets=subnets, Scheme=scheme, **kind)["LoadBalancers"][0]
        for protocol, port, target, policy in listeners:
            speaks = {"SslPolicy": policy, "Certificates": [{"CertificateArn": self.certificate}]} if policy else {}
            self.client.create_listener(
                LoadBalancerArn=made["LoadBalancerArn"], Protocol=protocol, Port=port,
                DefaultActions=[*([LOGIN] if login else []), {"Type": "forward", "TargetGroupArn": target, "Order": 2}], **speaks,
            )  # fmt: skip
        return str(made["LoadBalancerArn"])

    def _classic(
        self, name: str, protocol: str, port: int, instance_port: int, scheme: str = "internet-facing",
        versions: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        listener = {
            "Protocol": protocol,
            "LoadBalancerPort": port,
            "InstanceProtocol": "TCP",
            "InstancePort": instance_port,
        }
        if versions:
            listener |= {"InstanceProtocol": "HTTP", "SSLCertificateId": self.certificate}
        self.old.create_load_balancer(
            LoadBalancerName=name, Listeners=[listener], Subnets=[self.vpc.subnets["public-a"]], Scheme=scheme,
            SecurityGroups=[self.everybody],
        )  # fmt: skip
        self.old.register_instances_with_load_balancer(
            LoadBalancerName=name, Instances=[{"InstanceId": self.closed_target}]
        )
        if versions:
            said = [{"AttributeName": version, "AttributeValue": "true"} for version in versions]
            self.old.create_load_balancer_policy(
                LoadBalancerName=name, PolicyName="tls", PolicyTypeName=NEGOTIATION, PolicyAttributes=said
            )
            self.old.set_load_balancer_policies_of_listener(
                LoadBalancerName=name, LoadBalancerPort=port, PolicyNames=["tls"]
            )
        return f"arn:aws:elasticloadbalancing:{facts.HOME_REGION}:{self.at.problems.id}:loadbalancer/{name}"
