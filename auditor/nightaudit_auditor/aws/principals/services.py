"""The published ways to gain privileges through a workload, as data: a new one, one that is there, one that is given another role.

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
    """A new workload of `service` that runs as a role that is passed to it; `profile`: inside an instance profile.

    `linked`: the service-linked role, below `role/aws-service-role/`, without which the service makes none.
    """

    service: str
    needs: tuple[Need, ...]
    profile: bool = False
    linked: str = ""

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
class Handed:
    """A workload of the `kind` that is there already is given another role, which is passed to its `service`. `needs` as of
    `Running`, `profile` as of `Pass`; `agent`: an action that the passed role must be allowed for the way to work at all."""

    kind: str
    service: str
    needs: tuple[Need, ...]
    profile: bool = False
    agent: str = ""

    @property
    def name(self) -> str:
        """The actions, as the path shows them."""
        return " + ".join(dict.fromkeys(("iam:PassRole", *(action for action, _ in self.needs))))


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
_LAUNCH_CONFIGURATION = _of("autoscaling", "launchConfiguration:*:launchConfigurationName/*")
_AUTOSCALING = _of("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")
_AGENTCORE = _of("bedrock-agentcore", "code-interpreter/*")

PASSES = (
    Pass("ec2.amazonaws.com", _LAUNCH, profile=True),
    Pass(
        "ec2.amazonaws.com",
        (
            ("autoscaling:CreateLaunchConfiguration", _LAUNCH_CONFIGURATION),
            ("autoscaling:CreateAutoScalingGroup", _AUTOSCALING),
        ),
        profile=True,
        linked="autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
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

_AGENT = "ssm:UpdateInstanceInformation"
_SHELL = "arn:{partition}:ssm:*::document/AWS-RunShellScript"
RUNNING = (
    Running("lambda", (("lambda:UpdateFunctionCode", "@"),)),
    Running("lambda", (("lambda:UpdateFunctionConfiguration", "@"),)),
    Running(
        "ec2",
        (("ssm:SendCommand", "@"), ("ssm:SendCommand", _SHELL)),
        agent=_AGENT,
    ),
    Running("ec2", (("ssm:StartSession", "@"),), agent=_AGENT),
    Running("ec2", (("ec2:ModifyInstanceAttribute", "@"), ("ec2:StopInstances", "@"), ("ec2:StartInstances", "@"))),
    Running("codebuild", (("codebuild:StartBuild", "@"),)),
    Running("codebuild", (("codebuild:StartBuildBatch", "@"),)),
    Running("cloudformation", (("cloudformation:UpdateStack", "@"),)),
    Running("cloudformation", (("cloudformation:CreateChangeSet", "@"), ("cloudformation:ExecuteChangeSet", "@"))),
    Running("glue", (("glue:UpdateJob", "@"), ("glue:StartJobRun", "@"))),
    Running("ecs", (("ecs:ExecuteCommand", "@"),)),
)

_INTO = ((("ssm:StartSession", "@"),), (("ssm:SendCommand", "@"), ("ssm:SendCommand", _SHELL)))
"""What takes somebody into an instance."""
HANDED = (
    Handed("lambda", "lambda.amazonaws.com", (("lambda:UpdateFunctionConfiguration", "@"),)),
    Handed("codebuild", "codebuild.amazonaws.com", (("codebuild:UpdateProject", "@"), ("codebuild:StartBuild", "@"))),
    Handed("codebuild", "codebuild.amazonaws.com", (("codebuild:UpdateProject", "@"), ("codebuild:StartBuildBatch", "@"))),
    Handed("cloudformation", "cloudformation.amazonaws.com", (("cloudformation:UpdateStack", "@"),)),
    Handed("glue", "glue.amazonaws.com", (("glue:UpdateJob", "@"), ("glue:StartJobRun", "@"))),
    Handed("glue", "glue.amazonaws.com", (("glue:UpdateJob", "@"), ("glue:CreateTrigger", _of("glue", "trigger/*")))),
    Handed("ecs service", "ecs-tasks.amazonaws.com", (("ecs:RegisterTaskDefinition", _TASK), ("ecs:UpdateService", "@"))),
    Handed(
        "auto scaling group",
        "ec2.amazonaws.com",
        (("autoscaling:CreateLaunchConfiguration", _LAUNCH_CONFIGURATION), ("autoscaling:UpdateAutoScalingGroup", "@")),
        profile=True,
    ),
    *(
        Handed(kind, "ec2.amazonaws.com", ((f"ec2:{action}", "@"), *into), profile=True, agent=_AGENT)
        for kind, action in (
            ("ec2", "ReplaceIamInstanceProfileAssociation"), ("ec2 without a profile", "AssociateIamInstanceProfile"),
        )
        for into in _INTO
    ),
)  # fmt: skip
"""A function's configuration has its layers beside its role: no other action is needed to have it do something else."""

RUNS_AS = {
    "lambda": ("lambda.amazonaws.com", "arn:{partition}:lambda:{region}:{account}:function:*"),
    "ec2": ("ec2.amazonaws.com", "arn:{partition}:ec2:{region}:{account}:instance/*"),
    "codebuild": ("codebuild.amazonaws.com", "arn:{partition}:codebuild:{region}:{account}:project/*"),
    "cloudformation": ("cloudformation.amazonaws.com", "arn:{partition}:cloudformation:{region}:{account}:stack/*/*"),
    "glue": ("glue.amazonaws.com", "arn:{partition}:glue:{region}:{account}:job/*"),
    "ec2 without a profile": ("ec2.amazonaws.com", "arn:{partition}:ec2:{region}:{account}:instance/*"),
    "auto scaling group": (
        "ec2.amazonaws.com", "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/*",
    ),
    "ecs service": ("ecs-tasks.amazonaws.com", "arn:{partition}:ecs:{region}:{account}:service/*/*"),
    "ecs": ("ecs-tasks.amazonaws.com", "arn:{partition}:ecs:{region}:{account}:task/*/*"),
}  # fmt: skip
"""By kind of workload: whom its role must trust, and where in a region it may be."""

COMPUTE_SERVICES = tuple(dict.fromkeys((*(way.service for way in PASSES), *MORE_COMPUTE)))
"""Services that run what their customers write: whoever writes it acts as the role."""
