"""What the checks of ECR find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

POLICY, REGISTRY = "ecr.get_repository_policy", "ecr.get_registry_policy"
PUBLIC, CROSS = "ECR_REPO_PUBLIC", "ECR_REPO_CROSS_ACCOUNT"
ARN = f"arn:aws:ecr:{REGION}:{OWN}:repository/"
REPOSITORIES = ok("ecr.describe_repositories", REGION, {
    "repositories": [{"repositoryArn": ARN + name, "repositoryName": name} for name in ("plain", "web")]
})  # fmt: skip
NO_POLICY = absent(POLICY, REGION, repositoryName="web")


def repository(*statements: dict[str, Any]) -> Record:
    found = [{key: value for key, value in statement.items() if key != "Resource"} for statement in statements]
    return ok(POLICY, REGION, {"repositoryName": "web", "policyText": policy(*found)}, repositoryName="web")


def registry(*statements: dict[str, Any]) -> Record:
    return ok(REGISTRY, REGION, {"registryId": OWN, "policyText": policy(*statements)})


def world(*records: Record, organization: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    """Two repositories, of which `web` and the registry may have a policy; `records` come last, and win."""
    plain = absent(POLICY, REGION, repositoryName="plain")
    return REPOSITORIES, plain, NO_POLICY, absent(REGISTRY, REGION), *organization, *records


SINGLE = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}}
)
OWN_ORGANIZATION = repository(allow("*", "ecr:BatchGetImage", StringEquals={"aws:PrincipalOrgID": "o-own"}))
STRANGERS = repository(allow({"AWS": [f"arn:aws:iam::{STRANGER}:root", "888888888888"]}, "ecr:PutImage"))
UNREAD = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))
CASES: list[Case] = [
    planted(PUBLIC, "a star", world(repository(allow("*", "ecr:*")))),
    planted(PUBLIC, "a Statement that is an object", world(ok(POLICY, REGION, {"policyText": SINGLE}, repositoryName="web"))),
    planted(PUBLIC, "in the second statement, pulling only", world(repository(allow({"AWS": OWN}, "ecr:*"), allow({"AWS": "*"}, "ecr:BatchGetImage")))),
    planted(PUBLIC, "the registry", world(registry(allow({"AWS": "*"}, "ecr:ReplicateImage", resource=f"{ARN}*")))),
    hardened(PUBLIC, "the own organization", world(OWN_ORGANIZATION)),
    hardened(PUBLIC, "others are denied", world(repository(allow("*", "ecr:*"), forbid("*", "ecr:*", StringNotEquals={"aws:PrincipalAccount": OWN})))),
    hardened(PUBLIC, "no policies", world()),
    unreadable(PUBLIC, "no list, and no policy of the registry", (denied("ecr.describe_repositories", REGION), denied(REGISTRY, REGION))),
    planted(CROSS, "two strangers", world(STRANGERS), finds=(STRANGER, "888888888888")),
    planted(CROSS, "a stranger may replicate into the registry", world(registry(allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}, "ecr:ReplicateImage", resource=f"{ARN}*"))), finds=(STRANGER,)),
    planted(CROSS, "Lambda for a stranger's function", world(repository(allow({"Service": "lambda.amazonaws.com"}, "ecr:BatchGetImage", StringLike={"aws:sourceArn": f"arn:aws:lambda:{REGION}:{STRANGER}:function:*"}))), finds=(STRANGER,)),
    hardened(CROSS, "Lambda for an own function", world(repository(allow({"Service": "lambda.amazonaws.com"}, "ecr:BatchGetImage", StringLike={"aws:sourceArn": f"arn:aws:lambda:{REGION}:{OWN}:function:*"})))),
    hardened(CROSS, "a stranger, until a day that is long past", world(repository(allow({"AWS": STRANGER}, "ecr:BatchGetImage", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})))),
    hardened(CROSS, "a sister", world(repository(allow({"AWS": SISTER}, "ecr:BatchGetImage")), organization=organization(OWN, SISTER))),
    hardened(CROSS, "the own organization", world(OWN_ORGANIZATION, organization=organization(OWN, SISTER))),
    hardened(CROSS, "public is another check's business", world(repository(allow("*", "ecr:BatchGetImage")))),
    unreadable(CROSS, "no list, and no policy of the registry", (denied("ecr.describe_repositories", REGION), denied(REGISTRY, REGION))),
]  # fmt: skip
