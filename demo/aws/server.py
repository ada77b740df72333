"""The server's application: the front for AWS, and a few addresses of the demo's own under /demo/."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from aiohttp import web
from yarl import URL

from demo.aws import facts

MOTO_SETTINGS = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 12 s a region otherwise
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # or arn:aws:iam::aws:policy/* cannot be attached
    "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
}
"""moto reads these once, when it is imported."""


def application(s3: URL | None) -> web.Application:
    """The demo's AWS. Imports moto, and sets its environment: call it in a process of its own."""
    os.environ.update(MOTO_SETTINGS)
    from demo.aws import corrections  # noqa: PLC0415
    from demo.aws.front import LARGEST_BODY, Front  # noqa: PLC0415
    from demo.aws.moto_app import MotoApp  # noqa: PLC0415
    from demo.aws.organization import MotoBackends, Organization  # noqa: PLC0415

    corrections.apply()
    front = Front(Organization(MotoApp(), MotoBackends()), s3)

    world = {"seeded": ""}

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"accounts": {one.name: one.id for one in facts.ACCOUNTS}, **world})

    async def seeded(request: web.Request) -> web.Response:
        world["seeded"] = str((await request.json())["version"])
        return web.json_response(world)

    async def reset(_: web.Request) -> web.Response:
        await front.in_worker(corrections.reset)
        world["seeded"] = ""
        return web.json_response(world)

    async def ages(request: web.Request) -> web.Response:
        try:
            asked: dict[str, Any] = await request.json()
            await front.in_worker(corrections.age, asked["account"], asked["facts"])
        except (KeyError, ValueError) as error:
            raise web.HTTPBadRequest(text=f"no such account, user, role, instance or field: {error!r}") from error
        return web.json_response({"ok": True})

    async def fault(request: web.Request) -> web.Response:
        try:
            asked: dict[str, Any] = await request.json()
            front.latency = {str(service): float(seconds) for service, seconds in asked.get("latency", {}).items()}
        except (AttributeError, ValueError, TypeError) as error:
            raise web.HTTPBadRequest(text='must be like {"latency": {"ec2": 30}}') from error
        return web.json_response({"latency": front.latency})

    async def messages(request: web.Request) -> web.Response:
        try:
            found = await front.in_worker(_messages, request.query.get("topic", facts.ERRORS_TOPIC_ARN))
        except KeyError as error:
            raise web.HTTPNotFound(text=f"there is no SNS topic {error}") from error
        return web.json_response(found)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.cleanup_ctx.append(front.session)
    app.router.add_get("/demo/ready", ready)
    app.router.add_post("/demo/seeded", seeded)
    app.router.add_post("/demo/reset", reset)
    app.router.add_post("/demo/ages", ages)
    app.router.add_post("/demo/fault", fault)
    app.router.add_get("/demo/messages", messages)
    app.router.add_get("/demo/objects/{bucket}/{key:.+}", front.show_object)
    app.router.add_route("*", "/{path:.*}", front.handle)
    return app


def _messages(topic_arn: str) -> list[dict[str, str]]:
    from moto.sns.models import sns_backends  # noqa: PLC0415

    _, _, _, region, account, _ = (topic_arn.split(":") + [""] * 6)[:6]
    if not account.isdigit() or not region:
        raise KeyError(topic_arn)
    topic = sns_backends[account][region].topics[topic_arn]
    return [
        {"id": identifier, "subject": subject or "", "message": message}
        for identifier, message, subject, *_ in topic.sent_notifications
    ]


async def serve(host: str, port: int, s3: URL | None) -> None:
    """Serve until the process is told to end (SIGTERM, SIGINT)."""
    runner = web.AppRunner(application(s3), access_log=None, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    print(f"the demo's AWS listens on http://{host}:{port}", flush=True)
    await ended.wait()
    await runner.cleanup()
