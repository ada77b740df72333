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
    service = "access-analyzer.amazonaws.com"
    organization.enable_aws_service_access(ServicePrincipal=service)
    organization.register_delegated_administrator(AccountId=account, ServicePrincipal=service)
