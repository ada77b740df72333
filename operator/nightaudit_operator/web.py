"""Readiness and metrics over HTTP. Liveness is kopf's, on a port of its own."""

from __future__ import annotations

from aiohttp import web

from nightaudit_operator.metrics import Metrics
from nightaudit_operator.reconciler.controller import Controller


async def serve(controller: Controller, metrics: Metrics, port: int) -> web.AppRunner:
    """Start the server on all addresses; the caller cleans the runner up."""

    async def ready(_: web.Request) -> web.Response:
        if controller.ready:
            return web.Response(text="ok\n")
        return web.Response(status=503, text="the lists are not read yet, or not any more\n")

    async def show(_: web.Request) -> web.Response:
        # prometheus_client's type carries a charset, which aiohttp takes apart only in a header.
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.add_routes([web.get("/readyz", ready), web.get("/metrics", show)])
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", port).start()  # noqa: S104 — the kubelet and Prometheus come from outside the pod
    return runner
