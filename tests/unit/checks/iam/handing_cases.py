"""What is there already and can be given an administrator's role; and what Auto Scaling needs beside."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, ok
from tests.unit.checks.iam.build import allow, deny, inline, role, trusting
from tests.unit.checks.iam.escalation_cases import (
    CLUSTERS,
    DEFINITION,
    EXPECTED,
    FUNCTION,
    PASS,
    PASSROLE,
    PROFILE,
    PROJECTS,
    SERVICE,
    STACK,
    STACKS,
    UNLISTED,
    Accounts,
    ann,
    boss,
    instance,
    within,
)
from tests.unit.checks.shapes import hardened, planted

HARMLESS = f"arn:aws:iam::{OWN}:role/worker"
WORKER_FUNCTION = ok(
    "lambda.list_functions",
    REGION,
    {
        "Functions": [
            {"FunctionName": "mail", "FunctionArn": f"arn:aws:lambda:{REGION}:{OWN}:function:mail", "Role": HARMLESS}
        ]
    },
)
WORKER_PROJECT = (
    PROJECTS[0],
    ok(
        "codebuild.batch_get_projects",
        REGION,
        {"projects": [{"name": "p", "arn": f"arn:aws:codebuild:{REGION}:{OWN}:project/p", "serviceRole": HARMLESS}]},
        names="p",
    ),
)
BARE_STACK = ok("cloudformation.describe_stacks", REGION, {"Stacks": [{"StackName": "n", "StackId": STACK}]})
WORKER_JOB = ok("glue.get_jobs", REGION, {"Jobs": [{"Name": "j", "Role": "worker"}]})
GROUP = f"arn:aws:autoscaling:{REGION}:{OWN}:autoScalingGroup:1:autoScalingGroupName/web"
GROUPS = ok(
    "autoscaling.describe_auto_scaling_groups",
    REGION,
    {"AutoScalingGroups": [{"AutoScalingGroupName": "web", "AutoScalingGroupARN": GROUP}]},
)
BARE_INSTANCE = ok(
    "ec2.describe_instances",
    REGION,
    {"Reservations": [{"Instances": [{"InstanceId": "i-2", "State": {"Name": "running"}}]}]},
)
NO_COMMANDS = (
    *CLUSTERS,
    ok(
        "ecs.describe_services",
        REGION,
        {
            "services": [
                {
                    "serviceName": "web",
                    "serviceArn": SERVICE,
                    "status": "ACTIVE",
                    "clusterArn": f"arn:aws:ecs:{REGION}:{OWN}:cluster/c",
                    "taskDefinition": DEFINITION,
                }
            ]
        },
        cluster="c",
        services="s",
    ),
    ok("ecs.describe_task_definition", REGION, {"taskDefinition": {}}, taskDefinition=DEFINITION),
)
LAUNCHES = ["autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"]
TO_RUN: dict[str, tuple[str, list[str], dict[str, Any], tuple[Record, ...]]] = {
    "UpdateFunctionConfiguration": (
        "lambda.amazonaws.com",
        ["lambda:UpdateFunctionConfiguration"],
        {},
        (WORKER_FUNCTION,),
    ),
    "UpdateProject": (
        "codebuild.amazonaws.com",
        ["codebuild:UpdateProject", "codebuild:StartBuild"],
        {},
        WORKER_PROJECT,
    ),
    "UpdateProject, in a batch": (
        "codebuild.amazonaws.com",
        ["codebuild:UpdateProject", "codebuild:StartBuildBatch"],
        {},
        WORKER_PROJECT,
    ),
    "UpdateStack of one that had no role": (
        "cloudformation.amazonaws.com",
        ["cloudformation:UpdateStack"],
        {},
        (BARE_STACK,),
    ),
    "UpdateJob": ("glue.amazonaws.com", ["glue:UpdateJob", "glue:StartJobRun"], {}, (WORKER_JOB,)),
    "UpdateJob, triggered": ("glue.amazonaws.com", ["glue:UpdateJob", "glue:CreateTrigger"], {}, (WORKER_JOB,)),
    "UpdateService": ("ecs-tasks.amazonaws.com", ["ecs:RegisterTaskDefinition", "ecs:UpdateService"], {}, NO_COMMANDS),
    "UpdateAutoScalingGroup": ("ec2.amazonaws.com", LAUNCHES, PROFILE, (GROUPS,)),
    "AssociateIamInstanceProfile": (
        "ec2.amazonaws.com",
        ["ec2:AssociateIamInstanceProfile", "ssm:StartSession"],
        PROFILE,
        (BARE_INSTANCE,),
    ),
    "AssociateIamInstanceProfile, commanded": (
        "ec2.amazonaws.com",
        ["ec2:AssociateIamInstanceProfile", "ssm:SendCommand"],
        PROFILE,
        (BARE_INSTANCE,),
    ),
    "ReplaceIamInstanceProfileAssociation": (
        "ec2.amazonaws.com",
        ["ec2:ReplaceIamInstanceProfileAssociation", "ssm:StartSession"],
        PROFILE,
        (instance(),),
    ),
}
"""What is there and runs as nobody of consequence: the service, the actions, what the administrator's role has, the records."""
NONE: dict[str, Record] = {
    "lambda": ok("lambda.list_functions", REGION, {"Functions": []}),
    "codebuild": ok("codebuild.list_projects", REGION, {"projects": []}),
    "cloudformation": ok("cloudformation.describe_stacks", REGION, {"Stacks": []}),
    "glue": ok("glue.get_jobs", REGION, {"Jobs": []}),
    "ecs": ok("ecs.list_clusters", REGION, {"clusterArns": []}),
    "autoscaling": ok("autoscaling.describe_auto_scaling_groups", REGION, {"AutoScalingGroups": []}),
    "ec2": ok("ec2.describe_instances", REGION, {"Reservations": []}),
}
"""Service → its list, which is empty."""


