"""The AWS side of the server: who is calling, may they, and what moto answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import unquote

from demo.aws import errors, facts
from demo.aws.authorization import needed
from demo.aws.moto_app import Answer, MotoApp
from demo.aws.nothing import nothing
from demo.aws.policy import Document, may_assume, refusal
from demo.aws.request import Asked

_ANY_MEMBER_MAY = frozenset({"DescribeOrganization"})


@dataclass(frozen=True)
class Caller:
    """Who signed a request; `role` is the name of the role of an assumed-role session, else empty."""

    account: str
    arn: str
    role: str = ""


class Backends(Protocol):
    """What the organization reads from moto's state."""

    def caller(self, access_key: str) -> Caller | None: ...
    def trust_policy(self, role_arn: str) -> Document | None: ...
    def identity_policies(self, account: str, role: str) -> list[Document]: ...
    def function_urls(self, account: str, region: str, function: str) -> dict[str, Any] | None: ...
    def bucket_region(self, bucket: str) -> str | None: ...


class MotoBackends:
    """moto's own state, read in its process."""

    def caller(self, access_key: str) -> Caller | None:
        """Whose access key it is; None for a key that was never given out."""
        from moto.iam.models import iam_backends  # noqa: PLC0415
        from moto.sts.models import sts_backends  # noqa: PLC0415

        for account in list(iam_backends):
            key = iam_backends[account]["aws"].access_keys.get(access_key)
            if key is None:
                continue
            if key.role_arn is None:
                return Caller(account, f"arn:aws:iam::{account}:user/{key.user_name}")
            session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
            if session is not None:
                return Caller(account, session.arn, key.role_arn.rpartition("/")[2])
        return None

    def trust_policy(self, role_arn: str) -> Document | None:
        """The role's trust policy; None if there is no such role."""
        from moto.iam.models import iam_backends  # noqa: PLC0415

        account = role_arn.split(":")[4]
        for role in iam_backends[account]["aws"].roles.values():
            if role.arn == role_arn:
                return dict(json.loads(role.assume_role_policy_document))
        return None

    def identity_policies(self, account: str, role: str) -> list[Document]:
        """The inline and managed policies of a role."""
        from moto.iam.models import iam_backends  # noqa: PLC0415

        found = next((one for one in iam_backends[account]["aws"].roles.values() if one.name == role), None)
        if found is None:
            return []
        documents: list[Any] = [*found.policies.values()]
        for policy in found.managed_policies.values():
            documents += [version.document for version in policy.versions if version.is_default]
        return [json.loads(document) if isinstance(document, str) else document for document in documents]

    def function_urls(self, account: str, region: str, function: str) -> dict[str, Any] | None:
        """See `corrections.function_urls`."""
        from demo.aws import corrections  # noqa: PLC0415

        return corrections.function_urls(account, region, function)

    def bucket_region(self, bucket: str) -> str | None:
        """Where a bucket is, whoever has it; None if nobody has."""
        from moto.s3.models import s3_backends  # noqa: PLC0415

        for account in list(s3_backends):
            found = s3_backends[account]["aws"].buckets.get(bucket)
            if found is not None:
                return str(found.region_name)
        return None


class Organization:
    """Answers requests to AWS: refuses what AWS would refuse, and passes the rest to moto."""

    def __init__(self, moto: MotoApp, backends: Backends) -> None:
        self._moto = moto
        self._backends = backends

    def answer(self, ask: Asked, method: str, raw_path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer of AWS. Not safe for concurrent use: call it from one thread."""
        caller = self._backends.caller(ask.access_key)
        if caller is None:
            message = "The security token included in the request is invalid."
            code = "InvalidAccessKeyId" if ask.protocol is errors.Protocol.S3 else "InvalidClientTokenId"
            return _answer(errors.refused(ask.protocol, code, message, 403))
        if not ask.operation:
            ask = replace(ask, operation=self._moto.operation(ask.service, method, raw_path, headers))
        if no := self._refusal(ask, caller, method, raw_path):
            return _answer(errors.access_denied(ask.protocol, no))
        account = _account_asked(ask, caller)
        if ask.operation == "ListFunctionUrlConfigs":
            return self._function_urls(ask, account, raw_path)
        if (empty := nothing(ask)) is not None:
            return empty
        answer = self._moto.call(method, raw_path, {**headers, "x-moto-account-id": account}, body)
        if answer.failure:
            return _answer(errors.not_implemented(ask.protocol, f"{ask.service} {ask.operation} ({answer.failure})"))
        return answer

    def existence(self, raw_path: str) -> Answer:
        """What S3 answers to an unsigned HEAD of a bucket: 403 if anybody has it, 404 if nobody does."""
        region = self._backends.bucket_region(raw_path.partition("?")[0].split("/")[1])
        own = () if region is None else (("x-amz-bucket-region", region),)
        return Answer(404 if region is None else 403, (("x-amz-request-id", errors.REQUEST_ID), *own))

    def _function_urls(self, ask: Asked, account: str, raw_path: str) -> Answer:
        function = unquote(raw_path.split("?", maxsplit=1)[0].split("/")[-2])
        found = self._backends.function_urls(account, ask.region, function)
        if found is None:
            return _answer(errors.refused(ask.protocol, "ResourceNotFoundException", "Function not found", 404))
        return Answer(200, (("Content-Type", "application/json"),), json.dumps(found).encode())

    def _refusal(self, ask: Asked, caller: Caller, method: str, raw_path: str) -> str | None:
        if ask.service == "sts":
            return self._sts_refusal(ask, caller)
        if ask.service == "organizations" and not _may_read_organization(ask, caller):
            return "You don't have permissions to access this resource."
        if not caller.role or not ask.operation:
            return None  # an operation that no model has is refused by name, further on
        documents = self._backends.identity_policies(caller.account, caller.role)
        for action in needed(ask.service, ask.operation, method):
            if reason := refusal(documents, action, _resource(ask, raw_path)):
                return f"User: {caller.arn} is not authorized to perform: {action} {reason}"
        return None

    def _sts_refusal(self, ask: Asked, caller: Caller) -> str | None:
        if ask.operation != "AssumeRole":
            return None
        role = ask.form.get("RoleArn", "")
        trust = self._backends.trust_policy(role) if role.count(":") >= 5 else None
        allowed = trust is not None and may_assume(
            trust, caller_arn=caller.arn, caller_account=caller.account, external_id=ask.form.get("ExternalId")
        )
        if allowed:
            return None
        return f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"


def _may_read_organization(ask: Asked, caller: Caller) -> bool:
    delegated = {facts.MANAGEMENT.id, *(account.id for account in facts.DELEGATED_ADMINISTRATORS)}
    return caller.account in delegated or ask.operation in _ANY_MEMBER_MAY


def _account_asked(ask: Asked, caller: Caller) -> str:
    # moto keeps the organization with the management account; a delegated administrator reads it from there.
    return facts.MANAGEMENT.id if ask.service == "organizations" else caller.account


def _resource(ask: Asked, raw_path: str) -> str:
    """The ARN that is asked for, of the one service whose policies tell paths apart; else empty."""
    if ask.service != "apigateway":
        return ""
    path = unquote(raw_path.partition("?")[0]).removeprefix("/v2")
    return f"arn:aws:apigateway:{ask.region}::{path}"


def _answer(refused: errors.Refused) -> Answer:
    return Answer(refused.status, tuple(refused.headers.items()), refused.body)
