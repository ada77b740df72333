"""An S3 bucket as store: write-once runs, a pointer that is replaced only if nobody else did, encryption as configured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from nightaudit_auditor.manifests.types import S3Storage
from nightaudit_auditor.storage.layout import content_type
from nightaudit_auditor.storage.store import AlreadyExists, Conflict, StorageError

_Answer = TypeVar("_Answer")

_PRECONDITION = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_EVERYONE = {
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}


class S3Store:
    """Uses the run's own credentials, never those of an audited account."""

    def __init__(self, storage: S3Storage) -> None:
        self._bucket = storage.bucket
        self._prefix = storage.prefix.strip("/")
        self._region = storage.region
        self._encryption: dict[str, str] = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": storage.kms_key_id} if storage.kms_key_id else {}
        )
        config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
        self._client: Any = boto3.session.Session().client("s3", region_name=storage.region or None, config=config)

    def uri(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._key(key)}"

    def read(self, key: str) -> tuple[bytes, str] | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(key))
            return answer["Body"].read(), answer["ETag"]
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise self._failure("read", key, error) from error
        except BotoCoreError as error:
            raise self._failure("read", key, error) from error

    def create(self, key: str, data: bytes | Path) -> None:
        try:
            self._put(key, data, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in _PRECONDITION:
                if self._version_of_ours(key, data) is not None:
                    return
                raise AlreadyExists(f"{self.uri(key)} exists already: runs are write-once") from error
            raise self._failure("write", key, error) from error
        except BotoCoreError as error:
            raise self._failure("write", key, error) from error

    def replace(self, key: str, data: bytes, version: str | None) -> str:
        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        try:
            return str(self._put(key, data, **condition)["ETag"])
        except ClientError as error:
            if _code(error) in _PRECONDITION | _MISSING:
                if (written := self._version_of_ours(key, data)) is not None:
                    return written
                raise Conflict(f"{self.uri(key)} was replaced since it was read") from error
            raise self._failure("replace", key, error) from error
        except BotoCoreError as error:
            raise self._failure("replace", key, error) from error

    def posture(self) -> tuple[str, ...]:
        """Findings hold what an attacker wants to know: a bucket that the world can read is refused, a lax one is named.

        Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage" and "Setting default
        server-side encryption behavior".
        """
        self._require_bucket()
        name, warnings = f"bucket {self._bucket}", []
        public = self._ask(lambda: self._client.get_bucket_policy_status(Bucket=self._bucket), {"NoSuchBucketPolicy"})
        grants = self._ask(lambda: self._client.get_bucket_acl(Bucket=self._bucket), set())
        block = self._ask(
            lambda: self._client.get_public_access_block(Bucket=self._bucket), {"NoSuchPublicAccessBlockConfiguration"}
        )
        flags = block.answer.get("PublicAccessBlockConfiguration", {})
        open_policy = public.answer.get("PolicyStatus", {}).get("IsPublic", False)
        open_acl = any(g.get("Grantee", {}).get("URI") in _EVERYONE for g in grants.answer.get("Grants", []))
        if (open_policy and not flags.get("RestrictPublicBuckets")) or (open_acl and not flags.get("IgnorePublicAcls")):
            raise StorageError(
                f"spec.storage.s3.bucket: {name} can be read by the public; nothing is written until it is closed "
                "(turn on all four Block Public Access settings)",
                configuration=True,
            )
        off = [
            flag
            for flag in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
            if not flags.get(flag)
        ]
        if block.error:
            warnings.append(f"{name}: its Block Public Access settings could not be read ({block.error})")
        elif off:
            warnings.append(f"{name}: Block Public Access is off ({', '.join(off)})")
        for what, asked in (("policy status", public), ("ACL", grants)):
            if asked.error:
                warnings.append(f"{name}: its {what} could not be read ({asked.error})")
        encryption = self._ask(
            lambda: self._client.get_bucket_encryption(Bucket=self._bucket),
            {"ServerSideEncryptionConfigurationNotFoundError"},
        )
        if encryption.error:
            warnings.append(f"{name}: its default encryption could not be read ({encryption.error})")
        elif not encryption.answer and not self._encryption:
            warnings.append(f"{name}: default encryption is off and spec.storage.s3.kmsKeyID is not set")
        return tuple(warnings)

    def _require_bucket(self) -> None:
        try:
            region = self._client.head_bucket(Bucket=self._bucket).get("BucketRegion", "")
        except ClientError as error:
            if _code(error) in _MISSING | {"NoSuchBucket"}:
                raise StorageError(
                    f"spec.storage.s3.bucket: bucket {self._bucket} does not exist", configuration=True
                ) from error
            headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
            region = headers.get("x-amz-bucket-region", "")
            if not region or region == self._region:
                raise self._failure("use", "", error) from error
        except BotoCoreError as error:
            raise self._failure("use", "", error) from error
        if self._region and region and region != self._region:
            raise StorageError(
                f"spec.storage.s3.region: bucket {self._bucket} is in {region}, not in {self._region}; set region to {region}",
                configuration=True,
            )

    def _ask(self, call: Callable[[], dict[str, Any]], absent: set[str]) -> _Asked:
        try:
            return _Asked(call(), "")
        except ClientError as error:
            return _Asked({}, "" if _code(error) in absent else _code(error))
        except BotoCoreError as error:
            return _Asked({}, type(error).__name__)

    def _put(self, key: str, data: bytes | Path, **condition: str) -> dict[str, Any]:
        arguments = {
            "Bucket": self._bucket,
            "Key": self._key(key),
            "ContentType": content_type(key),
            **self._encryption,
            **condition,
        }
        if isinstance(data, bytes):
            return dict(self._client.put_object(Body=data, **arguments))
        with data.open("rb") as file:
            return dict(self._client.put_object(Body=file, **arguments))

    def _version_of_ours(self, key: str, data: bytes | Path) -> str | None:
        """The object's version if it holds just these bytes.

        An answer that is lost on the way makes boto3 send the request again, and S3 then refuses what it has already done.
        """
        found = self.read(key)
        if found is None or found[0] != (data if isinstance(data, bytes) else data.read_bytes()):
            return None
        return found[1]

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key

    def _failure(self, verb: str, key: str, error: Exception) -> StorageError:
        code = _code(error) if isinstance(error, ClientError) else type(error).__name__
        fix = {
            "AccessDenied": "; grant the auditor's role s3:GetObject, s3:PutObject and s3:ListBucket on it",
            "403": "; grant the auditor's role access to it",
        }
        return StorageError(f"could not {verb} {self.uri(key)}: {code}: {error}{fix.get(code, '')}")


class _Asked:
    """An answer, or the code of the error that stood in its place."""

    def __init__(self, answer: dict[str, Any], error: str) -> None:
        self.answer = answer
        self.error = error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
