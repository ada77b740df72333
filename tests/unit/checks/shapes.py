"""Short names for the three shapes of a case; records that are given bare become those of one account."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import OWN, Case, Settings, account

World = tuple[AccountData, ...] | tuple[Record, ...] | AccountData | Record


def _accounts(world: World) -> tuple[AccountData, ...]:
    records = (world,) if isinstance(world, AccountData | Record) else world
    data = tuple(item for item in records if isinstance(item, AccountData))
    return data or (account(*(item for item in records if isinstance(item, Record))),)


def planted(
    check: str,
    why: str,
    world: World,
    *,
    finds: tuple[str, ...] = ("",),
    severity: Severity | None = None,
    settings: Settings | None = None,
    whose: tuple[str, ...] = (OWN,),
) -> Case:
    """The check must find exactly `finds`, of several accounts in those that `whose` names."""
    return Case(check, "planted", why, _accounts(world), finds, severity, settings or Settings(), whose=whose)


def hardened(check: str, why: str, world: World, **more: Any) -> Case:
    """The check must find nothing, and know it."""
    return Case(check, "hardened", why, _accounts(world), **more)


def unreadable(check: str, why: str, world: World, **more: Any) -> Case:
    """The check must say that it does not know."""
    return Case(check, "unreadable", why, _accounts(world), **more)


def said(**members: Any) -> dict[str, Any]:
    """The members that an answer has: AWS leaves out what it has no value for, so that None never arrives."""
    return {name: value for name, value in members.items() if value is not None}


def policy(*statements: dict[str, Any]) -> str:
    """A resource policy as AWS sends it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any, *actions: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """An Allow; `condition` is operator=block."""
    found = {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": resource}
    return found | ({"Condition": condition} if condition else {})


def forbid(principal: Any, *actions: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """The Deny of the same shape."""
    return allow(principal, *actions, resource=resource, **condition) | {"Effect": "Deny"}
