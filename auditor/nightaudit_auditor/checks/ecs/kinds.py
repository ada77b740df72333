"""Services of ECS, and the task definitions that they use.

A service is judged and not its task definition: a deployment makes a new revision of that, with a new ARN, and would make
news of a problem that everybody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.checks.batches import batched_answer
from nightaudit_auditor.checks.regional import tags
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

CLUSTERS: Final = "ecs.list_clusters"
SERVICES: Final = "ecs.list_services"
DESCRIBE: Final = "ecs.describe_services"
DEFINITION: Final = "ecs.describe_task_definition"


def _services(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            clusters = (data.answer(CLUSTERS, region) or {}).get("clusterArns", [])
        except Unreadable as problem:
            yield problem
            continue
        for cluster in clusters:
            try:
                listed = (data.answer(SERVICES, region, {"cluster": cluster}) or {}).get("serviceArns", [])
            except Gone:
                continue
            except Unreadable as problem:
                yield problem
                continue
            for arn in listed:
                yield _service(data, region, arn)


def _service(data: AccountData, region: str, arn: str) -> Resource:
    try:
        found = tags(
            {"Key": tag["key"], "Value": tag.get("value", "")} for tag in service_of(data, region, arn).get("tags", [])
        )
    except (Unreadable, Gone):
        found = {}  # no verdict hangs on tags
    return Resource(arn, "AWS::ECS::Service", arn.rpartition("/")[2], region, found)


SERVICE = Kind("AWS::ECS::Service", (CLUSTERS, SERVICES, DESCRIBE), _services, regional=True)


def service_of(data: AccountData, region: str, arn: str) -> dict[str, Any]:
    """What DescribeServices says of a service. Raises Unreadable; Gone if it was not there any more."""
    answer = batched_answer(data, DESCRIBE, region, "services", arn)
    for service in answer.get("services", []):
        if service.get("serviceArn") == arn:
            return dict(service)
    raise Gone(arn)


def definitions_of(data: AccountData, service: Resource) -> Iterator[dict[str, Any]]:
    """The task definitions that a service uses: its own, and those of deployments and task sets that are under way.

    Raises Unreadable, after those that were read, if one was not.
    """
    described = service_of(data, service.region, service.arn)
    using = (described, *described.get("deployments", []), *described.get("taskSets", []))
    unread: Unreadable | None = None
    for arn in dict.fromkeys(user["taskDefinition"] for user in using if user.get("taskDefinition")):
        try:
            yield (data.answer(DEFINITION, service.region, {"taskDefinition": arn}) or {})["taskDefinition"]
        except Unreadable as problem:
            unread = problem
    if unread is not None:
        raise unread
