"""The published ways to become an administrator, as the corpus plants them: the actions, and what each is done to.

The lists are those of Rhino Security Labs (2018), Bishop Fox (2021), DataDog's pathfinding.cloud, and what principalmapper's own
documentation names. They are written down here a second time, and not read from the auditor: what the auditor does not know
must be in the corpus too. A `target` is a name that `corpus` fills in.
"""

from __future__ import annotations

from dataclasses import dataclass

USER, ROLE = "User", "Role"


@dataclass(frozen=True)
class Way:
    """`grants` are (action, target); `by` is the type of principal that it is for, empty for both. One that is not `open` lacks
    something, and leads nowhere."""

    name: str
    grants: tuple[tuple[str, str], ...]
    by: str = ""
    open: bool = True


def _iam(target: str, *actions: str, by: str = "", lacking: str = "") -> Way:
    grants = tuple((f"iam:{action}", target) for action in actions)
    return Way(" + ".join(action for action, _ in grants) + lacking, grants, by, open=not lacking)


def _new(service: str, *actions: str, role: str = "", lacking: str = "") -> Way:
    """A new workload of a service, to which an administrator's role is passed."""
    made = ((action, "any-role" if action.startswith("iam:") else "new") for action in actions)
    grants = (("iam:PassRole", f"admin:{role or service}"), *made)
    return Way(" + ".join(action for action, _ in grants) + lacking, grants, open=not lacking)


def _running(kind: str, *actions: str) -> Way:
    """A workload that runs as an administrator's role."""
    return Way(" + ".join(actions), tuple((action, f"runs-as-admin:{kind}") for action in actions))


def _handed(kind: str, *actions: str) -> Way:
    """A workload that runs as somebody harmless, and is given an administrator's role."""
    grants = (("iam:PassRole", f"admin:{kind}"), *((action, f"runs-as-worker:{kind}") for action in actions))
    return Way(" + ".join(action for action, _ in grants) + ", an existing one", grants)


