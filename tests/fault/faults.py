"""The ways in which AWS can fail an operation, how each looks on the wire, and the name under which it must be recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from demo.aws.errors import Protocol, Refused, access_denied, refused
from nightaudit_auditor.snapshot import DeniedBy, Outcome
from tests.fault.asked import Asked
from tests.fault.making import Reply

_CONTENT = {
    Protocol.JSON: b'{"notice": {"text": "hello"}}',
    Protocol.REST_JSON: b'{"notice": {"text": "hello"}}',
}
_THROTTLED = {
    Protocol.EC2: ("RequestLimitExceeded", 503),
    Protocol.QUERY: ("Throttling", 400),
    Protocol.JSON: ("ThrottlingException", 400),
    Protocol.REST_JSON: ("TooManyRequestsException", 429),
    Protocol.REST_XML: ("Throttling", 400),
    Protocol.S3: ("SlowDown", 503),
}
_BROKEN = {
    Protocol.QUERY: "InternalFailure",
    Protocol.JSON: "InternalServerError",
    Protocol.REST_JSON: "ServiceException",
}


@dataclass(frozen=True)
class Call:
    """A request for the operation that fails. `good` is what AWS would answer, `before` how often the same was asked."""

    asked: Asked
    request: web.Request
    good: Reply
    looping: Callable[[], Reply]
    before: int

    @property
    def protocol(self) -> Protocol:
        return Protocol.S3 if self.asked.service == "s3" else Protocol(self.asked.protocol)


@dataclass(frozen=True)
class Fault:
    """`outcome` and `code` are what the record must say; no code: AWS's own. `paged`: only operations with pages can have it."""

    name: str
    outcome: Outcome
    code: str
    answer: Callable[[Call], Awaitable[web.StreamResponse]]
    paged: bool = False
    denied_by: DeniedBy | None = None


def respond(reply: Reply | Refused) -> web.Response:
    """An answer that is well."""
    return web.Response(status=reply.status, headers=reply.headers, body=reply.body)


def _action(call: Call) -> str:
    return f"{call.asked.service}:{call.asked.operation}"


async def _denied(call: Call) -> web.StreamResponse:
    user = f"arn:aws:sts::{call.asked.account}:assumed-role/nightaudit/run"
    why = f"because no identity-based policy allows the {_action(call)} action"
    return respond(access_denied(call.protocol, f"User: {user} is not authorized to perform: {_action(call)} {why}"))


async def _blocked(call: Call) -> web.StreamResponse:
    user = f"arn:aws:sts::{call.asked.account}:assumed-role/nightaudit/run"
    why = "with an explicit deny in a service control policy"
    return respond(access_denied(call.protocol, f"User: {user} is not authorized to perform: {_action(call)} {why}"))


async def _throttled(call: Call) -> web.StreamResponse:
    code, status = _THROTTLED[call.protocol]
    return respond(refused(call.protocol, code, "Rate exceeded", status))


async def _throttled_twice(call: Call) -> web.StreamResponse:
    return respond(call.good) if call.before >= 2 else await _throttled(call)


async def _broken(call: Call) -> web.StreamResponse:
    return respond(refused(call.protocol, _BROKEN.get(call.protocol, "InternalError"), "We made a mistake", 500))


async def _malformed(call: Call) -> web.StreamResponse:
    body = call.good.body if call.good.status == 200 else b""
    return respond(Reply(200, call.good.headers, body[: len(body) * 2 // 3] or b"{<"))


async def _foreign(call: Call) -> web.StreamResponse:
    body = _CONTENT.get(call.protocol, b"<Notice><text>hello</text></Notice>")
    return respond(Reply(200, call.good.headers, body))


async def _truncated(call: Call) -> web.StreamResponse:
    body = call.good.body
    response = web.StreamResponse(headers={**call.good.headers, "Content-Length": str(len(body) + 100)})
    await response.prepare(call.request)
    await response.write(body[: len(body) // 2] or b"<")
    _close(call)
    return response


async def _reset(call: Call) -> web.StreamResponse:
    _close(call)
    return web.Response()


async def _hang(call: Call) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets the event: the server cancels the handler when the client has gone")


async def _loop(call: Call) -> web.StreamResponse:
    return respond(call.looping())


def _close(call: Call) -> None:
    if call.request.transport is not None:
        call.request.transport.abort()


HANG = Fault("hang", Outcome.ERROR, "Timeout", _hang)
DENIED = Fault("denied", Outcome.DENIED, "", _denied, denied_by=DeniedBy.IDENTITY)
OTHERS = (
    Fault("blocked", Outcome.BLOCKED, "", _blocked, denied_by=DeniedBy.SCP),
    Fault("throttled", Outcome.THROTTLED, "", _throttled),
    Fault("throttled-twice", Outcome.OK, "", _throttled_twice),
    Fault("broken", Outcome.ERROR, "", _broken),
    Fault("malformed", Outcome.ERROR, "MalformedAnswer", _malformed),
    Fault("foreign", Outcome.ERROR, "MalformedAnswer", _foreign),
    Fault("truncated", Outcome.ERROR, "TruncatedAnswer", _truncated),
    Fault("reset", Outcome.ERROR, "ConnectionReset", _reset),
    HANG,
    Fault("loop", Outcome.ERROR, "PaginationLoop", _loop, paged=True),
)