def handing(name: str, *statements: dict[str, Any], but: tuple[Record, ...] | None = None) -> Accounts:
    service, actions, more, records = TO_RUN[name]
    if name.startswith(
        "Replace"
    ):  # the instance's profile holds a role that may do nothing, the administrator's another
        more = {"InstanceProfileList": [{"InstanceProfileName": "q", "Arn": f"arn:aws:iam::{OWN}:instance-profile/q"}]}
    harmless = role(trusting({"Service": service}), **(PROFILE if name.startswith("Replace") else {}))
    return within(
        boss(service, **more),
        harmless,
        ann(*(statements or (PASS, allow(actions)))),
        records=records if but is None else but,
    )


DEV = {"Condition": {"StringEquals": {"aws:ResourceTag/dev": "yes"}}}
DEV_TAG = [{"Key": "dev", "Value": "yes"}]


def _tagged(record: Record, *path: str | int, tags: Any = DEV_TAG, member: str = "Tags") -> Record:
    """The record with tags on what is at the path of its answer."""
    answer = deepcopy(record.answer)
    at: Any = answer
    for step in path:
        at = at[step]
    at[member] = tags
    return msgspec.structs.replace(record, answer=answer)


RUNS_AS_BOSS = instance()
TAGGED: dict[str, Accounts] = {
    "an instance, by which commands": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:StartSession", **DEV)), records=(_tagged(RUNS_AS_BOSS, "Reservations", 0, "Instances", 0),)),
    "an instance, by Systems Manager's own key": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:StartSession", Condition={"StringLike": {"ssm:resourceTag/dev": "y*"}})),
        records=(_tagged(RUNS_AS_BOSS, "Reservations", 0, "Instances", 0),)),
    "a stack": within(boss("cloudformation.amazonaws.com"), ann(allow("cloudformation:UpdateStack", **DEV)), records=(_tagged(STACKS, "Stacks", 0),)),
    "a project": within(boss("codebuild.amazonaws.com"), ann(allow("codebuild:StartBuild", **DEV)), records=(
        PROJECTS[0], _tagged(PROJECTS[1], "projects", 0, member="tags", tags=[{"key": "dev", "value": "yes"}]))),
    "a group, which is given another role": handing("UpdateAutoScalingGroup", PASS, allow(LAUNCHES[:1]), allow(LAUNCHES[1:], **DEV), but=(_tagged(GROUPS, "AutoScalingGroups", 0),)),
}  # fmt: skip
UNTAGGED: dict[str, Accounts] = {
    "an instance": within(boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:StartSession", **DEV)), records=(RUNS_AS_BOSS,)),
    "an instance of another tag": within(boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:StartSession", **DEV)), records=(
        _tagged(RUNS_AS_BOSS, "Reservations", 0, "Instances", 0, tags=[{"Key": "dev", "Value": "no"}]),)),
    "a stack": within(boss("cloudformation.amazonaws.com"), ann(allow("cloudformation:UpdateStack", **DEV)), records=(STACKS,)),
    "a project": within(boss("codebuild.amazonaws.com"), ann(allow("codebuild:StartBuild", **DEV)), records=PROJECTS),
    "a group, which is given another role": handing("UpdateAutoScalingGroup", PASS, allow(LAUNCHES[:1]), allow(LAUNCHES[1:], **DEV)),
}  # fmt: skip
KEPT: dict[str, Accounts] = {
    **{f"{name} without iam:PassRole": handing(name, allow(actions)) for name, (_, actions, _, _) in TO_RUN.items()},
    **{f"{name}, but there is none": handing(name, but=(NONE[actions[0].partition(":")[0]],)) for name, (_, actions, _, _) in TO_RUN.items()},
    **{f"{name}, of another one": handing(name, PASS, allow(actions[-1], "*"), allow(actions[:-1], "arn:aws:none:::other")) for name, (_, actions, _, _) in TO_RUN.items() if len(actions) > 1},
    "UpdateFunctionConfiguration of another function": handing("UpdateFunctionConfiguration", PASS, allow("lambda:UpdateFunctionConfiguration", f"arn:aws:lambda:*:{OWN}:function:other")),
    "UpdateFunctionConfiguration, and the role may be passed to EC2 only": handing(
        "UpdateFunctionConfiguration", allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), allow("lambda:UpdateFunctionConfiguration")),
    "UpdateFunctionConfiguration, denied where it is": handing("UpdateFunctionConfiguration", PASS, allow("lambda:*"), deny(["lambda:Update*", "lambda:Create*"], f"arn:aws:lambda:*:{OWN}:function:*")),
    "UpdateProject, and nothing to start it": handing("UpdateProject", PASS, allow("codebuild:UpdateProject")),
    "a service that is gone": handing("UpdateService", but=(*CLUSTERS, ok("ecs.describe_services", REGION, {"services": [
        {"serviceName": "web", "serviceArn": SERVICE, "status": "INACTIVE", "clusterArn": f"arn:aws:ecs:{REGION}:{OWN}:cluster/c", "taskDefinition": DEFINITION}]}, cluster="c", services="s"))),
    "an instance that already has a profile": within(
        boss("ec2.amazonaws.com", InstanceProfileList=[{"InstanceProfileName": "q", "Arn": f"arn:aws:iam::{OWN}:instance-profile/q"}]),
        role(**PROFILE), ann(PASS, allow(["ec2:AssociateIamInstanceProfile", "ssm:StartSession"])), records=(instance(),)),
    "an instance that has no profile to replace": handing("ReplaceIamInstanceProfileAssociation", but=(BARE_INSTANCE,)),
    "a role that keeps the agent of an instance from listening": within(
        boss("ec2.amazonaws.com", RolePolicyList=[inline("n", deny("ssm:*"))], **PROFILE), ann(PASS, allow(["ec2:AssociateIamInstanceProfile", "ssm:StartSession"])), records=(BARE_INSTANCE,)),
    "auto scaling without its service-linked role": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(PASS, allow(["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"]))),
    "auto scaling, and another service's role may be made": within(boss("ec2.amazonaws.com", **PROFILE), ann(
        PASS, allow(["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"]),
        allow("iam:CreateServiceLinkedRole", Condition={"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}))),
    "functions are unread, and the role that could be given to one trusts another service": handing("UpdateJob", PASS, allow("lambda:UpdateFunctionConfiguration"), but=(UNLISTED,)),
}  # fmt: skip

CASES: list[Case] = [
    *(planted(PASSROLE, f"another role for what is there: {why}", handing(why)) for why in TO_RUN),
    planted(PASSROLE, "a new workload: auto scaling, whose service-linked role is there", within(
        boss("ec2.amazonaws.com", **PROFILE), role(name="AWSServiceRoleForAutoScaling", path="/aws-service-role/autoscaling.amazonaws.com/"),
        ann(PASS, allow(["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"])))),
    planted(PASSROLE, "one function of two may be changed", handing("UpdateFunctionConfiguration", PASS, allow("lambda:UpdateFunctionConfiguration"), deny("lambda:*", f"arn:aws:lambda:*:{OWN}:function:billing"), but=(
        ok("lambda.list_functions", REGION, {"Functions": [*(FUNCTION.answer or {})["Functions"], *(WORKER_FUNCTION.answer or {})["Functions"]]}),))),
    *(hardened(PASSROLE, why, world, settings=EXPECTED) for why, world in KEPT.items()),
    *(planted(PASSROLE, f"by its tag: {why}", world) for why, world in TAGGED.items()),
    *(hardened(PASSROLE, f"by a tag that it lacks: {why}", world, settings=EXPECTED) for why, world in UNTAGGED.items()),
]  # fmt: skip
