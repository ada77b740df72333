"""ECR: whom the policies of repositories, and of each region's registry, let in."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import HOME_REGION, REGIONS
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

PUBLIC, FOREIGN = "ECR_REPO_PUBLIC", "ECR_REPO_CROSS_ACCOUNT"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def plant(at: Place) -> None:
    """A problem of one check is a twin of the other."""
    _repositories(at)
    _registries(at)


def _repositories(at: Place) -> None:
    anybody = {"Principal": "*", "Action": PULL}
    owner = {"Principal": {"AWS": at.problems.id}, "Action": "ecr:*"}
    stranger = {"Principal": {"AWS": facts.STRANGER}, "Action": PULL}
    others = {"StringNotEquals": {"aws:PrincipalAccount": at.problems.id}}
    open_ = _repository(at, "images-open", anybody)
    second = _repository(at, "images-second", owner, {"Principal": {"AWS": "*"}, "Action": "ecr:PutImage"})
    strangers = _repository(at, "images-strangers", owner, stranger)
    sisters = _repository(at, "images-sisters", {**stranger, "Principal": {"AWS": at.twins.id}})
    organization = {"aws:PrincipalOrgID": at.cloud.home("organizations").describe_organization()["Organization"]["Id"]}
    members = _repository(at, "images-members", {**anybody, "Condition": {"StringEquals": organization}})
    denied = _repository(at, "images-denied", anybody, {**anybody, "Effect": "Deny", "Condition": others})
    at.finds(PUBLIC, open_, second)
    at.passes(PUBLIC, strangers, sisters, members, denied, _repository(at, "images-plain"))
    at.finds(FOREIGN, strangers, discriminator=facts.STRANGER)
    at.passes(FOREIGN, sisters, members, denied, open_)


def _repository(at: Place, name: str, *statements: dict[str, Any]) -> str:
    registry = at.client("ecr")
    arn = registry.create_repository(repositoryName=name)["repository"]["repositoryArn"]
    if statements:
        registry.set_repository_policy(repositoryName=name, policyText=document(*statements))
    return str(arn)


def _registries(at: Place) -> None:
    """A region has one: everybody's is in the first, a stranger's in the second, a sister's in the third."""
    account = f"arn:aws:iam::{at.problems.id}:root"
    for region, who in zip(REGIONS, ("*", facts.STRANGER, at.twins.id), strict=True):
        statement = {
            "Sid": "replicate", "Principal": {"AWS": who}, "Action": ["ecr:ReplicateImage"],
            "Resource": [f"arn:aws:ecr:{region}:{at.problems.id}:repository/*"],
        }  # fmt: skip
        at.client("ecr", region).put_registry_policy(policyText=document(statement))
    at.finds(PUBLIC, account, region=HOME_REGION)
    at.passes(PUBLIC, account, region=REGIONS[1])
    at.passes(PUBLIC, account, region=REGIONS[2])
    at.finds(FOREIGN, account, region=REGIONS[1], discriminator=facts.STRANGER)
    at.passes(FOREIGN, account, region=HOME_REGION)
    at.passes(FOREIGN, account, region=REGIONS[2])
