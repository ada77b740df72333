"""boto3 clients for the organization's accounts, against the demo's endpoint."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

from demo.aws import facts
from demo.aws.facts import Account

_CONFIG = Config(retries={"total_max_attempts": 2}, connect_timeout=3, read_timeout=60, max_pool_connections=4)


class Cloud:
    """The organization behind one endpoint. `client` is a boto3 client whose type depends on the service: hence Any."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._home = boto3.session.Session(
            aws_access_key_id=facts.ACCESS_KEY, aws_secret_access_key=facts.SECRET_KEY, region_name=facts.HOME_REGION
        )
        self.session = cache(self._session)
        self.client = cache(self._client)

    def home(self, service: str, region: str = "us-east-1") -> Any:
        """A client with the auditor's own credentials, before the organization's roles exist."""
        client: Any = self._home
        return client.client(service, endpoint_url=self.endpoint, region_name=region, config=_CONFIG)

    def _session(self, account: Account) -> boto3.session.Session:
        sts = self._home.client("sts", endpoint_url=self.endpoint, config=_CONFIG)
        role = f"arn:aws:iam::{account.id}:role/OrganizationAccountAccessRole"
        key = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        return boto3.session.Session(
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            aws_session_token=key["SessionToken"],
            region_name=facts.HOME_REGION,
        )

    def _client(self, account: Account, service: str, region: str = facts.HOME_REGION) -> Any:
        session: Any = self.session(account)
        config = _CONFIG
        if service == "s3control":
            # The account id would be put before the endpoint's host, which is an address, not a name.
            config = _CONFIG.merge(Config(s3={"addressing_style": "path"}))
        client = session.client(service, endpoint_url=self.endpoint, region_name=region, config=config)
        if service == "s3control":
            client.meta.events.register("before-sign.s3-control", self._to_endpoint)
        return client

    def _to_endpoint(self, request: Any, **_: object) -> None:
        path = request.url.split("/", 3)[3]
        request.url = f"{self.endpoint}/{path}"

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Call one of the server's own addresses under /demo/. Raises urllib's URLError."""
        asked = Request(f"{self.endpoint}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urlopen(asked, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def state(self) -> dict[str, Any]:
        """What the server says of itself: accounts, and the version of the seed that it holds."""
        with urlopen(f"{self.endpoint}/demo/ready", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


def document(*statements: dict[str, Any]) -> str:
    """A policy document of these statements; Effect is Allow unless given."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def tags(**given: str) -> list[dict[str, str]]:
    """Tags in the shape that most services want."""
    return [{"Key": key, "Value": value} for key, value in given.items()]
