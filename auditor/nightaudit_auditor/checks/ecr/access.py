"""Whom the policies of repositories and of the registry let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import Exposure
from nightaudit_auditor.checks.exposed import policy_exposure, public_results
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.kinds import account_resource
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

REPOSITORIES: Final = "ecr.describe_repositories"
POLICY: Final = "ecr.get_repository_policy"
REGISTRY: Final = "ecr.get_registry_policy"
_REPOSITORY: Final = "AWS::ECR::Repository"
_ACTIONS: Final = tuple(
    f"ecr:{action}"
    for action in (
        "BatchCheckLayerAvailability", "BatchDeleteImage", "BatchGetImage", "BatchImportUpstreamImage", "CompleteLayerUpload",
        "CreateRepository", "DeleteRepository", "DeleteRepositoryPolicy", "DescribeImageScanFindings", "DescribeImages",
        "DescribeRepositories", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "InitiateLayerUpload", "ListImages", "PutImage",
        "PutImageTagMutability", "ReplicateImage", "SetRepositoryPolicy", "StartImageScan", "UploadLayerPart",
    )
)  # fmt: skip
_POLICIES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html"
_REGISTRY_POLICIES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html"


def _repository(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(item["repositoryArn"], _REPOSITORY, item["repositoryName"], region, data=dict(item))


_LISTED = regional_kind(_REPOSITORY, (REPOSITORIES, lambda answer: answer.get("repositories", []), _repository))


def _repositories_and_registries(data: AccountData) -> Iterator[Resource | Unreadable]:
    yield from _LISTED.enumerate(data)
    account = account_resource(data)
    for region in data.regions:
        yield Resource(account.arn, account.type, account.name, region)


STORE = Kind(_REPOSITORY, _LISTED.needs, _repositories_and_registries, regional=True)
"""Repositories, and in each region the account for the registry that it has there."""


def _exposed(resource: Resource, context: Context) -> tuple[str, Exposure]:
    """What the resource is called, and whom its policy lets in. Raises Unreadable, Gone, PolicyError."""
    if resource.type == _REPOSITORY:
        answer = context.data.answer(POLICY, resource.region, {"repositoryName": resource.name}) or {}
        return f"repository {resource.name}", policy_exposure(answer.get("policyText"), _ACTIONS, resource, context)
    answer = context.data.answer(REGISTRY, resource.region) or {}
    arns = (build_arn(context.data.account, "ecr", resource.region, "repository/*"),)
    exposed = policy_exposure(answer.get("policyText"), _ACTIONS, resource, context, arns=arns)
    return f"the registry in {resource.region}", exposed


@check(
    "ECR_REPO_PUBLIC",
    kind=STORE,
    needs=(POLICY, REGISTRY),
    title="Everybody with an AWS account can pull or push images",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers read the code and the secrets in the images; if they may push, they put their own code into your deployments.",
    remediation="Console: ECR > Repositories > the repository > Permissions: name accounts, or add the condition aws:PrincipalOrgID "
    "(registry: Private registry > Permissions). CLI: aws ecr set-repository-policy --repository-name NAME --policy-text "
    "file://policy.json, or aws ecr delete-repository-policy --repository-name NAME",
    terraform='resource "aws_ecr_repository_policy" "web" {\n  repository = aws_ecr_repository.web.name\n  policy = jsonencode({\n'
    '    Version = "2012-10-17"\n    Statement = [{\n      Effect    = "Allow"\n      Principal = "*"\n      Action    = '
    '["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]\n      Condition = { StringEquals = { "aws:PrincipalOrgID" = '
    "data.aws_organizations_organization.own.id } }\n    }]\n  })\n}",
    aliases=("ECR_PUBLIC",),
    references=(_POLICIES, _REGISTRY_POLICIES),
)
def repo_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the policy of the repository, or of the region's registry, its Deny statements applied."""
    name, exposed = _exposed(resource, context)
    yield from public_results(exposed, f"{name} is open to everybody")


@check(
    "ECR_REPO_CROSS_ACCOUNT",
    kind=STORE,
    needs=(POLICY, REGISTRY, *TRUST),
    title="Images can be pulled or pushed by an account that nobody knows",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="A stranger's account reads the images, or puts its own code into your deployments.",
    remediation="Remove the account, or vouch for it under trust.accounts in the schedule. Console: ECR > Repositories > the repository > "
    "Permissions. CLI: aws ecr set-repository-policy --repository-name NAME --policy-text file://policy.json (registry: aws ecr "
    "put-registry-policy --policy-text file://policy.json)",
    parameters=VOUCHED_FOR,
    references=(_POLICIES, _REGISTRY_POLICIES),
)
def repo_cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The policy of the repository, or of the region's registry, lets in an account or organization that is not own, of the
    organization, trusted, or a known vendor's. One finding for each."""
    name, exposed = _exposed(resource, context)
    yield from foreign_results(exposed, context, f"{name} is open to")
