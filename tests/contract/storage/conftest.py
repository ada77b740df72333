"""A real S3 server, and a bucket for each test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from demo.aws import facts
from demo.s3.server import Credentials, ensure_bucket
from demo.world import Ports

_names = count()


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state, port = tmp_path_factory.mktemp("seaweedfs"), Ports.free().s3
    with (state / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "demo.s3", "--port", str(port), "--state", str(state)],
            cwd=Path(__file__).parents[3],
            stdout=log,
            stderr=log,
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        ensure_bucket(endpoint, "first", Credentials(facts.ACCESS_KEY, facts.SECRET_KEY))
        yield endpoint
    finally:
        server.kill()  # its graceful end takes fifteen seconds, and nothing here outlives the test
        server.wait(timeout=30)


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Gone after the test: each bucket takes several of the server's volumes, and those are few."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", facts.ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", facts.SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"results-{next(_names)}"
    ensure_bucket(s3_endpoint, name, Credentials(facts.ACCESS_KEY, facts.SECRET_KEY))
    yield name
    client = boto3.Session(facts.ACCESS_KEY, facts.SECRET_KEY).client(
        "s3", endpoint_url=s3_endpoint, region_name="us-east-1"
    )
    for item in client.list_objects_v2(Bucket=name).get("Contents", []):
        client.delete_object(Bucket=name, Key=item["Key"])
    client.delete_bucket(Bucket=name)


@pytest.fixture
def client(bucket: str, s3_endpoint: str):
    # A session of its own: the default one keeps the credentials of whichever test used it first.
    return boto3.Session().client("s3", endpoint_url=s3_endpoint)


@pytest.fixture
def moto_bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    name = f"results-in-ireland-{next(_names)}"
    boto3.Session().client("s3", region_name="eu-west-1").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    yield name
    server.stop()
