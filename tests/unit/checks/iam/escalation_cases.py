"""Who can become an administrator: each published way with its near miss."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, SISTER, Case, Settings, account, denied, ok
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    DETAILS,
    MFA,
    REPORT,
    ago,
    allow,
    attached,
    deny,
    details,
    document,
    group,
    inline,
    managed,
    no_workloads,
    report,
    role,
    row,
    trusting,
    user,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

PRIVESC, PASSROLE, CHAIN = "IAM_PRINCIPAL_PRIVESC", "IAM_PRINCIPAL_PRIVESC_PASSROLE", "IAM_PRINCIPAL_PRIVESC_CHAIN"
Accounts = tuple[AccountData, ...]
ALL = {"AttachedManagedPolicies": [attached(ADMIN_ARN)]}
UNREAD: Accounts = (account(denied(DETAILS), *NO_ORGANIZATION),)
BOSS = f"arn:aws:iam::{OWN}:user/boss"
BOSS_ROLE = f"arn:aws:iam::{OWN}:role/boss"
OURS = f"arn:aws:iam::{OWN}:policy/ours"
BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}}
SELF = f"arn:aws:iam::{OWN}:user/${{aws:username}}"
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
EXPECTED = Settings(admins=("arn:aws:iam::*:*/boss",))
PROFILE = {"InstanceProfileList": [{"InstanceProfileName": "p", "Arn": f"arn:aws:iam::{OWN}:instance-profile/p"}]}


def within(
    *entities: dict[str, Any], records: tuple[Record, ...] = (), regions: tuple[str, ...] = (REGION,)
) -> Accounts:
    said = () if any(record.name == REPORT for record in records) else (reported(*entities),)
    known = (details(*entities, ADMINISTRATOR_ACCESS), *said, *no_workloads(*regions), *records, *NO_ORGANIZATION)
    return (account(*known, regions=regions),)


def reported(*entities: dict[str, Any], **columns: Any) -> Record:
    """The credential report: every user has the same."""
    return report(*(row(str(entity["UserName"]), **columns) for entity in entities if "UserName" in entity))


def ann(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return user(UserPolicyList=[inline("own", *statements)] if statements else [], **more)


def worker(*statements: dict[str, Any], trust: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return role(*([trust] if trust else []), RolePolicyList=[inline("own", *statements)], **more)


def boss(service: str = "lambda.amazonaws.com", **more: Any) -> dict[str, Any]:
    return role(trusting({"Service": service}), name="boss", **{**ALL, **more})


def _versions(*documents: dict[str, Any]) -> dict[str, Any]:
    """A managed policy whose last version is the default."""
    versions = [
        {"VersionId": f"v{n}", "IsDefaultVersion": n == len(documents), "Document": document(each)}
        for n, each in enumerate(documents, 1)
    ]
    return {"PolicyName": "ours", "Arn": OURS, "AttachmentCount": 1, "PolicyVersionList": versions}


HOLDS = {"AttachedManagedPolicies": [attached(OURS)]}
ADMIN_USER = user("boss", **ALL)
OWN_WAYS: dict[str, Accounts] = {
    "PutUserPolicy on itself": within(ann(allow("iam:PutUserPolicy", SELF))),
    "AttachUserPolicy on itself": within(ann(allow("iam:AttachUserPolicy", SELF))),
    "AttachUserPolicy, that of the account's own administrators only": within(
        ann(allow("iam:AttachUserPolicy", SELF, Condition={"ArnEquals": {"iam:PolicyARN": OURS}})), managed(OURS, allow())),
    "a role puts a policy on itself": within(worker(allow("iam:Put*", f"arn:aws:iam::{OWN}:role/work*"))),
    "CreatePolicyVersion of a policy it has": within(user(**HOLDS), managed(OURS, allow("iam:CreatePolicyVersion", OURS))),
    "CreatePolicyVersion of its group's policy": within(
        ann(allow("iam:CreatePolicyVersion", OURS), GroupList=["staff"]), group(**HOLDS), managed(OURS, allow("s3:*"))),
    "SetDefaultPolicyVersion back to one that was mightier": within(
        user(**HOLDS), _versions(allow(), allow("iam:SetDefaultPolicyVersion"))),
    "PutGroupPolicy on its group": within(ann(allow("iam:PutGroupPolicy"), GroupList=["staff"]), group()),
    "AttachGroupPolicy on its group": within(ann(allow("iam:Attach*", "arn:aws:iam::*:group/staff"), GroupList=["staff"]), group()),
    "AddUserToGroup, to the administrators": within(ann(allow("iam:AddUserToGroup")), group("admins", **ALL)),
    "split over its own policy and its group's": within(
        ann(allow("iam:*UserPolicy"), deny("iam:AttachUserPolicy"), GroupList=["staff"]), group(GroupPolicyList=[inline("g", deny("s3:*"))])),
    "only with MFA, which it has": within(ann(allow("iam:PutUserPolicy", SELF, Condition=MFA), deny("*", Condition=NO_MFA))),
    "a boundary that it can take off": within(
        ann(allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"], SELF), **BOUND),
        managed(BOUNDARY, allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"]))),
    "a boundary that bounds nothing of use": within(ann(allow("iam:PutUserPolicy", SELF), **BOUND), managed(BOUNDARY, allow(), deny("s3:*"))),
    "a policy on a role that it can assume": within(
        ann(allow("iam:PutRolePolicy"), allow("sts:AssumeRole")), role(trusting({"AWS": OWN}))),
    "a policy on a role whose trust it can change": within(
        ann(allow(["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"], "arn:aws:iam::*:role/worker")), role()),
    "by NotAction": within(ann({"Effect": "Allow", "NotAction": ["s3:*", "iam:Attach*", "iam:Create*", "iam:Update*", "iam:PassRole"], "Resource": "*"})),
    "in a policy that is one object": within(
        user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": {"Statement": allow("iam:PutUserPolicy")}}])),
}  # fmt: skip
HAS_PASSWORD = reported(ADMIN_USER, password_enabled=True)
ONE_KEY = reported(ADMIN_USER, access_key_1_active=True, access_key_1_last_rotated=ago(10))
BOTH_KEYS = reported(
    ADMIN_USER, access_key_1_last_rotated=ago(99), access_key_2_active=True, access_key_2_last_rotated=ago(10)
)
"""The first of them is inactive, and takes its place all the same."""
TAKEN: dict[str, Accounts] = {
    "CreateAccessKey of an administrator": within(ADMIN_USER, ann(allow("iam:CreateAccessKey", BOSS))),
    "CreateAccessKey of an administrator who has one": within(ADMIN_USER, ann(allow("iam:CreateAccessKey", BOSS)), records=(ONE_KEY,)),
    "CreateAccessKey of an administrator who has two, of which one may be deleted": within(
        ADMIN_USER, ann(allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"], BOSS)), records=(BOTH_KEYS,)),
    "both keys may be changed, and nobody read how many there are": within(
        ADMIN_USER, ann(allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"], BOSS)), records=(denied(REPORT),)),
    "CreateLoginProfile of an administrator": within(ADMIN_USER, ann(allow("iam:CreateLoginProfile"))),
    "CreateLoginProfile after the old one was deleted": within(
        ADMIN_USER, ann(allow(["iam:CreateLoginProfile", "iam:DeleteLoginProfile"])), records=(HAS_PASSWORD,)),
    "UpdateLoginProfile of an administrator": within(ADMIN_USER, ann(allow("iam:Update*", "arn:aws:iam::*:user/b*")), records=(HAS_PASSWORD,)),
    "UpdateAssumeRolePolicy of an administrator's role": within(boss(), ann(allow("iam:UpdateAssumeRolePolicy"))),
    "users by their tag, and the administrator has it": within(
        user("boss", Tags=[{"Key": "Team", "Value": "x"}], **ALL),
        ann(allow("iam:CreateAccessKey", Condition={"StringEquals": {"aws:ResourceTag/team": "x"}}))),
}  # fmt: skip
KEPT: dict[str, Accounts] = {
    "keys and policies of its own, without those that matter": within(
        ADMIN_USER, ann(allow(["iam:CreateAccessKey", "iam:ChangePassword", "iam:*MFADevice"], SELF))),
    "a Deny elsewhere takes it back": within(
        ann(allow("iam:PutUserPolicy"), GroupList=["staff"]), group(GroupPolicyList=[inline("no", deny("iam:Put*"))])),
    "CreatePolicyVersion of a policy that nobody of consequence has": within(ann(allow("iam:CreatePolicyVersion", OURS)), managed(OURS, allow("s3:*"))),
    "SetDefaultPolicyVersion, but no version was mightier": within(user(**HOLDS), _versions(allow("s3:*"), allow("iam:SetDefaultPolicyVersion"))),
    "AttachUserPolicy of a harmless policy only": within(
        ann(allow("iam:AttachUserPolicy", SELF, Condition={"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnly*"}}))),
    "only where a boundary must be carried, and it carries none": within(
        ann(allow("iam:PutUserPolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}))),
    "its boundary would bound the administrator too": within(ann(allow("iam:PutUserPolicy", SELF), **BOUND), managed(BOUNDARY, allow("s3:*"), allow("iam:PutUserPolicy", SELF))),
    "its boundary does not allow the step": within(ADMIN_USER, ann(allow("iam:CreateAccessKey"), **BOUND), managed(BOUNDARY, allow("s3:*"))),
    "AddUserToGroup, where no group is of administrators": within(ann(allow("iam:AddUserToGroup")), group()),
    "credentials of users who are none": within(ADMIN_USER, ann(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/ci-*")), user("ci-1")),
    "CreateAccessKey of an administrator who has two": within(ADMIN_USER, ann(allow("iam:CreateAccessKey")), records=(BOTH_KEYS,)),
    "CreateAccessKey of an administrator who has two, and another's may be deleted": within(
        ADMIN_USER, ann(allow("iam:CreateAccessKey"), allow("iam:DeleteAccessKey", SELF)), records=(BOTH_KEYS,)),
    "CreateLoginProfile of an administrator who has one": within(ADMIN_USER, ann(allow("iam:CreateLoginProfile")), records=(HAS_PASSWORD,)),
    "UpdateLoginProfile of an administrator who has no password": within(ADMIN_USER, ann(allow("iam:UpdateLoginProfile")), records=(ONE_KEY,)),
    "users by a tag that the administrator lacks": within(ADMIN_USER, ann(allow("iam:CreateAccessKey", Condition={"StringEquals": {"aws:ResourceTag/team": "x"}}))),
    "a policy on a role that nobody may assume": within(ann(allow("iam:PutRolePolicy")), role()),
    "trust of roles that are protected": within(
        role(name="AWSReservedSSO_x", path="/aws-reserved/sso.amazonaws.com/", **ALL), ann(allow("iam:UpdateAssumeRolePolicy"))),
    "a service's own role": within(worker(allow("iam:PutRolePolicy"), path="/aws-service-role/x/")),
    "an administrator already": within(ADMIN_USER),
    "a role named in the trust, but denied": within(worker(allow("iam:PutRolePolicy"), deny("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/*"))),
    "the version is of 2008, where variables are text": within(
        user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": {"Statement": allow("iam:PutUserPolicy", SELF)}}])),
    "someone else's inline policy": within(ann(allow("iam:PutUserPolicy", f"arn:aws:iam::{OWN}:user/bob")), user("bob")),
}  # fmt: skip

IAM_CASES = [
    *(planted(PRIVESC, why, world) for why, world in {**OWN_WAYS, **TAKEN}.items()),
    *(hardened(PRIVESC, why, world, settings=EXPECTED) for why, world in KEPT.items()),
    hardened(PRIVESC, "an expected administrator", OWN_WAYS["PutUserPolicy on itself"], settings=Settings(admins=("arn:aws:iam::*:user/ann",))),
    unreadable(PRIVESC, "denied", UNREAD),
    unreadable(PRIVESC, "its managed policy was not read", within(user(AttachedManagedPolicies=[attached(OURS)]))),
    unreadable(PRIVESC, "a condition that nobody can decide", within(ann(allow("iam:PutUserPolicy", SELF, Condition={"StringEquals": {"iam:Novelty": "x"}})))),
    unreadable(PRIVESC, "a condition that nobody can decide, and functions that were not listed", within(
        ann(allow("iam:PutUserPolicy", SELF, Condition={"StringEquals": {"iam:Novelty": "x"}})), records=(denied("lambda.list_functions", REGION),))),
    unreadable(PRIVESC, "the target may be an administrator: its policy was not read", within(
        ann(allow("iam:CreateAccessKey", "*")), user("bob", AttachedManagedPolicies=[attached(OURS)], Tags=[{"Key": "a", "Value": "b"}]))),
]  # fmt: skip

# -- workloads --
PASS = allow("iam:PassRole")
LAMBDA = ["lambda:CreateFunction", "lambda:InvokeFunction"]
SERVICES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "ec2": ("ec2.amazonaws.com", ["ec2:RunInstances"], PROFILE),
    "ec2, a profile of its own making": ("ec2.amazonaws.com", ["ec2:RunInstances", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"], {}),
    "auto scaling, whose service-linked role it may make": (
        "ec2.amazonaws.com", ["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup", "iam:CreateServiceLinkedRole"], PROFILE),
    "lambda, invoked": ("lambda.amazonaws.com", LAMBDA, {}),
    "lambda, opened to others": ("lambda.amazonaws.com", ["lambda:CreateFunction", "lambda:AddPermission"], {}),
    "lambda, fed by a queue": ("lambda.amazonaws.com", ["lambda:Create*"], {}),
    "ecs": ("ecs-tasks.amazonaws.com", ["ecs:RegisterTaskDefinition", "ecs:RunTask"], {}),
    "batch": ("ecs-tasks.amazonaws.com", ["batch:RegisterJobDefinition", "batch:SubmitJob"], {}),
    "glue, an endpoint": ("glue.amazonaws.com", ["glue:CreateDevEndpoint"], {}),
    "glue, a job": ("glue.amazonaws.com", ["glue:CreateJob", "glue:StartJobRun"], {}),
    "glue, a session": ("glue.amazonaws.com", ["glue:CreateSession", "glue:RunStatement"], {}),
    "cloudformation": ("cloudformation.amazonaws.com", ["cloudformation:CreateStack"], {}),
    "cloudformation, a change set": ("cloudformation.amazonaws.com", ["cloudformation:*ChangeSet"], {}),
    "codebuild": ("codebuild.amazonaws.com", ["codebuild:CreateProject", "codebuild:StartBuild"], {}),
    "sagemaker, a notebook": ("sagemaker.amazonaws.com", ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"], {}),
    "sagemaker, a training job": ("sagemaker.amazonaws.com", ["sagemaker:CreateTrainingJob"], {}),
    "data pipeline": ("datapipeline.amazonaws.com", ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"], {}),
    "automation": ("ssm.amazonaws.com", ["ssm:StartAutomationExecution"], {}),
    "step functions": ("states.amazonaws.com", ["states:CreateStateMachine", "states:StartExecution"], {}),
    "a schedule": ("scheduler.amazonaws.com", ["scheduler:CreateSchedule"], {}),
    "app runner": ("tasks.apprunner.amazonaws.com", ["apprunner:CreateService"], {}),
    "agent core": ("bedrock-agentcore.amazonaws.com", ["bedrock-agentcore:*CodeInterpreter*"], {}),
}  # fmt: skip
RUNNER = allow(["lambda:UpdateFunctionCode"], f"arn:aws:lambda:*:{OWN}:function:billing")
FUNCTION = ok("lambda.list_functions", REGION, {"Functions": [
    {"FunctionName": "billing", "FunctionArn": f"arn:aws:lambda:{REGION}:{OWN}:function:billing", "Role": BOSS_ROLE}]})  # fmt: skip

UNLISTED = denied("lambda.list_functions", REGION)


def instance(state: str = "running") -> Record:
    one = {"InstanceId": "i-1", "State": {"Name": state}, "IamInstanceProfile": {"Arn": f"arn:aws:iam::{OWN}:instance-profile/p", "Id": "x"}}  # fmt: skip
    return ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": [one]}]})


STACK = f"arn:aws:cloudformation:{REGION}:{OWN}:stack/net/1"
STACKS = ok(
    "cloudformation.describe_stacks", REGION, {"Stacks": [{"StackName": "net", "StackId": STACK, "RoleARN": BOSS_ROLE}]}
)
PROJECTS = (ok("codebuild.list_projects", REGION, {"projects": ["p"]}), ok("codebuild.batch_get_projects", REGION, {"projects": [
    {"name": "p", "arn": f"arn:aws:codebuild:{REGION}:{OWN}:project/p", "serviceRole": BOSS_ROLE}]}, names="p"))  # fmt: skip
JOBS = ok("glue.get_jobs", REGION, {"Jobs": [{"Name": "j", "Role": "boss"}]})
SERVICE = f"arn:aws:ecs:{REGION}:{OWN}:service/c/web"
DEFINITION = f"arn:aws:ecs:{REGION}:{OWN}:task-definition/web:1"
CLUSTERS = (
    ok("ecs.list_clusters", REGION, {"clusterArns": ["c"]}), ok("ecs.list_services", REGION, {"serviceArns": ["s"]}, cluster="c"),
)  # fmt: skip
TASKS = (
    ok("ecs.describe_services", REGION, {"services": [{"serviceName": "web", "serviceArn": SERVICE, "status": "ACTIVE", "clusterArn": f"arn:aws:ecs:{REGION}:{OWN}:cluster/c", "taskDefinition": DEFINITION, "enableExecuteCommand": True}]}, cluster="c", services="s"),
    ok("ecs.describe_task_definition", REGION, {"taskDefinition": {"taskRoleArn": BOSS_ROLE}}, taskDefinition=DEFINITION),
)  # fmt: skip


def _task(**more: Any) -> tuple[Record, ...]:
    """A task of no service."""
    task = {
        "taskArn": f"arn:aws:ecs:{REGION}:{OWN}:task/c/1",
        "taskDefinitionArn": DEFINITION,
        "lastStatus": "RUNNING",
        "enableExecuteCommand": True,
    }
    return (
        ok("ecs.list_clusters", REGION, {"clusterArns": ["c"]}), ok("ecs.list_services", REGION, {"serviceArns": []}, cluster="c"),
        ok("ecs.list_tasks", REGION, {"taskArns": [task["taskArn"]]}, cluster="c"),
        ok("ecs.describe_tasks", REGION, {"tasks": [task | more]}, cluster="c", tasks=str(task["taskArn"])),
    )  # fmt: skip


OF_NOBODY = ok("ecs.describe_task_definition", REGION, {"taskDefinition": {"family": "web"}}, taskDefinition=DEFINITION)
RUNNING: dict[str, Accounts] = {
    "UpdateFunctionCode": within(boss(), ann(RUNNER), records=(FUNCTION,)),
    "SendCommand": within(boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:SendCommand")), records=(instance(),)),
    "StartSession": within(boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:StartSession", f"arn:aws:ec2:*:{OWN}:instance/*")), records=(instance(),)),
    "user data of a stopped instance": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(allow(["ec2:ModifyInstanceAttribute", "ec2:StartInstances", "ec2:StopInstances"])), records=(instance("stopped"),)),
    "StartBuild": within(boss("codebuild.amazonaws.com"), ann(allow("codebuild:StartBuild")), records=PROJECTS),
    "UpdateStack": within(boss("cloudformation.amazonaws.com"), ann(allow("cloudformation:UpdateStack", STACK)), records=(STACKS,)),
    "a job whose role is given by name": within(boss("glue.amazonaws.com"), ann(allow(["glue:UpdateJob", "glue:StartJobRun"])), records=(JOBS,)),
    "ExecuteCommand": within(boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(*CLUSTERS, *TASKS)),
    "ExecuteCommand in a task of no service": within(boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(*_task(), TASKS[1])),
    "ExecuteCommand in a task that was given a role": within(
        boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(*_task(overrides={"taskRoleArn": BOSS_ROLE}), OF_NOBODY)),
    "one region is unread, and the function is in the other": within(boss(), ann(RUNNER), records=(FUNCTION, denied("lambda.list_functions", "eu-west-1")), regions=(REGION, "eu-west-1")),
}  # fmt: skip
SAFE: dict[str, Accounts] = {
    "a task that no command can be sent into": within(
        boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=_task(enableExecuteCommand=False)),
    "a task that has stopped": within(
        boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(*_task(lastStatus="STOPPED"), TASKS[1])),
    "a task whose own role is no administrator's": within(
        boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(*_task(overrides={"taskRoleArn": f"arn:aws:iam::{OWN}:role/other"}), TASKS[1])),
    "the action without PassRole": within(boss(), ann(allow(LAMBDA))),
    "PassRole without the action": within(boss(), ann(PASS, allow("lambda:InvokeFunction"))),
    "PassRole of other roles": within(boss(), ann(allow("iam:PassRole", f"arn:aws:iam::{OWN}:role/app-*"), allow(LAMBDA))),
    "PassRole to another service": within(boss(), ann(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), allow(LAMBDA))),
    "the role trusts another service": within(boss("ec2.amazonaws.com"), ann(PASS, allow(LAMBDA))),
    "the role is no administrator's": within(worker(allow("s3:*"), trust=trusting({"Service": "lambda.amazonaws.com"})), ann(PASS, allow(LAMBDA))),
    "the role's trust is for another account's functions": within(
        role(trusting({"Service": "lambda.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": SISTER}}), name="boss", **ALL), ann(PASS, allow(LAMBDA))),
    "instances, but the role is in no profile": within(boss("ec2.amazonaws.com"), ann(PASS, allow("ec2:RunInstances"))),
    "instances, but on no network": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(PASS, allow("ec2:RunInstances", [f"arn:aws:ec2:*:{OWN}:instance/*", "arn:aws:ec2:*::image/*"]))),
    "functions of another account only": within(boss(), ann(PASS, allow(LAMBDA, f"arn:aws:lambda:*:{SISTER}:function:*"))),
    "a Deny of PassRole to administrators": within(boss(), ann(PASS, allow(LAMBDA), deny("iam:PassRole", BOSS_ROLE))),
    "bounded": within(boss(), ann(PASS, allow(LAMBDA), **BOUND), managed(BOUNDARY, allow("lambda:*"))),
    "roles that are linked to a service": within(boss(Path="/aws-service-role/lambda.amazonaws.com/"), ann(PASS, allow(LAMBDA))),
    "code of another function": within(boss(), ann(allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:*:{OWN}:function:other")), records=(FUNCTION,)),
    "commands to an instance without an agent": within(
        boss("ec2.amazonaws.com", RolePolicyList=[inline("n", deny("ssm:*"))], **PROFILE), ann(allow("ssm:SendCommand")), records=(instance(),)),
    "commands to an instance that is gone": within(boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:SendCommand")), records=(instance("terminated"),)),
    "commands, but no document that runs a script": within(
        boss("ec2.amazonaws.com", **PROFILE), ann(allow("ssm:SendCommand", [f"arn:aws:ec2:*:{OWN}:instance/*", "arn:aws:ssm:*:*:document/Acme-*"])), records=(instance(),)),
    "a stack without a role": within(boss(), ann(allow("cloudformation:UpdateStack")), records=(
        ok("cloudformation.describe_stacks", REGION, {"Stacks": [{"StackName": "n", "StackId": STACK}]}),)),
    "an administrator already": within(boss()),
    "functions are unread, and no administrator's role trusts Lambda": within(boss("ec2.amazonaws.com"), ann(RUNNER), records=(UNLISTED,)),
    "functions are unread, and it may change none": within(boss(), ann(allow("lambda:InvokeFunction")), records=(UNLISTED,)),
    "functions are unread, but not in the region where it may change one": within(
        boss(), ann(allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{OWN}:function:billing")), records=(UNLISTED,)),
}  # fmt: skip
WORKLOAD_CASES = [
    *(planted(PASSROLE, f"a new workload: {why}", within(boss(service, **more), ann(PASS, allow(actions)))) for why, (service, actions, more) in SERVICES.items()),
    *(planted(PASSROLE, f"a running workload: {why}", world) for why, world in RUNNING.items()),
    planted(PASSROLE, "PassRole to this service", within(boss(), ann(
        allow("iam:PassRole", f"arn:aws:iam::{OWN}:role/b*", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}), allow(LAMBDA, f"arn:aws:lambda:*:{OWN}:function:dev-*")))),
    *(hardened(PASSROLE, why, world, settings=EXPECTED) for why, world in SAFE.items()),
    unreadable(PASSROLE, "denied", UNREAD),
    hardened(PASSROLE, "an expected administrator", within(boss(), ann(PASS, allow(LAMBDA))), settings=Settings(admins=("arn:aws:iam::*:*/boss", "arn:aws:iam::*:user/ann"))),
]  # fmt: skip

# -- chains --
ACCOUNT_WIDE = trusting({"AWS": f"arn:aws:iam::{OWN}:root"})
ANN = f"arn:aws:iam::{OWN}:user/ann"


def hop(name: str, *statements: dict[str, Any], trust: dict[str, Any] = ACCOUNT_WIDE, **more: Any) -> dict[str, Any]:
    return role(trust, name=name, RolePolicyList=[inline("own", *statements)] if statements else [], **more)


def to(name: str) -> dict[str, Any]:
    return allow("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/{name}")


CHAINS: dict[str, tuple[Accounts, int]] = {
    "assume an administrator's role": (within(hop("boss", **ALL), ann(to("boss"))), 1),
    "the trust policy names it: no policy of its own is needed": (within(role(trusting({"AWS": ANN}), name="boss", **ALL), ann()), 1),
    "a user that the trust names, past what its boundary does not say": (
        within(role(trusting({"AWS": ANN}), name="boss", **ALL), user(**BOUND), managed(BOUNDARY, allow("s3:*"))), 1),
    "two roles, then the administrator's": (within(hop("boss", **ALL), hop("b", to("boss")), hop("a", to("b")), ann(to("a"))), 3),
    "eight roles, then the administrator's": (within(hop("boss", **ALL), hop("h", to("boss")), *(hop(a, to(b)) for a, b in pairwise("abcdefgh")), ann(to("a"))), 9),
    "a role that can make itself one": (within(hop("a", allow("iam:PutRolePolicy")), ann(to("a"))), 2),
    "a role that can pass one": (within(boss(), hop("a", PASS, allow(LAMBDA)), ann(to("a"))), 2),
    "a role that can change what runs as one": (within(boss(), hop("a", RUNNER), ann(to("a")), records=(FUNCTION,)), 2),
    "pass a role that can make itself one": (
        within(hop("a", allow("iam:AttachRolePolicy"), trust=trusting({"Service": "lambda.amazonaws.com"})), ann(PASS, allow(LAMBDA))), 2),
    "with an external id, which it knows": (
        within(hop("boss", trust=trusting({"AWS": OWN}, {"StringEquals": {"sts:ExternalId": "x"}}), **ALL), ann(to("*"))), 1),
}  # fmt: skip
UNCHAINED: dict[str, Accounts] = {
    "the account is trusted, but nothing allows it": within(hop("boss", **ALL), ann(to("other"))),
    "allowed, but the role trusts only a service": within(boss(), ann(allow("sts:AssumeRole"))),
    "allowed, but the role trusts somebody else": within(role(trusting({"AWS": f"arn:aws:iam::{OWN}:user/bob"}), name="boss", **ALL), ann(to("boss"))),
    "a Deny": within(role(trusting({"AWS": ANN}), name="boss", **ALL), ann(deny("sts:AssumeRole"))),
    "a role that the trust names, stopped by its boundary": within(
        role(trusting({"AWS": f"arn:aws:iam::{OWN}:role/worker"}), name="boss", **ALL), worker(allow("s3:*"), **BOUND), managed(BOUNDARY, allow("s3:*"))),
    "only principals with a tag": within(
        hop("boss", trust=trusting({"AWS": OWN}, {"StringEquals": {"aws:PrincipalTag/team": "x"}}), **ALL), ann(to("boss"), Tags=[{"Key": "team", "Value": "y"}])),
    "only one principal, by a condition": within(
        hop("boss", trust=trusting({"AWS": OWN}, {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:user/bob"}}), **ALL), ann(to("boss"))),
    "four steps, of which the last is not allowed": within(hop("boss", **ALL), hop("c", to("bosses")), hop("b", to("c")), hop("a", to("b")), ann(to("a"))),
    "in one step, which is another check's": within(ann(allow("iam:PutUserPolicy", SELF))),
    "in a circle": within(hop("a", to("b")), hop("b", to("a")), ann(to("a"))),
}  # fmt: skip
WAYPOINTS = Settings(admins=("arn:aws:iam::*:*/boss", "arn:aws:iam::*:role/?"))
CHAIN_CASES = [
    *(planted(CHAIN, why, world, settings=WAYPOINTS) for why, (world, _) in CHAINS.items()),
    *(hardened(CHAIN, why, world, settings=WAYPOINTS) for why, world in UNCHAINED.items()),
    unreadable(CHAIN, "denied", UNREAD),
]  # fmt: skip

CASES: list[Case] = [*IAM_CASES, *WORKLOAD_CASES, *CHAIN_CASES]
