"""IAM: ways to an administrator that rest on what else is in the account: workloads, versions, tags, groups, paths.

Commands into tasks of ECS are left out: moto forgets whether a service lets them in (enableExecuteCommand).
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from demo.aws import facts
from demo.aws.seeding import iam as seeding
from demo.aws.seeding.cloud import document, tags
from demo.aws.seeding.network import IMAGE
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place
from tests.contract.truth.worlds.iam_policies import ALL, AWS, arn, user
from tests.contract.truth.worlds.iam_powers import role

ALONE, WORKLOAD = "IAM_PRINCIPAL_PRIVESC", "IAM_PRINCIPAL_PRIVESC_PASSROLE"
SERVICES = ("lambda", "codebuild", "cloudformation", "glue", "ec2")


def plant(at: Place) -> None:
    """Whoever may change a workload of an administrator's, each beside one who may change another one."""
    for name in SERVICES:
        role(at, f"runs-{name}", seeding.service(name), policy=f"{AWS}/AdministratorAccess")
        role(at, f"modest-{name}", seeding.service(name), {"Action": "logs:*", "Resource": "*"})
    _functions(at)
    _builds_and_stacks(at)
    _jobs(at)
    _machines(at)
    _versions(at)
    _tags(at)
    _groups(at)
    _paths(at)


def _pair(at: Place, name: str, actions: str | list[str], mighty: str, modest: str) -> None:
    """One user may do it to the administrator's workload, one to the other."""
    at.finds(WORKLOAD, user(at, f"{name}-mighty", {"Action": actions, "Resource": mighty}), region=GLOBAL)
    at.passes(WORKLOAD, user(at, f"{name}-modest", {"Action": actions, "Resource": modest}), region=GLOBAL)


def _here(at: Place, service: str, rest: str) -> str:
    return f"arn:aws:{service}:{facts.HOME_REGION}:{at.problems.id}:{rest}"


def _functions(at: Place) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    for name in ("runs", "modest"):
        at.client("lambda").create_function(
            FunctionName=f"{name}-truth", Runtime="python3.13", Handler="main.handler", Code={"ZipFile": code.getvalue()},
            Role=arn(at, f"role/{name}-lambda"),
        )  # fmt: skip
    _pair(
        at, "code", "lambda:UpdateFunctionCode",
        _here(at, "lambda", "function:runs-truth"), _here(at, "lambda", "function:modest-truth"),
    )  # fmt: skip


def _builds_and_stacks(at: Place) -> None:
    for name in ("runs", "modest"):
        at.client("codebuild").create_project(
            name=f"{name}-truth", serviceRole=arn(at, f"role/{name}-codebuild"), artifacts={"type": "NO_ARTIFACTS"},
            source={"type": "GITHUB", "location": "https://github.com/acme/shop.git"},
            environment={
                "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
            },
        )  # fmt: skip
        template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{name}-truth"}}}}
        at.client("cloudformation").create_stack(
            StackName=f"{name}-truth", TemplateBody=json.dumps(template), RoleARN=arn(at, f"role/{name}-cloudformation")
        )
    _pair(
        at, "build", "codebuild:StartBuild",
        _here(at, "codebuild", "project/runs-truth"), _here(at, "codebuild", "project/modest-truth"),
    )  # fmt: skip
    _pair(
        at, "stack", "cloudformation:UpdateStack",
        _here(at, "cloudformation", "stack/runs-truth/*"), _here(at, "cloudformation", "stack/modest-truth/*"),
    )  # fmt: skip


def _jobs(at: Place) -> None:
    """Glue takes a role by its name, too."""
    at.client("glue").create_job(Name="runs-truth", Role="runs-glue", Command={"Name": "glueetl"})
    at.client("glue").create_job(Name="modest-truth", Role=arn(at, "role/modest-glue"), Command={"Name": "glueetl"})
    _pair(
        at, "job", ["glue:UpdateJob", "glue:StartJobRun"],
        _here(at, "glue", "job/runs-truth"), _here(at, "glue", "job/modest-truth"),
    )  # fmt: skip


