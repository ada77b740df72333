"""EventBridge: who may put events on a bus."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "EVENTBRIDGE_BUS_PUBLIC"


def plant(at: Place) -> None:
    """Everybody may put events, or rules; a stranger may; and twins of each."""
    anybody = {"Principal": "*", "Action": "events:PutEvents"}
    stranger = {**anybody, "Principal": {"AWS": facts.STRANGER}}
    writes = {"Principal": {"AWS": "*"}, "Action": ["events:PutRule", "events:PutTargets"]}
    at.finds(CHECK, _bus(at, "bus-open", anybody), discriminator="")
    at.finds(CHECK, _bus(at, "bus-rules-open", writes, rules=True), discriminator="")
    at.finds(CHECK, _bus(at, "bus-strangers", stranger), discriminator=facts.STRANGER)
    elsewhere = {**anybody, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}}
    at.finds(CHECK, _bus(at, "bus-of-another-organization", elsewhere), discriminator="o-zzzzzzzzzz")
    organization = at.cloud.home("organizations").describe_organization()["Organization"]["Id"]
    others = {"StringNotEquals": {"aws:PrincipalAccount": at.problems.id}}
    at.passes(
        CHECK,
        _bus(at, "bus-without"),
        _bus(at, "bus-sisters", {**anybody, "Principal": {"AWS": at.twins.id}}),
        _bus(at, "bus-members", {**anybody, "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}}}),
        _bus(at, "bus-denied", anybody, {**anybody, "Effect": "Deny", "Action": "events:*", "Condition": others}),
    )


def _bus(at: Place, name: str, *statements: dict[str, Any], rules: bool = False) -> str:
    """A bus; its policy, if there are statements, speaks of it, or of the rules on it."""
    events = at.client("events")
    arn = str(events.create_event_bus(Name=name)["EventBusArn"])
    where = arn.replace(":event-bus/", ":rule/") + "/*" if rules else arn
    if statements:
        listed = [{"Sid": f"s{number}", **one, "Resource": where} for number, one in enumerate(statements)]
        events.put_permission(EventBusName=name, Policy=document(*listed))
    return arn
