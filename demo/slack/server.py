"""The HTTP side: Slack's methods under /api/, uploads, the page at /, and the demo's own addresses under /demo/."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from demo.slack import page
from demo.slack.api import Answer, Api, SlackError
from demo.slack.pace import Faults, Limits
from demo.slack.workspace import CHANNELS, Workspace

LARGEST_BODY = 64 * 1024 * 1024


class Server:
    """Slack's HTTP conventions around the methods: tokens, rate limits, forms and JSON, and faults played on purpose."""

    def __init__(self, workspace: Workspace, token: str) -> None:
        self._workspace = workspace
        self._token = token
        self._api = Api(workspace)
        self._limits = Limits()
        self._faults = Faults()

    async def method(self, request: web.Request) -> web.StreamResponse:
        """POST or GET /api/<method>."""
        if broken := await self._broken(request):
            return broken
        name = request.match_info["method"]
        try:
            parameters = await _parameters(request)
            self._authenticate(request, parameters)
            if wait := self._wait(name, parameters):
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
                )
            answer: Answer = self._api.call(name, parameters, str(request.url.origin()))
        except SlackError as error:
            answer = error.answer()
        return web.json_response(answer)

    async def _broken(self, request: web.Request) -> web.StreamResponse | None:
        if self._faults.latency:
            await asyncio.sleep(self._faults.latency)
        if self._faults.down:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)
        if self._faults.status is not None:
            return web.Response(status=self._faults.status, text="upstream connect error", content_type="text/plain")
        return None

    def _authenticate(self, request: web.Request, parameters: Mapping[str, Any]) -> None:
        header = request.headers.get("Authorization", "")
        given = header.removeprefix("Bearer ").strip() if header else str(parameters.get("token") or "")
        if not given:
            raise SlackError("not_authed")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise SlackError("invalid_auth")

    def _wait(self, name: str, parameters: Mapping[str, Any]) -> int:
        if self._faults.rate_limit > 0:
            self._faults.rate_limit -= 1
            return self._faults.retry_after
        return self._limits.take(name, str(parameters.get("channel") or ""), time.monotonic())

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """POST /upload/v1/<file>: the file's bytes, raw or as the one part of a form."""
        if broken := await self._broken(request):
            return broken
        file = self._workspace.file(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound(text="no such upload")
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next(iter(form.values()), None)
            content = part.file.read() if isinstance(part, web.FileField) else str(part or "").encode()
        else:
            content = await request.read()
        if len(content) != file.length:
            raise web.HTTPBadRequest(text=f"{file.length} bytes were announced, {len(content)} came")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """GET /files/<file>: always a download, never a page of this origin."""
        file = self._workspace.file(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound(text="no such file")
        name = "".join(one if one.isalnum() or one in "-_." else "_" for one in file.name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def show(self, request: web.Request) -> web.Response:
        """GET /: the page."""
        channel = self._workspace.channel(request.query.get("channel", page.DEFAULT_CHANNEL))
        if channel is None:
            raise web.HTTPNotFound(text="no such channel")
        nonce = secrets.token_urlsafe(16)
        headers = {
            "Content-Security-Policy": page.security_policy(nonce),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return web.Response(text=page.page(self._workspace, channel, nonce), content_type="text/html", headers=headers)

    async def fragment(self, request: web.Request) -> web.Response:
        """GET /demo/page: the messages alone, or 204 if nothing changed since `version`."""
        channel = self._workspace.channel(request.query.get("channel", page.DEFAULT_CHANNEL))
        if channel is None:
            raise web.HTTPNotFound(text="no such channel")
        version = str(self._workspace.version)
        if request.query.get("version") == version:
            return web.Response(status=204)
        drawn = page.messages(self._workspace, channel)
        return web.Response(text=drawn, content_type="text/html", headers={"X-Version": version})

    async def messages(self, _: web.Request) -> web.Response:
        """GET /demo/messages: everything that was posted, oldest first."""
        names = {one.id: one.name for one in CHANNELS}
        found = [
            msgspec.to_builtins(one) | {"channel_name": names[one.channel], "reply": one.is_reply}
            for one in self._workspace.messages
        ]
        return web.json_response({"messages": found, "faults": msgspec.to_builtins(self._faults)})

    async def fault(self, request: web.Request) -> web.Response:
        """POST /demo/fault: replaces the faults that are played; {} ends them all."""
        try:
            self._faults = msgspec.json.decode(await request.read(), type=Faults)
        except msgspec.ValidationError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response(msgspec.to_builtins(self._faults))

    async def reset(self, _: web.Request) -> web.Response:
        """POST /demo/reset: forgets messages, files, faults and rate limits."""
        self._workspace.reset()
        self._limits, self._faults = Limits(), Faults()
        return web.json_response({"ok": True})


async def _parameters(request: web.Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return found
    if request.content_type == "application/json":
        try:
            # slack_sdk posts an empty body that it calls JSON when all parameters are in the query.
            body = json.loads(await request.text() or "{}")
        except json.JSONDecodeError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return found | body
    return found | dict(await request.post())


def application(workspace: Workspace, token: str) -> web.Application:
    """The whole server."""
    server = Server(workspace, token)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_route("GET", "/api/{method}", server.method)
    app.router.add_route("POST", "/api/{method}", server.method)
    app.router.add_post("/upload/v1/{file}", server.upload)
    app.router.add_get("/files/{file}", server.download)
    app.router.add_get("/", server.show)
    app.router.add_get("/demo/page", server.fragment)
    app.router.add_get("/demo/messages", server.messages)
    app.router.add_post("/demo/fault", server.fault)
    app.router.add_post("/demo/reset", server.reset)
    return app


async def serve(host: str, port: int, token: str, state: Path | None) -> None:
    """Serve until the process is told to end (SIGTERM, SIGINT)."""
    runner = web.AppRunner(application(Workspace(state), token), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    print(f"the demo's Slack listens on http://{host}:{port}", flush=True)
    await ended.wait()
    await runner.cleanup()
