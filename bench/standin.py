"""The demo's AWS, with all the regions of a real account, writing down what it is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bench.recording import Exchange, Key, caller, kept, key
from bench.sizes import REGIONS, Size
from demo.aws import facts
from demo.aws.server import application

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Tape:
    """The exchanges so far, once it runs. A question asked again keeps its last answer: that of a job that is done."""

    def __init__(self) -> None:
        self.running = False
        self._exchanges: dict[Key, Exchange] = {}
        self.requests = 0

    @property
    def exchanges(self) -> list[Exchange]:
        return list(self._exchanges.values())

    @web.middleware
    async def keep(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let the request pass, and keep it with its answer."""
        body = await request.read()
        response = await handler(request)
        who = caller(request.headers.get("Authorization", "").encode())
        if self.running and who is not None and isinstance(response, web.Response):
            _, region, service = who
            found = key(
                service, region, request.method.encode(), request.raw_path.encode(), request.host.encode(),
                request.headers.get("X-Amz-Target", "").encode(), body,
            )  # fmt: skip
            self.requests += 1
            answer = response.body if isinstance(response.body, bytes) else b""
            self._exchanges[found] = Exchange(found, response.status, kept(response.headers), answer)
        return response


def standin(tape: Tape, size: Size) -> web.Application:
    """The application. It takes this process for itself: moto's state, its random ids and the demo's regions are global."""
    facts.REGIONS = REGIONS[: size.enabled]
    app = application(None)
    from moto.moto_api._internal import mock_random  # noqa: PLC0415 - moto reads its settings when it is imported

    mock_random.seed(20261125)
    app.middlewares.append(tape.keep)
    return app
