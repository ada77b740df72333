"""Organizations: an organization with units and a member."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    organization = client("organizations")
    organization.create_organization(FeatureSet="ALL")
    root = organization.list_roots()["Roots"][0]["Id"]
    unit = organization.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
    organization.create_organizational_unit(ParentId=unit, Name="eu")
    account = organization.create_account(AccountName="member", Email="m@example.com")["CreateAccountStatus"][
        "AccountId"
    ]
    organization.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    organization.tag_resource(ResourceId=account, Tags=[{"Key": "team", "Value": "a b"}])
    fence = organization.create_policy(
        Name="fence", Description="", Type="SERVICE_CONTROL_POLICY",
        Content='{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}}',
    )["Policy"]["PolicySummary"]["Id"]  # fmt: skip
    organization.attach_policy(PolicyId=fence, TargetId=unit)
    service = "access-analyzer.amazonaws.com"
    organization.enable_aws_service_access(ServicePrincipal=service)
    organization.register_delegated_administrator(AccountId=account, ServicePrincipal=service)
