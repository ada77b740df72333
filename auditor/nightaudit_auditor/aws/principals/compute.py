"""Workloads that run as a role of the account: whoever changes what they do acts as that role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.principals.authorization import authorization
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Outcome

Answer = Mapping[str, Any]


class Seen(NamedTuple):
    """A workload's ARN, its role if it has one, and its tags if the answer tells them."""

    arn: str
    role: str = ""
    tags: Mapping[str, str] | None = None


Found = Iterable[Seen]
_ENDING = frozenset({"terminated", "shutting-down"})


@dataclass(frozen=True)
class Workload:
    """`kind` is that of `services.Running` and `services.Handed`; `arn` the workload's, `role` its role's."""

    kind: str
    arn: str
    role: str


@dataclass(frozen=True, order=True)
class Unlisted:
    """Where nobody could look for workloads of a kind; the region is `*` if not even the regions are known."""

    operation: str
    region: str
    kind: str

    def __str__(self) -> str:
        return f"{self.operation} in {self.region}"


@dataclass(frozen=True)
class Workloads:
    """All that could be read, with a role or without, and where there may be more. `by_kind` are their ARNs, `tags` those of
    whom the tags are known."""

    by_kind: Mapping[str, tuple[str, ...]]
    by_role: Mapping[str, tuple[Workload, ...]]
    tags: Mapping[str, Mapping[str, str]]
    unread: tuple[Unlisted, ...]


def _functions(answer: Answer, _region: str, _data: AccountData) -> Found:
    return (Seen(f["FunctionArn"], f.get("Role", "")) for f in answer.get("Functions", []))


def _instances(answer: Answer, region: str, data: AccountData, *, profiled: bool = True) -> Iterator[Seen]:
    roles = _profiles(data)
    account = data.account
    for reservation in answer.get("Reservations", []):
        for instance in reservation.get("Instances", []):
            profile = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
            if bool(profile) is profiled and instance.get("State", {}).get("Name") not in _ENDING:
                arn = f"arn:{account.partition}:ec2:{region}:{account.id}:instance/{instance['InstanceId']}"
                yield Seen(arn, roles.get(profile, ""), _tags(instance))


_without_profile = partial(_instances, profiled=False)


def _projects(answer: Answer, _region: str, _data: AccountData) -> Found:
    return (
        Seen(p["arn"], p.get("serviceRole", ""), _tags(p, "tags", "key", "value")) for p in answer.get("projects", [])
    )


def _stacks(answer: Answer, _region: str, _data: AccountData) -> Found:
    return (Seen(s["StackId"], s.get("RoleARN", ""), _tags(s)) for s in answer.get("Stacks", []))


def _jobs(answer: Answer, region: str, data: AccountData) -> Found:
    prefix = f"arn:{data.account.partition}:glue:{region}:{data.account.id}:job/"
    return (Seen(prefix + j["Name"], j.get("Role", "")) for j in answer.get("Jobs", []))


def _service_arns(answer: Answer, _region: str, _data: AccountData) -> Found:
    return (
        Seen(service["serviceArn"]) for service in answer.get("services", []) if service.get("status") != "INACTIVE"
    )


def _groups(answer: Answer, _region: str, _data: AccountData) -> Found:
    """Of instances: as whom they run says their launch configuration or template."""
    return (Seen(group["AutoScalingGroupARN"], tags=_tags(group)) for group in answer.get("AutoScalingGroups", []))


def _services(answer: Answer, region: str, data: AccountData) -> Iterator[Seen]:
    """Tasks of services into which commands can be sent; a task's ARN has the service's cluster and an id of its own."""
    for service in answer.get("services", []):
        if service.get("enableExecuteCommand"):
            cluster = str(service.get("clusterArn", "")).rpartition("/")[2]
            task = f"arn:{data.account.partition}:ecs:{region}:{data.account.id}:task/{cluster}/nightaudit"
            yield Seen(task, _task_role(data, region, str(service.get("taskDefinition", ""))))


