"""ECR: a repository with a policy, and one of the registry."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    registry = client("ecr")
    for name in ("open", "closed"):
        registry.create_repository(repositoryName=name)
    registry.set_repository_policy(
        repositoryName="open", policyText=document(Principal="*", Action="ecr:BatchGetImage")
    )
    where = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*"
    registry.put_registry_policy(
        policyText=document(
            Sid="replicate",
            Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            Action=["ecr:ReplicateImage"],
            Resource=[where],
        )
    )
