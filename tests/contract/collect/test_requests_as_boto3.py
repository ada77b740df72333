"""For every operation of the catalogue the transport sends what boto3 sends, in every partition and with every variant."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import StructureShape

from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.entries import Entry, Source
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.reply import Meaning
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Answer
from nightaudit_auditor.snapshot import Outcome

MODELS = Models(botocore.session.get_session().get_component("data_loader"))
CATALOGUE = load_catalogue(MODELS)
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
# What a call says of the client that makes it, and what differs from one call to the next.
_OWN_HEADERS = {
    "user-agent", "x-amz-date", "x-amz-content-sha256", "authorization", "amz-sdk-invocation-id", "amz-sdk-request",
    "content-length", "accept", "expect", "x-amz-user-agent",
}  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A request as the server sees it."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    body: str
    scope: tuple[str, str]
    headers: tuple[tuple[str, str], ...]


def _sent(method: str, url: str, headers: Mapping[str, str], body: str) -> Sent:
    parts = urlsplit(url)
    found = _SCOPE.search(headers.get("Authorization", ""))
    form = headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    return Sent(
        method=method,
        url=f"{parts.scheme}://{parts.netloc}{parts.path or '/'}",
        query=tuple(sorted(parse_qsl(parts.query, keep_blank_values=True))),
        body=repr(sorted(parse_qsl(body))) if form else body,
        scope=(found[1], found[2]) if found else ("", ""),
        headers=tuple(sorted((k.lower(), v) for k, v in headers.items() if k.lower() not in _OWN_HEADERS)),
    )


@dataclass
class _Listener:
    """Stands where the wire is, and hears what is sent."""

    heard: list[Sent] = field(default_factory=list)

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.heard.append(_sent(method, url, headers, body.decode()))
        return Answer(400, {}, b"")


class _Fixed:
    async def keys(self) -> Keys:
        return Keys("AKIDEXAMPLE", "secret", "token")

    async def renew(self, used: Keys) -> None:
        raise AssertionError("nothing here expires")


def _parameters(entry: Entry) -> dict[str, Any]:
    """Values for the parameters that an earlier answer gives."""
    shape = MODELS.service(entry.service).operation(entry.operation).input_shape
    given: dict[str, Any] = {}
    for name in _names(entry.for_each[0]) if entry.for_each else ():
        assert isinstance(shape, StructureShape)
        value = "example-value" if name not in {"AccountId", "accountId"} else "111111111111"
        given[name] = [value] if shape.members[name].type_name == "list" else value
    return {**entry.constants, **given}


def _names(source: Source) -> tuple[str, ...]:
    return source.names


def _ours(session: botocore.session.Session, entry: Entry, region: str) -> Sent | str:
    wire = _Listener()
    client = Client(MODELS, Endpoints(session, MODELS), wire, Pace(load_quotas()), in_flight=1)  # type: ignore[arg-type]
    call = client.call(
        Target("1", _Fixed()),
        entry.service,
        entry.operation,
        region,
        _parameters(entry),
        Meaning(unsigned=entry.unsigned),
    )
    reply = asyncio.run(call)
    if not wire.heard:
        assert reply.outcome is Outcome.ERROR
        return reply.code
    return wire.heard[0]


def _boto3s(session: boto3.Session, entry: Entry, region: str, config: Config) -> Sent | str:
    heard: list[Sent] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
        body = request.body
        heard.append(
            _sent(request.method, request.url, headers, body.decode() if isinstance(body, bytes) else str(body or ""))
        )
        return AWSResponse(request.url, 400, {}, None)

    try:
        if entry.unsigned:
            config = config.merge(Config(signature_version=UNSIGNED))
        client = session.client(entry.service, region_name=region, config=config)  # type: ignore[call-overload]
        client.meta.events.register("before-send", answer)
        getattr(client, botocore.xform_name(entry.operation))(**_parameters(entry))
    except (ClientError, BotoCoreError, TypeError, AttributeError):
        pass  # only what was sent matters here
    return heard[0] if heard else "NoEndpoint"


SETTINGS = {
    "aws": ("eu-central-1", {}),
    "China": ("cn-north-1", {}),
    "GovCloud": ("us-gov-west-1", {}),
    "FIPS": ("us-east-1", {"use_fips_endpoint": True}),
    "dual stack": ("eu-west-1", {"use_dualstack_endpoint": True}),
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("service", CATALOGUE.services)
def test_a_request_is_boto3s(service: str, setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    region, options = SETTINGS[setting]
    for name, value in {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}.items():
        monkeypatch.setenv(name, value)
    for option in options:
        monkeypatch.setenv(f"AWS_{option.upper()}", "true")
    config = Config(**options, retries={"max_attempts": 0}, parameter_validation=False)  # type: ignore[arg-type]
    theirs = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", aws_session_token="token")
    own = botocore.session.get_session()
    entries = [entry for entry in CATALOGUE.entries.values() if entry.service == service and not entry.flow]
    ours = {entry.id: _ours(own, entry, region) for entry in entries}
    assert ours == {entry.id: _boto3s(theirs, entry, region, config) for entry in entries}
    if setting == "aws":
        assert all(isinstance(sent, Sent) for sent in ours.values())
