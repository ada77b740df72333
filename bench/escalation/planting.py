"""Makes the corpus in the demo's AWS, by the calls that anybody would make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from bench.escalation.accounts import Account, Policy, Principal, Workload
from bench.escalation.corpus import REGION
from demo.aws import facts
from demo.aws.seeding import organization
from demo.aws.seeding.cloud import Cloud, document, tags

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_IMAGE = "ami-12345678"
EXTERNAL_ID = "nightaudit-escalation"


def plant(cloud: Cloud, corpus: Iterable[Account]) -> None:
    """Make the accounts, with the role that the auditor assumes. Raises RuntimeError if the server gives other ids."""
    organization.create(cloud)
    for account in corpus:
        name = f"corpus-{account.id[-3:]}"
        made = cloud.home("organizations").create_account(AccountName=name, Email=f"{name}@example.com")
        if made["CreateAccountStatus"]["AccountId"] != account.id:
            raise RuntimeError(f"the server made {made['CreateAccountStatus']} where {account.id} was due")
        organization.audit_role(cloud, member(account))
        _Planter(cloud, account).plant()


def member(account: Account) -> facts.Account:
    """The account, as the demo's clients know accounts."""
    return facts.Account(account.id, f"corpus-{account.id[-3:]}", EXTERNAL_ID)


class _Planter:
    def __init__(self, cloud: Cloud, account: Account) -> None:
        self._cloud = cloud
        self._account = account
        self._iam = self._client("iam", "us-east-1")

    def _client(self, service: str, region: str = REGION) -> Any:
        return self._cloud.client(member(self._account), service, region)

    def plant(self) -> None:
        for group in self._account.groups:
            self._iam.create_group(GroupName=group.name)
            self._give("group", group.name, group.policies, administrator=group.administrator)
        for principal in self._account.principals:
            self._principal(principal)
        for workload in self._account.workloads:
            self._workload(workload)

    def _principal(self, principal: Principal) -> None:
        name = principal.name
        given: dict[str, Any] = {"Tags": tags(team="core")}
        if principal.boundary:
            given["PermissionsBoundary"] = self._policy(Policy(f"{name}-boundary", principal.boundary))
        if principal.trust:
            self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(*principal.trust), **given)
        else:
            self._iam.create_user(UserName=name, **given)
        self._give(
            "role" if principal.trust else "user", name, principal.policies, administrator=principal.administrator
        )
        for group in principal.groups:
            self._iam.add_user_to_group(GroupName=group, UserName=name)
        for _ in range(principal.keys):
            self._iam.create_access_key(UserName=name)
        if principal.password:
            self._iam.create_login_profile(UserName=name, Password="Correct-Horse-9-Battery")  # noqa: S106 - nobody's
        if principal.profile:
            self._iam.create_instance_profile(InstanceProfileName=name)
            self._iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)

    def _give(self, kind: str, name: str, policies: Iterable[Policy], *, administrator: bool) -> None:
        whose = {f"{kind.title()}Name": name}
        if administrator:
            getattr(self._iam, f"attach_{kind}_policy")(PolicyArn=_ADMINISTRATOR, **whose)
        for policy in policies:
            if policy.managed:
                getattr(self._iam, f"attach_{kind}_policy")(PolicyArn=self._policy(policy), **whose)
            else:
                text = document(*policy.statements)
                getattr(self._iam, f"put_{kind}_policy")(PolicyName=policy.name, PolicyDocument=text, **whose)

    def _policy(self, policy: Policy) -> str:
        first = policy.older or policy.statements
        made = self._iam.create_policy(PolicyName=policy.name, PolicyDocument=document(*first))
        arn = str(made["Policy"]["Arn"])
        if policy.older:
            text = document(*policy.statements)
            self._iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        return arn

    def _workload(self, workload: Workload) -> None:
        role = f"arn:aws:iam::{self._account.id}:role/{workload.role}"
        name = workload.name
        match workload.kind:
            case "lambda":
                self._client("lambda").create_function(
                    FunctionName=name, Role=role, Runtime="python3.13", Handler="main.handle", Code={"ZipFile": _code()}
                )
            case "ec2":
                self._client("ec2").run_instances(
                    ImageId=_IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro",
                    IamInstanceProfile={"Arn": role.replace(":role/", ":instance-profile/")},
                )  # fmt: skip
            case "codebuild":
                self._client("codebuild").create_project(
                    name=name, serviceRole=role, artifacts={"type": "NO_ARTIFACTS"}, tags=[],
                    source={"type": "S3", "location": "sources/main.zip"},
                    environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"},
                )  # fmt: skip
            case "cloudformation":
                self._client("cloudformation").create_stack(
                    StackName=name, RoleARN=role, TemplateBody='{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
                )
            case "glue":
                self._client("glue").create_job(Name=name, Role=role, Command={"Name": "glueetl"})
            case kind:
                raise ValueError(f"a workload of kind {kind!r} of {self._account.id}: nobody knows how to make it")


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handle(event, context): ...\n")
    return packed.getvalue()
