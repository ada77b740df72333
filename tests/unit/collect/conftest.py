"""An AWS on loopback that answers what a test scripts, and empty answers to everything else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import botocore.session
import pytest
from aiohttp import web
from botocore.model import ServiceModel

from nightaudit_auditor.collect import Collection, collect
from nightaudit_auditor.collect.catalogue import load_catalogue, read_catalogue
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.manifests.types import (
    AuditSchedule,
)
from nightaudit_auditor.snapshot import SnapshotWriter, Turn
from tests.unit.collect.asking import Asker, RotatingCredentials
from tests.unit.collect.whole import Recorder, Run, schedule

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
IMPATIENT = Patience(
    throttled=Backoff(attempts=3, base=0.001, cap=0.002),
    transient=Backoff(attempts=3, base=0.001, cap=0.002),
    hiccup=0,
    silence=0,
)


@cache
def _speaks_json() -> frozenset[str]:
    """The catalogue's services, by the names under which requests are signed, whose protocol is one of the JSON ones."""
    loader = botocore.session.get_session().get_component("data_loader")
    models = [ServiceModel(loader.load_service_model(name, "service-2"), name) for name in read_catalogue().services]
    return frozenset(model.signing_name for model in models if model.resolved_protocol in ("json", "rest-json"))


@dataclass(frozen=True)
class Call:
    """A request as AWS would see it. `operation` is the action, or the path for services that have none."""

    key: str
    region: str
    service: str
    operation: str
    form: dict[str, str]
    headers: dict[str, str]
    request: web.Request


Answer = Callable[[Call], web.StreamResponse | Awaitable[web.StreamResponse] | None]


@dataclass
class FakeAWS:
    """`answer` is asked first; None from it means the default: an empty answer in the service's protocol."""

    url: str = ""
    account: str = "111111111111"
    calls: list[Call] = field(default_factory=list)
    answer: Answer = lambda _: None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request)
        self.calls.append(call)
        scripted = self.answer(call)
        if isinstance(scripted, Awaitable):
            scripted = await scripted
        return scripted if scripted is not None else self._default(call)

    def count(self, operation: str) -> int:
        return sum(call.operation == operation for call in self.calls)

    def _default(self, call: Call) -> web.StreamResponse:
        match call.operation:
            case "GetCallerIdentity":
                role = call.key.removeprefix("ROLE")
                account = role if call.key.startswith("ROLE") else self.account
                return query(call, f"<Account>{account}</Account><Arn>arn:aws:iam::{account}:role/x</Arn>")
            case "AssumeRole":
                return assumed(call, call.form["RoleArn"].split(":")[4])
            case "DescribeRegions":
                return ec2(
                    call,
                    "<regionInfo><item><regionName>eu-central-1</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo>",
                )
            case "GenerateCredentialReport":
                return query(call, "<State>COMPLETE</State>")
            case "GetCredentialReport":
                return query(call, "<Content>dXNlcixhcm4K</Content><GeneratedTime>2026-11-23T00:00:00Z</GeneratedTime>")
        if call.service in _speaks_json():
            return web.json_response({})
        if call.service == "ec2":
            return ec2(call, "")
        return query(call, "") if call.form else web.Response(text="<Empty/>", content_type="application/xml")


async def _read(request: web.Request) -> Call:
    found = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    key, region, service = found.groups() if found else ("", "", "")
    form = (
        {name: values[0] for name, values in parse_qs(await request.text()).items()} if request.method == "POST" else {}
    )
    target = request.headers.get("X-Amz-Target", "")
    operation = target.rpartition(".")[2] or form.get("Action") or request.rel_url.raw_path_qs
    return Call(
        key, region, service, operation, form, {name.lower(): value for name, value in request.headers.items()}, request
    )


def query(call: Call, result: str) -> web.Response:
    """An answer of the query protocol."""
    body = f"<{call.operation}Response><{call.operation}Result>{result}</{call.operation}Result></{call.operation}Response>"
    return web.Response(text=body, content_type="text/xml")


def ec2(call: Call, result: str) -> web.Response:
    """An answer of EC2's protocol."""
    return web.Response(text=f"<{call.operation}Response>{result}</{call.operation}Response>", content_type="text/xml")


def refuse(call: Call, status: int, code: str, message: str = "", **headers: str) -> web.Response:
    """An error in the service's protocol."""
    if call.service in _speaks_json():
        body = json.dumps({"__type": code, "message": message})
        return web.Response(
            status=status, text=body, headers={"x-amzn-errortype": code, **headers}, content_type="application/json"
        )
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if call.service == "ec2":
        text = f"<Response><Errors>{error}</Errors></Response>"
    else:
        text = error if call.service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return web.Response(status=status, text=text, headers=headers, content_type="text/xml")


def assumed(call: Call, account: str, expires: str = "2099-01-01T00:00:00Z") -> web.Response:
    """STS's answer to AssumeRole; the access key tells the account."""
    keys = f"<AccessKeyId>ROLE{account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    return query(call, f"<Credentials>{keys}<Expiration>{expires}</Expiration></Credentials>")


def times(count: int, wrong: Callable[[Call], web.StreamResponse]) -> Callable[[Call], web.StreamResponse | None]:
    """The wrong answer for the first `count` calls, then the default."""
    left = [count]

    def answer(call: Call) -> web.StreamResponse | None:
        left[0] -= 1
        return wrong(call) if left[0] >= 0 else None

    return answer


def deny(*operations: str) -> Callable[[Call], web.StreamResponse | None]:
    return lambda call: refuse(call, 403, "AccessDenied", "no") if call.operation in operations else None


@pytest.fixture(scope="session")
def models() -> Models:
    """botocore's models, loaded once for all tests: they are read only."""
    return Models(botocore.session.get_session().get_component("data_loader"))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> botocore.session.Session:
    """A session with long-lived keys and nothing of this machine's configuration."""
    for name in (
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_SESSION_TOKEN",
        "AWS_CA_BUNDLE",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "http_proxy",
        "https_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    environment = {
        "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "eu-central-1",
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return botocore.session.Session()


@pytest.fixture
async def aws(session: botocore.session.Session, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeAWS]:
    """The fake AWS, with the session's endpoints set to it."""
    fake = FakeAWS()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
    yield fake
    await runner.cleanup()
    await asyncio.sleep(0)


@pytest.fixture
def run(
    aws: FakeAWS, session: botocore.session.Session, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Collect into tmp_path, with the models loaded before."""
    catalogue = load_catalogue(models)
    monkeypatch.setattr("nightaudit_auditor.collect.collector.Models", lambda _: models)
    monkeypatch.setattr("nightaudit_auditor.collect.collector.load_catalogue", lambda _: catalogue)

    async def run(
        wanted: AuditSchedule | None = None, *, deadline: float | None = None, stop: asyncio.Event | None = None,
        progress: Recorder | None = None, turns: dict[str, Turn] | None = None,
    ) -> Collection:  # fmt: skip
        return await collect(
            wanted or schedule(), SnapshotWriter(tmp_path, "nightly-1"), run="nightly/1", deadline=deadline,
            stop=stop or asyncio.Event(), progress=progress, session=session, patience=IMPATIENT,
            turns=turns,
        )  # fmt: skip

    return run


@pytest.fixture
async def ask(aws: FakeAWS, session: botocore.session.Session, models: Models) -> AsyncIterator[Asker]:
    async with Wire(session, connections=16, user_agent="nightaudit/test") as wire:
        client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=16, patience=IMPATIENT)
        yield Asker(client, Target("111111111111", RotatingCredentials()))
