"""An AWS on loopback: serves what a handler answers, each service below a path of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from botocore.session import Session
from werkzeug.exceptions import NotFound
from yarl import URL

from demo.aws.errors import Protocol, refused
from nightaudit_auditor.collect.entries import Catalogue, Entry
from tests.fault.asked import Asked, read, role_key
from tests.fault.faults import Call, Fault, respond
from tests.fault.making import Reply, write
from tests.fault.world import World

ASSUME_ROLE = "sts.assume_role"
"""Under this name the collector records that a role could not be assumed; the catalogue does not have it."""

Handler = Callable[[str, web.Request, bytes], Awaitable[web.StreamResponse]]
"""(service, request, its body) → answer."""

_OF_THE_CONNECTION = {"host", "content-length", "transfer-encoding", "connection", "keep-alive"}


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[str]:
    """Serve on a port that the system chooses; its URL. Handlers whose client has gone are cancelled."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(request.match_info["service"], request, await request.read())

    application = web.Application()
    application.router.add_route("*", "/{service}{path:/?.*}", handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(
            runner, "127.0.0.1", 0, backlog=1024
        ).start()  # a collection connects with all its requests at once
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def environment(session: Session, catalogue: Catalogue, url: str) -> dict[str, str]:
    """The variables with which the SDK asks `url` for every service of the catalogue, each below its name."""
    found = {}
    for service in catalogue.services:
        identifier = session.get_service_model(service).service_id.hyphenize().replace("-", "_").upper()
        found[f"AWS_ENDPOINT_URL_{identifier}"] = f"{url}/{service}"
    return found


def _without(service: str, request: web.Request) -> str:
    """The path as the service itself would see it."""
    path = request.raw_path.removeprefix(f"/{service}")
    return path if path.startswith("/") else f"/{path}"


def _asked(service: str, request: web.Request, body: bytes) -> Asked:
    url = f"http://{request.host}{_without(service, request)}"
    return read(service, request.method, url, request.headers, body)


@dataclass
class Recorder:
    """Passes everything on to another AWS, and keeps what came back."""

    upstream: str
    calls: dict[str, tuple[Asked, Reply]] = field(default_factory=dict)

    async def handle(self, service: str, request: web.Request, body: bytes) -> web.StreamResponse:
        asked = _asked(service, request, body)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        url = URL(f"{self.upstream}{_without(service, request)}", encoded=True)
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, url, headers=headers, data=body or None) as answer,
        ):
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            reply = Reply(answer.status, kept, await answer.read())
        self.calls[asked.key] = (asked, reply)
        return respond(reply)


@dataclass(frozen=True)
class Target:
    """What fails: an operation of an entry of the catalogue, in one account; with `only`, the requests that have it as a parameter."""

    entry: str
    operation: str
    account: str
    only: str = ""

    def is_met_by(self, entry: str, account: str, asked: Asked) -> bool:
        """Whether this request is one of those that fail. `account` is the one that it speaks to."""
        asks = (entry, asked.operation, account) == (self.entry, self.operation, self.account)
        return asks and (not self.only or self.only in asked.parameters.values())


@dataclass
class StandIn:
    """Answers from a world; `fault` befalls every request for `target`. `strange` is what nobody should have asked."""

    world: World
    target: Target | None = None
    fault: Fault | None = None
    asked: list[tuple[str, Asked]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    _before: Counter[str] = field(default_factory=Counter)

    async def handle(self, service: str, request: web.Request, body: bytes) -> web.StreamResponse:
        try:
            return await self._answer(service, request, body)
        except Exception as error:
            # To the collector it is one more error of AWS: the test must hear of it.
            self.strange.append(f"{service}: {request.method} {request.raw_path}: {error!r}")
            raise

    async def _answer(self, service: str, request: web.Request, body: bytes) -> web.StreamResponse:
        try:
            asked = _asked(service, request, body)
        except NotFound:
            return self._refuse(f"{service}: {request.method} {request.raw_path}", "rest-xml")
        if asked.operation == "AssumeRole":
            account = str(asked.parameters["RoleArn"]).split(":")[4]
            fails = self.target is not None and self.target.is_met_by(ASSUME_ROLE, account, asked)
            return await self._befall(fails, asked, request, _session(account), None)
        entry = self.world.entry(asked)
        if entry is None:
            return self._refuse(asked.key, asked.protocol)
        self.asked.append((entry.id, asked))
        fails = self.target is not None and self.target.is_met_by(entry.id, self._account(entry, asked), asked)
        return await self._befall(fails, asked, request, self.world.reply(entry, asked), entry)

    def _account(self, entry: Entry, asked: Asked) -> str:
        """Whose request it is; of somebody unknown that of the account in which it fails."""
        return self.target.account if entry.unsigned and self.target is not None else asked.account

    async def _befall(
        self, fails: bool, asked: Asked, request: web.Request, good: Reply, entry: Entry | None
    ) -> web.StreamResponse:
        if self.fault is None or not fails:
            return respond(good)
        before = self._before[asked.key]
        self._before[asked.key] += 1
        return await self.fault.answer(Call(asked, request, good, lambda: self.world.looping(entry, asked), before))

    def _refuse(self, what: str, protocol: str) -> web.Response:
        self.strange.append(what)
        return respond(refused(Protocol(protocol), "UnknownOperationException", what, 404))


def _session(account: str) -> Reply:
    keys = {"AccessKeyId": role_key(account), "SecretAccessKey": "secret", "SessionToken": "token",
            "Expiration": "2099-01-01T00:00:00Z"}  # fmt: skip
    return write("sts", "AssumeRole", {"Credentials": keys})
