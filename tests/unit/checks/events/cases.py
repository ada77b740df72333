"""What the check of EventBridge finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, SISTER, STRANGER, Case, denied, ok, organization
from tests.unit.checks.shapes import hardened, planted, unreadable

BUSES, PUBLIC = "events.list_event_buses", "EVENTBRIDGE_BUS_PUBLIC"
ARN = f"arn:aws:events:{REGION}:{OWN}:event-bus/orders"
RULES = f"arn:aws:events:{REGION}:{OWN}:rule/orders/*"


def bus(*statements: dict[str, Any], more: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})} if statements else {}
    return (ok(BUSES, REGION, {"EventBuses": [{"Name": "orders", "Arn": ARN, **policy}]}), *more)


def allow(
    principal: Any = "*", action: Any = "events:PutEvents", resource: str = ARN, **condition: Any
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


CASES: list[Case] = [
    planted(PUBLIC, "everybody", bus(allow())),
    planted(PUBLIC, "everybody may write rules", bus(allow(action=["events:PutRule", "events:PutTargets"], resource=RULES))),
    planted(PUBLIC, "everybody, and a stranger more", bus(allow(), allow({"AWS": STRANGER}, "events:PutRule", RULES)), finds=("", STRANGER)),
    planted(PUBLIC, "a stranger", bus(allow({"AWS": f"arn:aws:iam::{STRANGER}:root"})), finds=(STRANGER,)),
    planted(PUBLIC, "another organization", bus(allow(StringEquals={"aws:PrincipalOrgID": "o-zzzzzzzzzz"})), finds=("o-zzzzzzzzzz",)),
    hardened(PUBLIC, "a sister", bus(allow({"AWS": SISTER}), more=organization(OWN, SISTER))),
    hardened(PUBLIC, "denied but for the own account", bus(allow(), {
        "Effect": "Deny", "Principal": "*", "Action": "events:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWN}}})),
    hardened(PUBLIC, "no policy", bus()),
    unreadable(PUBLIC, "he may be of the organization", bus(
        allow({"AWS": STRANGER}), more=(denied("organizations.describe_organization"), denied("organizations.list_accounts")))),
    unreadable(PUBLIC, "a policy with an unknown operator", bus(allow(StringAlmost={"aws:PrincipalOrgID": "o"}))),
    unreadable(PUBLIC, "no list", (denied(BUSES, REGION),)),
]  # fmt: skip
