"""IAM's service last accessed information, which moto lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.iam.exceptions import NotFoundException
from moto.iam.responses import IamResponse

_ALL = ("cloudformation", "dynamodb", "ec2", "iam", "kms", "lambda", "s3", "sqs", "sts")
"""What stands for the services of AWS where a policy grants them all."""


def corrections() -> list[tuple[Any, str, Any]]:
    """The methods to add."""
    return [
        (IamResponse, "generate_service_last_accessed_details", _generate),
        (IamResponse, "get_service_last_accessed_details", _details),
    ]


def job_of(arn: str) -> str:
    """The id of the job about a principal: the same whenever it is asked for."""
    return str(uuid5(NAMESPACE_URL, arn))


def _generate(self: Any) -> ActionResult:
    arn = self._get_param("Arn")
    if not any(principal.arn == arn for principal in _principals(self.backend)):
        raise NotFoundException(f"ARN {arn} not found.")
    return ActionResult({"JobId": job_of(arn)})


def _details(self: Any) -> ActionResult:
    """Done at once. Of the services that its policies grant a principal used the first, when it was used itself, and no other."""
    job = self._get_param("JobId")
    principal = next((one for one in _principals(self.backend) if job_of(one.arn) == job), None)
    if principal is None:
        raise NotFoundException(f"Job {job} not found.")
    services: list[dict[str, Any]] = [
        {"ServiceName": name, "ServiceNamespace": name, "TotalAuthenticatedEntities": 0}
        for name in sorted(_granted(self.backend, principal))
    ]
    used = _last_used(principal)
    if services and used is not None:
        services[0] |= {
            "LastAuthenticated": used, "LastAuthenticatedEntity": principal.arn, "TotalAuthenticatedEntities": 1,
        }  # fmt: skip
    return ActionResult(
        {
            "JobStatus": "COMPLETED", "JobType": "SERVICE_LEVEL", "JobCreationDate": utcnow(), "JobCompletionDate": utcnow(),
            "ServicesLastAccessed": services, "IsTruncated": False,
        }
    )  # fmt: skip


def _principals(backend: Any) -> Iterator[Any]:
    yield from backend.users.values()
    yield from backend.roles.values()


def _granted(backend: Any, principal: Any) -> set[str]:
    groups = [group for group in backend.groups.values() if principal in group.users]
    granted: set[str] = set()
    for holder in (principal, *groups):
        managed = (version for policy in holder.managed_policies.values() for version in policy.versions)
        documents = [*holder.policies.values(), *(one.document for one in managed if one.is_default)]
        for document in documents:
            granted |= set(_services(document if isinstance(document, dict) else json.loads(document)))
    return granted


def _services(document: dict[str, Any]) -> Iterator[str]:
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement["Effect"] != "Allow":
            continue
        actions = statement.get("Action", "*")  # whoever says NotAction grants the rest
        for action in actions if isinstance(actions, list) else [actions]:
            yield from _ALL if action.startswith("*") else [action.partition(":")[0]]


def _last_used(principal: Any) -> datetime | None:
    keys = [key.last_used for key in getattr(principal, "access_keys", [])]
    used = [getattr(principal, "last_used", None), getattr(principal, "password_last_used", None), *keys]
    return max((one for one in used if isinstance(one, datetime)), default=None)
