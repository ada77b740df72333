"""The published ways to gain privileges on AWS, as data: what each takes, and from whom it gains them.

Collected from what AWS's Service Authorization Reference says of each action, after the classes that Rhino Security Labs
(2018), Bishop Fox (2021) and DataDog's pathfinding.cloud describe. In templates of ARNs `{account}` is the account and
`{partition}` the partition; `*` is what the caller chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

from nightaudit_auditor.aws.services import MORE_COMPUTE

Need = tuple[str, str]
"""(action, template of the resource)."""


@dataclass(frozen=True)
class Pass:
    """A new workload of `service` that runs as a role that is passed to it; `profile`: inside an instance profile."""

    service: str
    needs: tuple[Need, ...]
    profile: bool = False

    @property
    def name(self) -> str:
        """The actions, as the path shows them."""
        return " + ".join(dict.fromkeys(("iam:PassRole", *(action for action, _ in self.needs))))


@dataclass(frozen=True)
class Running:
    """A workload that is there already: what it takes to make it do something else. In `needs` the template `@` is its ARN.

    `agent`: an action that its own role must be allowed for the way to work at all (an instance without Systems Manager's agent
    takes no commands).
    """

    kind: str
    needs: tuple[Need, ...]
    agent: str = ""

    @property
    def name(self) -> str:
        """The actions, as the path shows them."""
        return " + ".join(dict.fromkeys(action for action, _ in self.needs))


@dataclass(frozen=True)
class Grant:
    """A way to put a policy of an administrator on somebody. `on`: what the action is done to; `of`: whose it must be."""

    action: str
    of: str
    on: str


GRANTS = (
    Grant("iam:AttachUserPolicy", "User", "self"),
    Grant("iam:PutUserPolicy", "User", "self"),
    Grant("iam:AddUserToGroup", "User", "admin group"),
    Grant("iam:AttachGroupPolicy", "User", "group"),
    Grant("iam:PutGroupPolicy", "User", "group"),
    Grant("iam:AttachRolePolicy", "Role", "self"),
    Grant("iam:PutRolePolicy", "Role", "self"),
    Grant("iam:CreatePolicyVersion", "", "policy"),
    Grant("iam:SetDefaultPolicyVersion", "", "policy with a mightier version"),
)
UNBOUND = {
    "User": ("iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"),
    "Role": ("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"),
}
"""What takes a boundary off, or swaps it for one that bounds nothing."""
TAKEOVERS = {
    "User": ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    "Role": ("iam:UpdateAssumeRolePolicy",),
}
"""What makes the credentials of a user, or the trust of a role, one's own."""


def _of(service: str, kind: str) -> str:
    return f"arn:{{partition}}:{service}:*:{{account}}:{kind}"


_FUNCTION, _STACK, _PROJECT = (
    _of("lambda", "function:*"),
    _of("cloudformation", "stack/*/*"),
    _of("codebuild", "project/*"),
)
_TASK, _JOB, _SESSION = _of("ecs", "task-definition/*:*"), _of("glue", "job/*"), _of("glue", "session/*")
_LAUNCH = tuple(
    ("ec2:RunInstances", template)
    for template in (
        "arn:{partition}:ec2:*::image/*", _of("ec2", "instance/*"), _of("ec2", "network-interface/*"),
        _of("ec2", "security-group/*"), _of("ec2", "subnet/*"), _of("ec2", "volume/*"),
    )
)  # fmt: skip
_AUTOSCALING = _of("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")
_AGENTCORE = _of("bedrock-agentcore", "code-interpreter/*")