IAM = (
    _iam("self", "AttachUserPolicy", by=USER),
    _iam("self", "PutUserPolicy", by=USER),
    _iam("self", "AttachRolePolicy", by=ROLE),
    _iam("self", "PutRolePolicy", by=ROLE),
    _iam("own-group", "AttachGroupPolicy", by=USER),
    _iam("own-group", "PutGroupPolicy", by=USER),
    _iam("admin-group", "AddUserToGroup", by=USER),
    _iam("own-policy", "CreatePolicyVersion"),
    _iam("own-policy-with-older", "SetDefaultPolicyVersion"),
    _iam("admin-user", "CreateAccessKey"),
    _iam("admin-user-with-two-keys", "CreateAccessKey", lacking=", two keys there"),
    _iam("admin-user", "CreateLoginProfile"),
    _iam("admin-user-with-password", "UpdateLoginProfile"),
    _iam("admin-user", "UpdateLoginProfile", lacking=", no password there"),
    _iam("admin:lambda", "UpdateAssumeRolePolicy"),
    _iam("any-role", "CreateRole", "AttachRolePolicy"),
    _iam("any-role", "CreateRole", "PutRolePolicy"),
    _iam("user-to-be", "CreateUser", "AttachUserPolicy", "CreateAccessKey"),
    Way(
        "iam:AttachRolePolicy + sts:AssumeRole",
        (("iam:AttachRolePolicy", "open-worker"), ("sts:AssumeRole", "open-worker")),
    ),
    _iam("open-worker", "PutRolePolicy", "UpdateAssumeRolePolicy"),
)
STS = (
    Way("sts:AssumeRole", (("sts:AssumeRole", "open-admin"),)),
    Way("sts:AssumeRole, with an external id", (("sts:AssumeRole", "open-admin-with-id"),)),
    Way("sts:AssumeRole, by trust alone", (("s3:ListAllMyBuckets", "trusting-admin"),)),
    Way("sts:AssumeRole, two in a row", (("sts:AssumeRole", "hops:1"),)),
    Way("sts:AssumeRole, three in a row", (("sts:AssumeRole", "hops:2"),)),
    Way("sts:AssumeRole, four in a row", (("sts:AssumeRole", "hops:3"),)),
    Way(
        "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction, to who may change a trust policy",
        (("iam:PassRole", "stage:lambda"), ("lambda:CreateFunction", "new"), ("lambda:InvokeFunction", "new")),
    ),
)
WORKLOADS = (
    _new("ec2", "ec2:RunInstances"),
    _new("ec2", "ec2:RunInstances", role="ec2-without-profile", lacking=", no instance profile there"),
    Way(
        "iam:PassRole + ec2:RunInstances + a new instance profile",
        (
            ("iam:PassRole", "admin:ec2-without-profile"), ("ec2:RunInstances", "new"),
            ("iam:CreateInstanceProfile", "profile"), ("iam:AddRoleToInstanceProfile", "profile"),
        ),
    ),
    _new(
        "ec2", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup",
        lacking=", no service-linked role there",
    ),
    _new(
        "ec2", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup",
        "iam:CreateServiceLinkedRole",
    ),
    _new("lambda", "lambda:CreateFunction", "lambda:InvokeFunction"),
    _new("lambda", "lambda:CreateFunction", "lambda:AddPermission"),
    _new("lambda", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _new("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _new("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:StartTask"),
    _new("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _new("ecs-tasks", "batch:RegisterJobDefinition", "batch:SubmitJob"),
    _new("glue", "glue:CreateDevEndpoint"),
    _new("glue", "glue:CreateJob", "glue:StartJobRun"),
    _new("glue", "glue:CreateJob", "glue:CreateTrigger"),
    _new("glue", "glue:CreateSession", "glue:RunStatement"),
    _new("cloudformation", "cloudformation:CreateStack"),
    _new("cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    _new("codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    _new("codebuild", "codebuild:CreateProject", "codebuild:StartBuildBatch"),
    _new("sagemaker", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _new("sagemaker", "sagemaker:CreateTrainingJob"),
    _new("sagemaker", "sagemaker:CreateProcessingJob"),
    _new("datapipeline", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
    _new("ssm", "ssm:StartAutomationExecution"),
    _new("states", "states:CreateStateMachine", "states:StartExecution"),
    _new("scheduler", "scheduler:CreateSchedule"),
    _new("tasks.apprunner", "apprunner:CreateService"),
    _new(
        "bedrock-agentcore", "bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession",
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
    _new("lambda", "lambda:CreateFunction", lacking=", nobody runs it"),
    _new("sagemaker", "sagemaker:CreateNotebookInstance", lacking=", nobody opens it"),
    Way("ssm:SendCommand, no instance there", (("ssm:SendCommand", "no-instance"),), open=False),
    _running("lambda", "lambda:UpdateFunctionCode"),
    _running("lambda", "lambda:UpdateFunctionConfiguration"),
    Way("ssm:SendCommand", (("ssm:SendCommand", "runs-as-admin:ec2"), ("ssm:SendCommand", "shell-script"))),
    _running("ec2", "ssm:StartSession"),
    _running("ec2", "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    _running("codebuild", "codebuild:StartBuild"),
    _running("codebuild", "codebuild:StartBuildBatch"),
    _running("cloudformation", "cloudformation:UpdateStack"),
    _running("cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    _running("glue", "glue:UpdateJob", "glue:StartJobRun"),
    _handed("lambda", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
    _handed("codebuild", "codebuild:UpdateProject", "codebuild:StartBuild"),
    _handed("cloudformation", "cloudformation:UpdateStack"),
    _handed("glue", "glue:UpdateJob", "glue:StartJobRun"),
)  # fmt: skip
WAYS = (*IAM, *STS, *WORKLOADS)
