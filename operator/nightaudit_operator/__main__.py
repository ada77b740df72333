"""Starts the operator: `python -Im nightaudit_operator`, or `nightaudit-operator`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

import kopf

from nightaudit_operator import handlers, web
from nightaudit_operator.api.config import DEFAULT_PATH, Config, ConfigurationError, read
from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.cluster.client import Client
from nightaudit_operator.cluster.gateway import Gateway
from nightaudit_operator.cluster.port import ApiError
from nightaudit_operator.metrics import Metrics
from nightaudit_operator.reconciler.controller import Controller

LOG = logging.getLogger("nightaudit_operator")
_FIRST_SYNC_TRIES = 10


def main() -> None:
    """Exit status 2: the configuration cannot be used; 1: the operator ended in error, and should be started again."""
    kopf.configure(log_format=kopf.LogFormat.JSON)
    # A line for every probe, and one for every watch event.
    for noisy in ("aiohttp.access", "kopf.objects"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        config = read(Path(os.environ.get("NIGHTAUDIT_CONFIG") or DEFAULT_PATH))
    except ConfigurationError as problem:
        LOG.critical("%s", problem)
        sys.exit(2)
    try:
        asyncio.run(_run(config))
    except (ApiError, OSError) as error:
        LOG.critical("the operator ends: %s", error)
        sys.exit(1)


async def _run(config: Config) -> None:
    cache = Cache()
    metrics = Metrics(cache)
    controller = Controller(config, Gateway(Client(), cache), metrics)
    server = await web.serve(controller, metrics, config.metrics_port)
    try:
        await _first_sync(controller)
        work = asyncio.create_task(controller.run())
        watch = asyncio.create_task(
            kopf.operator(
                registry=handlers.registry(controller),
                settings=handlers.settings(),
                standalone=True,
                # kopf would look up the user's name, and a container's user has none.
                identity="nightaudit-operator",  # type: ignore[arg-type]  # a NewType that kopf does not export
                namespaces=config.namespaces,
                liveness_endpoint=f"http://0.0.0.0:{config.health_port}/healthz",
            )
        )
        # kopf returns on SIGTERM; if either ends, the process does, and is started again.
        await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        for task in (work, watch):
            if task.done():
                task.result()
            task.cancel()
        await asyncio.gather(work, watch, return_exceptions=True)
    finally:
        controller.queue.close()
        await server.cleanup()


async def _first_sync(controller: Controller) -> None:
    """Until the first lists are in nothing is decided: what is not in the cache yet would look deleted."""
    for attempt in range(1, _FIRST_SYNC_TRIES + 1):
        try:
            return await controller.sync()
        except ApiError as error:
            if attempt == _FIRST_SYNC_TRIES:
                raise
            hint = " (are the CRDs of nightaudit.dev installed?)" if error.status == 404 else ""
            LOG.warning("the first lists cannot be read%s, again in %d s: %s", hint, attempt, error)
            await asyncio.sleep(attempt)
    return None


if __name__ == "__main__":
    main()