def _machines(at: Place) -> None:
    ids = {}
    for name in ("runs", "modest"):
        at.client("iam").create_instance_profile(InstanceProfileName=f"{name}-truth")
        at.client("iam").add_role_to_instance_profile(InstanceProfileName=f"{name}-truth", RoleName=f"{name}-ec2")
        ids[name] = at.client("ec2").run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": f"{name}-truth"}
        )["Instances"][0]["InstanceId"]
    _pair(
        at, "session", "ssm:StartSession",
        _here(at, "ec2", f"instance/{ids['runs']}"), _here(at, "ec2", f"instance/{ids['modest']}"),
    )  # fmt: skip


def _versions(at: Place) -> None:
    """A policy that was mightier once, and one that never was."""
    iam = at.client("iam")
    for name, before, expect in (("was-mighty", ALL, at.finds), ("was-modest", {**ALL, "Action": "s3:*"}, at.passes)):
        made = iam.create_policy(PolicyName=name, PolicyDocument=document(before))["Policy"]["Arn"]
        now = document({"Action": "iam:SetDefaultPolicyVersion", "Resource": made})
        iam.create_policy_version(PolicyArn=made, PolicyDocument=now, SetAsDefault=True)
        holder = user(at, name)
        iam.attach_user_policy(UserName=name, PolicyArn=made)
        expect(ALONE, holder, region=GLOBAL)
    own = iam.create_policy(PolicyName="self-made", PolicyDocument=document({"Action": "s3:*", "Resource": "*"}))
    writes = {"Action": "iam:CreatePolicyVersion", "Resource": own["Policy"]["Arn"]}
    at.passes(ALONE, user(at, "writes-others-policy", writes), region=GLOBAL)
    at.finds(ALONE, user(at, "writes-own-policy", writes), region=GLOBAL)
    iam.attach_user_policy(UserName="writes-own-policy", PolicyArn=own["Policy"]["Arn"])


def _tags(at: Place) -> None:
    """Keys of users by their tags: an administrator has one of them."""
    user(at, "tagged-administrator", ALL)
    at.client("iam").tag_user(UserName="tagged-administrator", Tags=tags(Team="platform ü"))

    def keys(value: str) -> dict[str, Any]:
        condition = {"StringEquals": {"aws:ResourceTag/team": value}}
        return {"Action": "iam:CreateAccessKey", "Resource": "*", "Condition": condition}

    at.finds(ALONE, user(at, "keys-of-platform", keys("platform ü")), region=GLOBAL)
    at.passes(ALONE, user(at, "keys-of-nobody", keys("shop")), region=GLOBAL)


def _groups(at: Place) -> None:
    """A group of administrators with a name that every encoding must bring home, and one of others."""
    iam = at.client("iam")
    for group, policy in (("boss+es=@home,inc.", "AdministratorAccess"), ("staff+es=@home,inc.", "ReadOnlyAccess")):
        iam.create_group(GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn=f"{AWS}/{policy}")
    joins = {"Action": "iam:AddUserToGroup"}
    at.finds(ALONE, user(at, "joins+bosses@home", {**joins, "Resource": arn(at, "group/boss+es*")}), region=GLOBAL)
    at.passes(ALONE, user(at, "joins+staff@home", {**joins, "Resource": arn(at, "group/staff+es*")}), region=GLOBAL)


def _paths(at: Place) -> None:
    """Who lives below a path is not named by an ARN without it."""
    iam = at.client("iam")
    for name, resource, expect in (
        ("below-named", "user/team/${aws:username}", at.finds), ("below-unnamed", "user/${aws:username}", at.passes),
    ):  # fmt: skip
        iam.create_user(UserName=name, Path="/team/")
        text = document({"Action": "iam:PutUserPolicy", "Resource": arn(at, resource)})
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=text)
        expect(ALONE, arn(at, f"user/team/{name}"), region=GLOBAL)