PASSES = (
    Pass("ec2.amazonaws.com", _LAUNCH, profile=True),
    Pass(
        "ec2.amazonaws.com",
        (
            (
                "autoscaling:CreateLaunchConfiguration",
                _of("autoscaling", "launchConfiguration:*:launchConfigurationName/*"),
            ),
            ("autoscaling:CreateAutoScalingGroup", _AUTOSCALING),
        ),
        profile=True,
    ),
    Pass("lambda.amazonaws.com", (("lambda:CreateFunction", _FUNCTION), ("lambda:InvokeFunction", _FUNCTION))),
    Pass("lambda.amazonaws.com", (("lambda:CreateFunction", _FUNCTION), ("lambda:AddPermission", _FUNCTION))),
    Pass(
        "lambda.amazonaws.com",
        (
            ("lambda:CreateFunction", _FUNCTION),
            ("lambda:CreateEventSourceMapping", _of("lambda", "event-source-mapping:*")),
        ),
    ),
    Pass("ecs-tasks.amazonaws.com", (("ecs:RegisterTaskDefinition", _TASK), ("ecs:RunTask", _TASK))),
    Pass("ecs-tasks.amazonaws.com", (("ecs:RegisterTaskDefinition", _TASK), ("ecs:StartTask", _TASK))),
    Pass(
        "ecs-tasks.amazonaws.com",
        (("ecs:RegisterTaskDefinition", _TASK), ("ecs:CreateService", _of("ecs", "service/*/*"))),
    ),
    Pass(
        "ecs-tasks.amazonaws.com",
        (
            ("batch:RegisterJobDefinition", _of("batch", "job-definition/*")),
            ("batch:SubmitJob", _of("batch", "job-definition/*")),
            ("batch:SubmitJob", _of("batch", "job-queue/*")),
        ),
    ),
    Pass("glue.amazonaws.com", (("glue:CreateDevEndpoint", _of("glue", "devEndpoint/*")),)),
    Pass("glue.amazonaws.com", (("glue:CreateJob", _JOB), ("glue:StartJobRun", _JOB))),
    Pass("glue.amazonaws.com", (("glue:CreateJob", _JOB), ("glue:CreateTrigger", _of("glue", "trigger/*")))),
    Pass("glue.amazonaws.com", (("glue:CreateSession", _SESSION), ("glue:RunStatement", _SESSION))),
    Pass("cloudformation.amazonaws.com", (("cloudformation:CreateStack", _STACK),)),
    Pass(
        "cloudformation.amazonaws.com",
        (("cloudformation:CreateChangeSet", _STACK), ("cloudformation:ExecuteChangeSet", _STACK)),
    ),
    Pass("codebuild.amazonaws.com", (("codebuild:CreateProject", _PROJECT), ("codebuild:StartBuild", _PROJECT))),
    Pass("codebuild.amazonaws.com", (("codebuild:CreateProject", _PROJECT), ("codebuild:StartBuildBatch", _PROJECT))),
    Pass(
        "sagemaker.amazonaws.com",
        (
            ("sagemaker:CreateNotebookInstance", _of("sagemaker", "notebook-instance/*")),
            ("sagemaker:CreatePresignedNotebookInstanceUrl", _of("sagemaker", "notebook-instance/*")),
        ),
    ),
    Pass("sagemaker.amazonaws.com", (("sagemaker:CreateTrainingJob", _of("sagemaker", "training-job/*")),)),
    Pass("sagemaker.amazonaws.com", (("sagemaker:CreateProcessingJob", _of("sagemaker", "processing-job/*")),)),
    Pass(
        "datapipeline.amazonaws.com",
        tuple(
            (f"datapipeline:{action}", _of("datapipeline", "pipeline/*"))
            for action in ("CreatePipeline", "PutPipelineDefinition", "ActivatePipeline")
        ),
    ),
    Pass("ssm.amazonaws.com", (("ssm:StartAutomationExecution", _of("ssm", "automation-definition/*:*")),)),
    Pass(
        "states.amazonaws.com",
        (
            ("states:CreateStateMachine", _of("states", "stateMachine:*")),
            ("states:StartExecution", _of("states", "stateMachine:*")),
        ),
    ),
    Pass("scheduler.amazonaws.com", (("scheduler:CreateSchedule", _of("scheduler", "schedule/*/*")),)),
    Pass("tasks.apprunner.amazonaws.com", (("apprunner:CreateService", _of("apprunner", "service/*/*")),)),
    Pass(
        "bedrock-agentcore.amazonaws.com",
        tuple(
            (f"bedrock-agentcore:{action}", _AGENTCORE)
            for action in ("CreateCodeInterpreter", "StartCodeInterpreterSession", "InvokeCodeInterpreter")
        ),
    ),
)
PROFILE = (
    ("iam:CreateInstanceProfile", "arn:{partition}:iam::{account}:instance-profile/*"),
    ("iam:AddRoleToInstanceProfile", "arn:{partition}:iam::{account}:instance-profile/*"),
)
"""What puts a role into an instance profile, if it is in none."""

RUNNING = (
    Running("lambda", (("lambda:UpdateFunctionCode", "@"),)),
    Running("lambda", (("lambda:UpdateFunctionConfiguration", "@"),)),
    Running(
        "ec2",
        (("ssm:SendCommand", "@"), ("ssm:SendCommand", "arn:{partition}:ssm:*::document/AWS-RunShellScript")),
        agent="ssm:UpdateInstanceInformation",
    ),
    Running("ec2", (("ssm:StartSession", "@"),), agent="ssm:UpdateInstanceInformation"),
    Running("ec2", (("ec2:ModifyInstanceAttribute", "@"), ("ec2:StopInstances", "@"), ("ec2:StartInstances", "@"))),
    Running("codebuild", (("codebuild:StartBuild", "@"),)),
    Running("codebuild", (("codebuild:StartBuildBatch", "@"),)),
    Running("cloudformation", (("cloudformation:UpdateStack", "@"),)),
    Running("cloudformation", (("cloudformation:CreateChangeSet", "@"), ("cloudformation:ExecuteChangeSet", "@"))),
    Running("glue", (("glue:UpdateJob", "@"), ("glue:StartJobRun", "@"))),
    Running("ecs", (("ecs:ExecuteCommand", "@"),)),
)

RUNS_AS = {
    "lambda": ("lambda.amazonaws.com", "arn:{partition}:lambda:{region}:{account}:function:*"),
    "ec2": ("ec2.amazonaws.com", "arn:{partition}:ec2:{region}:{account}:instance/*"),
    "codebuild": ("codebuild.amazonaws.com", "arn:{partition}:codebuild:{region}:{account}:project/*"),
    "cloudformation": ("cloudformation.amazonaws.com", "arn:{partition}:cloudformation:{region}:{account}:stack/*/*"),
    "glue": ("glue.amazonaws.com", "arn:{partition}:glue:{region}:{account}:job/*"),
    "ecs": ("ecs-tasks.amazonaws.com", "arn:{partition}:ecs:{region}:{account}:task/*/*"),
}
"""By kind of running workload: whom its role must trust, and where in a region it may be."""

COMPUTE_SERVICES = tuple(dict.fromkeys((*(way.service for way in PASSES), *MORE_COMPUTE)))
"""Services that run what their customers write: whoever writes it acts as the role."""
