"""The answers of IAM, in AWS's shapes, for the cases of its checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, NOW, OWN, REGION, account, denied, ok

DETAILS, REPORT, SUMMARY = (
    "iam.get_account_authorization_details",
    "iam.get_credential_report",
    "iam.get_account_summary",
)
PASSWORD_POLICY = "iam.get_account_password_policy"
ADMIN_ARN = "arn:aws:iam::aws:policy/AdministratorAccess"
ROLE_ARN = f"arn:aws:iam::{OWN}:role/worker"
Accounts = tuple[AccountData, ...]
UNREAD: Accounts = (account(denied(DETAILS), *NO_ORGANIZATION),)
MALFORMED = "{'not': json}"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SSO = f"arn:aws:iam::{OWN}:saml-provider/AWSSSO_1234567890abcdef_DO_NOT_DELETE"
SSO_PATH = "/aws-reserved/sso.amazonaws.com/eu-central-1/"
UNKNOWN_ORGANIZATION = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))


def ago(days: float) -> str:
    """An RFC 3339 time so many days before the run."""
    return (datetime.fromtimestamp(NOW, UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document(*statements)}


def attached(arn: str) -> dict[str, Any]:
    return {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}


def managed(arn: str, *statements: dict[str, Any], attachments: int = 1) -> dict[str, Any]:
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(allow())},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document(*statements)},
    ]
    name = arn.rpartition("/")[2]
    return {"PolicyName": name, "Arn": arn, "AttachmentCount": attachments, "PolicyVersionList": versions}


ADMINISTRATOR_ACCESS = managed(ADMIN_ARN, allow())


def user(name: str = "ann", **more: Any) -> dict[str, Any]:
    return {"UserName": name, "Path": "/", "Arn": f"arn:aws:iam::{OWN}:user/{name}", "CreateDate": ago(400), **more}


def trusting(principal: Any, condition: dict[str, Any] | None = None, action: str = "sts:AssumeRole") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement | ({"Condition": condition} if condition else {})


EC2_TRUST = trusting({"Service": "ec2.amazonaws.com"})


def role(*trust: dict[str, Any], name: str = "worker", path: str = "/", **more: Any) -> dict[str, Any]:
    return {
        "RoleName": name, "Path": path, "Arn": f"arn:aws:iam::{OWN}:role{path}{name}", "CreateDate": ago(400),
        "AssumeRolePolicyDocument": document(*(trust or (EC2_TRUST,))), **more,
    }  # fmt: skip


def group(name: str = "staff", **more: Any) -> dict[str, Any]:
    return {"GroupName": name, "Path": "/", "Arn": f"arn:aws:iam::{OWN}:group/{name}", **more}


def details(*entities: dict[str, Any]) -> Record:
    members = {"UserName": "UserDetailList", "RoleName": "RoleDetailList", "GroupName": "GroupDetailList"}
    answer: dict[str, list[Any]] = {m: [] for m in (*members.values(), "Policies")}
    for entity in entities:
        answer[next((m for key, m in members.items() if key in entity), "Policies")].append(entity)
    return ok(DETAILS, answer=answer)


def no_workloads(*regions: str) -> tuple[Record, ...]:
    """What the lists of workloads say of regions in which nothing runs."""
    operations = (
        "autoscaling.describe_auto_scaling_groups", "cloudformation.describe_stacks", "codebuild.list_projects", "ec2.describe_instances",
        "ecs.list_clusters", "glue.get_jobs", "lambda.list_functions",
    )  # fmt: skip
    return tuple(ok(operation, region) for operation in operations for region in regions)


def world(*entities: dict[str, Any], extra: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[AccountData, ...]:
    """One account with these users, roles, groups and policies."""
    return (account(details(*entities), *no_workloads(REGION), *extra),)


def row(name: str = "ann", **columns: Any) -> dict[str, Any]:
    """A line of the credential report of a user who has nothing."""
    arn = f"arn:aws:iam::{OWN}:root" if name == "<root_account>" else f"arn:aws:iam::{OWN}:user/{name}"
    blank: dict[str, Any] = {
        "user": name, "arn": arn, "user_creation_time": ago(400), "password_enabled": False, "password_last_used": None,
        "password_last_changed": None, "mfa_active": False,
    }  # fmt: skip
    for key in ("access_key_1", "access_key_2"):
        blank |= {f"{key}_active": False, f"{key}_last_rotated": None, f"{key}_last_used_date": None}
    return blank | columns


def key(number: int, *, rotated: float, used: float | None) -> dict[str, Any]:
    prefix = f"access_key_{number}"
    last = None if used is None else ago(used)
    return {f"{prefix}_active": True, f"{prefix}_last_rotated": ago(rotated), f"{prefix}_last_used_date": last}


def report(*rows: dict[str, Any]) -> Record:
    return ok(REPORT, answer={"Users": list(rows), "GeneratedTime": ago(0.1)})


def summary(**numbers: int) -> Record:
    return ok(SUMMARY, answer={"SummaryMap": numbers})
