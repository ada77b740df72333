"""EventBridge: a bus with a policy, and a rule on it."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    events = client("events")
    events.create_event_bus(Name="orders")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
    events.put_permission(
        EventBusName="orders", Policy=document(Sid="all", Principal="*", Action="events:PutEvents", Resource=bus)
    )
    events.put_rule(Name="placed", EventBusName="orders", EventPattern='{"source": ["shop"]}', Description="a <rule>")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