def _tasks(answer: Answer, region: str, data: AccountData) -> Iterator[Seen]:
    """Tasks into which commands can be sent, of a service or of none; who started one may have given it a role of its own."""
    for task in answer.get("tasks", []):
        if task.get("enableExecuteCommand") and task.get("lastStatus") != "STOPPED":
            given = (task.get("overrides") or {}).get("taskRoleArn")
            role = given or _task_role(data, region, str(task.get("taskDefinitionArn", "")))
            yield Seen(task["taskArn"], str(role))


def _tags(entry: Answer, member: str = "Tags", key: str = "Key", value: str = "Value") -> dict[str, str]:
    """AWS leaves the member out where there are none."""
    return {str(tag[key]): str(tag.get(value, "")) for tag in entry.get(member) or []}


def _task_role(data: AccountData, region: str, definition: str) -> str:
    record = data.record("ecs.describe_task_definition", region, {"taskDefinition": definition})
    described = (record.answer if record else None) or {}
    return str(described.get("taskDefinition", {}).get("taskRoleArn", ""))


def _definitions(_answer: Answer, _region: str, _data: AccountData) -> Found:
    """Read beside services and tasks; one that is not leaves open as whom those run."""
    return ()


_SOURCES: tuple[tuple[str, str, Callable[[Answer, str, AccountData], Found]], ...] = (
    ("lambda", "lambda.list_functions", _functions),
    ("ec2", "ec2.describe_instances", _instances),
    ("ec2 without a profile", "ec2.describe_instances", _without_profile),
    ("auto scaling group", "autoscaling.describe_auto_scaling_groups", _groups),
    ("codebuild", "codebuild.batch_get_projects", _projects),
    ("cloudformation", "cloudformation.describe_stacks", _stacks),
    ("glue", "glue.get_jobs", _jobs),
    ("ecs service", "ecs.describe_services", _service_arns),
    ("ecs", "ecs.describe_services", _services),
    ("ecs", "ecs.describe_tasks", _tasks),
    ("ecs", "ecs.describe_task_definition", _definitions),
)
_ASKED_FOR = {
    "codebuild.batch_get_projects": "codebuild.list_projects",
    "ecs.describe_services": "ecs.list_clusters",
    "ecs.describe_tasks": "ecs.list_clusters",
    "ecs.describe_task_definition": "ecs.list_clusters",
}
"""Those that are asked only for what another list holds, and that list; all others are asked in every region."""
WORKLOAD_LISTS = tuple(dict.fromkeys((*(operation for _, operation, _ in _SOURCES), *_ASKED_FOR.values())))
"""The operations that say which workloads there are."""


@per_account
def workloads(data: AccountData) -> Workloads:
    """All workloads that could be read. Raises Unreadable if the roles could not be."""
    by_role: dict[str, list[Workload]] = {}
    by_kind: dict[str, list[str]] = {}
    tags: dict[str, Mapping[str, str]] = {}
    unread: set[Unlisted] = set()
    for kind, operation, read in _SOURCES:
        asked = _ASKED_FOR.get(operation, operation)
        unread |= {Unlisted(operation, region, kind) for region in data.regions if data.record(asked, region) is None}
        for record in data.records(operation):
            if record.outcome is Outcome.OK:
                for arn, role, its_tags in read(record.answer or {}, record.region, data):
                    if its_tags is not None:
                        tags[arn] = its_tags
                    by_kind.setdefault(kind, []).append(arn)
                    if role:
                        by_role.setdefault(_role_arn(data, role), []).append(Workload(kind, arn, _role_arn(data, role)))
            elif record.outcome not in (Outcome.ABSENT, Outcome.GONE) and not record.known_empty:
                unread.add(Unlisted(operation, "*" if record.region == GLOBAL else record.region, kind))
    there = {kind: tuple(arns) for kind, arns in by_kind.items()}
    return Workloads(there, {role: tuple(found) for role, found in by_role.items()}, tags, tuple(sorted(unread)))


def _role_arn(data: AccountData, role: str) -> str:
    """Glue says a role's name or its ARN."""
    return role if role.startswith("arn:") else f"arn:{data.account.partition}:iam::{data.account.id}:role/{role}"


def _profiles(data: AccountData) -> dict[str, str]:
    """Instance profile → the ARN of its role."""
    return {
        str(profile["Arn"]): role.arn
        for role in authorization(data).roles
        for profile in role.raw.get("InstanceProfileList", [])
    }
