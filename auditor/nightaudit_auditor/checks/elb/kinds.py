"""Load balancers of both generations as one kind of resource; `data` is the answer that lists one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

BALANCERS: Final = "elbv2.describe_load_balancers"
CLASSIC: Final = "elb.describe_load_balancers"
TAGS: Final = "elbv2.describe_tags"
CLASSIC_TAGS: Final = "elb.describe_tags"
LISTENERS: Final = "elbv2.describe_listeners"
_CLASSIC_TYPE: Final = "AWS::ElasticLoadBalancing::LoadBalancer"


def is_classic(resource: Resource) -> bool:
    return resource.type == _CLASSIC_TYPE


def listeners(resource: Resource, data: AccountData) -> list[Mapping[str, Any]]:
    """The listeners: of elbv2.describe_listeners, or the `Listener`s of a classic one with their `PolicyNames`.

    Raises Unreadable and Gone.
    """
    if is_classic(resource):
        described = resource.data.get("ListenerDescriptions", [])
        return [{**item["Listener"], "PolicyNames": item.get("PolicyNames", [])} for item in described]
    answer = data.answer(LISTENERS, resource.region, {"LoadBalancerArn": resource.arn}) or {}
    return list(answer.get("Listeners", []))


def _balancer(data: AccountData, region: str, item: Item) -> Resource:
    arn = item["LoadBalancerArn"]
    found = _tags(data, region, TAGS, "ResourceArn", arn)
    return Resource(
        arn, "AWS::ElasticLoadBalancingV2::LoadBalancer", item["LoadBalancerName"], region, found, dict(item)
    )


def _classic(data: AccountData, region: str, item: Item) -> Resource:
    name = item["LoadBalancerName"]
    arn = build_arn(data.account, "elasticloadbalancing", region, f"loadbalancer/{name}")
    return Resource(
        arn, _CLASSIC_TYPE, name, region, _tags(data, region, CLASSIC_TAGS, "LoadBalancerName", name), dict(item)
    )


def _tags(data: AccountData, region: str, operation: str, key: str, value: str) -> dict[str, str]:
    """Tags are asked for in batches; those that could not be read are left out, no verdict rests on them."""
    for answer in _answers(data, region, operation):
        for described in answer.get("TagDescriptions", []):
            if described.get(key) == value:
                return tags(described.get("Tags"))
    return {}


def _answers(data: AccountData, region: str, operation: str) -> Iterator[Mapping[str, Any]]:
    for record in data.records(operation):
        if record.region == region:
            try:
                yield data.answer(operation, region, record.parameters) or {}
            except (Unreadable, Gone):
                continue


def _all(answer: Item) -> Iterable[Item]:
    return list(answer.get("LoadBalancers", []))


def _all_classic(answer: Item) -> Iterable[Item]:
    return list(answer.get("LoadBalancerDescriptions", []))


LOAD_BALANCER = regional_kind(
    "AWS::ElasticLoadBalancingV2::LoadBalancer", (BALANCERS, _all, _balancer), (CLASSIC, _all_classic, _classic)
)
