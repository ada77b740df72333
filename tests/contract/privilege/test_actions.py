"""The actions of the catalogue: they exist, they read, they read no data, and they are those of their operations."""

from __future__ import annotations

import msgspec
import pytest

from demo.aws import authorization
from demo.aws.authorization import needed
from nightaudit_auditor.aws.actions import access_level, expand, known
from nightaudit_auditor.collect.entries import Entry
from nightaudit_auditor.views.policy import EXCEPTIONS, why_unfit
from nightaudit_auditor.views.policy.data import DATA_READS

from .conftest import CATALOGUE, MODELS

ENTRIES = [pytest.param(entry, id=entry.id) for entry in CATALOGUE.entries.values()]
FLOWS = {
    "": (),
    "credential_report": ("GenerateCredentialReport",),
    "service_last_accessed": ("GenerateServiceLastAccessedDetails",),
}
"""The operations that a flow calls besides the entry's own."""

NEVER = [
    "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:ListBucket", "s3:ListBucketVersions",
    "s3express:CreateSession", "s3-object-lambda:GetObject", "glacier:GetJobOutput", "ebs:GetSnapshotBlock",
    "secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "kms:Decrypt",
    "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory",
    "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:GetRecords",
    "rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "rds-data:ExecuteSql", "rds:DownloadDBLogFilePortion",
    "redshift-data:GetStatementResult", "athena:GetQueryResults", "es:ESHttpGet",
    "sqs:ReceiveMessage", "kinesis:GetRecords", "kafka-cluster:ReadData",
    "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:StartQuery", "logs:GetQueryResults", "logs:StartLiveTail", "logs:Unmask",
    "lambda:GetFunction", "lambda:GetLayerVersion", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken",
    "codecommit:GetFile", "codecommit:GetFolder", "codecommit:GetBlob", "codecommit:GitPull", "codeartifact:GetPackageVersionAsset",
    "ec2:GetPasswordData", "ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot",
    "cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup", "cognito-idp:AdminGetUser", "cognito-identity:GetCredentialsForIdentity",
    "redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM", "redshift-serverless:GetCredentials",
    "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:GetFederationToken",
    "lightsail:DownloadDefaultKeyPair", "lightsail:GetInstanceAccessDetails", "lightsail:GetRelationalDatabaseMasterUserPassword",
]  # fmt: skip


def asked(entry: Entry) -> set[str]:
    """The actions that AWS asks for when the entry's operations are called; of somebody unknown none."""
    if entry.unsigned:
        return set()
    service = MODELS.service(entry.service)
    signed = "s3control" if entry.service == "s3control" else service.model.signing_name
    return {
        action
        for name in (entry.operation, *FLOWS[entry.flow])
        for action in needed(signed, name, service.operation(name).http["method"])
    }


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_action_exists_and_reads_configuration(entry: Entry) -> None:
    assert [why for action in entry.actions if (why := why_unfit(action))] == []


def mistyped(entry: Entry) -> set[str]:
    """The actions that the entry has and AWS does not ask for, or the other way round."""
    return set(entry.actions) ^ asked(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_operation_has_the_actions_that_aws_asks_for(entry: Entry) -> None:
    assert mistyped(entry) == set()


@pytest.mark.parametrize(
    ("operation", "typed"),
    [
        ("s3.get_public_access_block", "s3:GetAccountPublicAccessBlock"),
        ("s3control.get_public_access_block", "s3:GetBucketPublicAccessBlock"),
        ("s3.get_bucket_encryption", "s3:GetBucketAcl"),
        ("ec2.describe_volumes", "ec2:DescribeVolumeStatus"),
        ("lambda.list_functions", "lambda:ListFunctionUrlConfigs"),
    ],
)
def test_another_valid_action_is_noticed(operation: str, typed: str) -> None:
    entry = CATALOGUE.entries[operation]
    assert why_unfit(typed) == ""
    assert mistyped(msgspec.structs.replace(entry, actions=(typed,))) == {typed, *entry.actions}


@pytest.mark.parametrize("action", NEVER)
def test_what_reads_data_is_refused(action: str) -> None:
    assert why_unfit(action) == f"{action} reads data, not configuration"


def test_no_operation_reads_data() -> None:
    data = {action for patterns in DATA_READS.values() for pattern in patterns for action in expand(pattern)}
    assert data >= set(NEVER)
    assert not data & {action for entry in CATALOGUE.entries.values() for action in entry.actions}


def test_an_exception_goes_when_the_table_has_caught_up() -> None:
    used = {action for entry in CATALOGUE.entries.values() for action in entry.actions}
    assert [a for a in EXCEPTIONS if a not in used or str(access_level(a)) in ("List", "Read")] == []


def test_the_stand_ins_table_names_actions_that_exist_and_only_where_names_differ() -> None:
    for (service, operation), actions in authorization.DIFFERENT.items():
        assert all(known(action) for action in actions)
        usual = f"{authorization.PREFIXES.get(service, service)}:{operation}"
        assert expand(usual) != (usual,) or usual in actions
