"""What kopf calls. Only events and the probe: handlers of creation and deletion would put annotations on, timers and daemons
finalizers, and this operator writes nothing into its users' objects but status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import kopf
import msgspec

from nightaudit_operator.api import names
from nightaudit_operator.cluster.client import SELECTED
from nightaudit_operator.reconciler.controller import Controller

# Group, version and plural, always: without the group kopf would read every API group of the cluster.
RESOURCES: Final = (
    (names.GROUP, names.VERSION, "auditschedules"),
    (names.GROUP, names.VERSION, "auditexceptions"),
    (names.GROUP, names.VERSION, "auditruns"),
    ("batch", "v1", "cronjobs"),
    ("batch", "v1", "jobs"),
    ("", "v1", "pods"),
    ("", "v1", "configmaps"),
)


def registry(controller: Controller) -> kopf.OperatorRegistry:
    """The handlers, bound to this controller."""
    handlers = kopf.OperatorRegistry()
    for group, version, plural in RESOURCES:
        kopf.on.event(group, version, plural, id=f"observe-{plural}", registry=handlers)(_observer(controller, plural))
    kopf.on.login(registry=handlers)(kopf.login_via_client)

    @kopf.on.probe(id="resync", registry=handlers)
    async def probe(**_: object) -> str:
        # Any other exception would be retried for a minute, and the probe would hang instead of failing.
        if controller.stuck:
            raise kopf.PermanentError("the resync has stopped being tried")
        return "ok"

    return handlers


def settings() -> kopf.OperatorSettings:
    """Every kopf setting that differs from its default."""
    chosen = kopf.OperatorSettings()
    chosen.peering.standalone = True
    chosen.scanning.disabled = True  # fixed namespaces: no permission to read namespaces and CRDs is needed
    chosen.posting.enabled = False  # Events are this operator's own
    chosen.networking.request_timeout = 30
    chosen.watching.chunk_size = 500
    for group, version, plural in RESOURCES:
        if plural in SELECTED:
            chosen.watching.label_selectors[group, version, plural] = names.MANAGED_SELECTOR
    return chosen


def _observer(controller: Controller, plural: str) -> Callable[..., Awaitable[None]]:
    async def observe(event: kopf.RawEvent, **_: object) -> None:
        controller.observe(plural, msgspec.json.encode(event["object"]), deleted=event["type"] == "DELETED")

    return observe
