"""The organization, its accounts, and in each the role that the auditor assumes."""

from __future__ import annotations

from pathlib import Path

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud, document
from demo.aws.seeding.s3 import block, bucket

TEMPLATE = Path(__file__).parents[3] / "deploy" / "aws" / "cloudformation.yaml"
NO_DATABASES = {"Effect": "Deny", "Action": "rds:*", "Resource": "*"}


def create(cloud: Cloud) -> None:
    """Make the organization with its units and accounts, and give the delegated administrator its right."""
    client = cloud.home("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    units = {
        name: client.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
        for name in ("workloads", "experiments")
    }
    for account in facts.ACCOUNTS[1:]:
        status = client.create_account(AccountName=account.name, Email=f"aws+{account.name}@example.com")
        made = status["CreateAccountStatus"]["AccountId"]
        if made != account.id:
            raise RuntimeError(f"the server made account {made} where {account.id} ({account.name}) was due")
        unit = units["experiments" if account == facts.SANDBOX else "workloads"]
        client.move_account(AccountId=made, SourceParentId=root, DestinationParentId=unit)
    client.enable_aws_service_access(ServicePrincipal="access-analyzer.amazonaws.com")
    for account in facts.DELEGATED_ADMINISTRATORS:
        client.register_delegated_administrator(AccountId=account.id, ServicePrincipal="access-analyzer.amazonaws.com")


def audit_role(cloud: Cloud, account: Account) -> None:
    """The role `nightaudit`, from the template that customers deploy. Staging's may not read databases; sandbox's asks for
    an id that nobody was told.
    """
    settings = {
        "TrustedPrincipalArn": f"arn:aws:iam::{facts.MANAGEMENT.id}:root",
        "ExternalId": "changed-last-week" if account == facts.SANDBOX else account.external_id,
        "RoleName": facts.AUDIT_ROLE,
        "ReadsOrganization": str(account in (facts.MANAGEMENT, *facts.DELEGATED_ADMINISTRATORS)).lower(),
    }
    cloud.client(account, "cloudformation").create_stack(
        StackName=facts.AUDIT_ROLE,
        TemplateBody=TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in settings.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    if account == facts.STAGING:
        cloud.client(account, "iam").put_role_policy(
            RoleName=facts.AUDIT_ROLE, PolicyName="no-databases", PolicyDocument=document(NO_DATABASES)
        )


def errors_topic(cloud: Cloud) -> None:
    """The SNS topic to which the auditor reports its own errors."""
    cloud.client(facts.MANAGEMENT, "sns").create_topic(Name=facts.ERRORS_TOPIC)


def audit_bucket(cloud: Cloud) -> None:
    """The auditor's bucket, as the management account sees it: private, with Block Public Access."""
    bucket(cloud, facts.MANAGEMENT, facts.AUDIT_BUCKET)
    block(cloud, facts.MANAGEMENT, facts.AUDIT_BUCKET)
