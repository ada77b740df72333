"""CloudWatch Logs: which services may write to log groups, and for whom."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "LOGS_RESOURCE_POLICY_PUBLIC"
DNS, SEARCH, EVENTS, DELIVERY = (f"{name}.amazonaws.com" for name in ("route53", "es", "events", "delivery.logs"))


def plant(at: Place) -> None:
    """A Deny counts in whichever policy of the region it stands: the last policy is that of a twin."""
    zones = {"ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"}}
    zone = {"ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/Z0EXAMPLE"}}
    own = {"StringEquals": {"aws:SourceAccount": at.problems.id}}
    at.finds(CHECK, _policy(at, "search", {"Service": SEARCH}), discriminator=SEARCH)
    at.finds(CHECK, _policy(at, "all-zones", {"Service": DNS}, Condition=zones), discriminator=DNS)
    at.finds(CHECK, _policy(at, "everybody", "*"), discriminator="*")
    at.passes(
        CHECK,
        _policy(at, "one-zone", {"Service": DNS}, Condition=zone),
        _policy(at, "own-deliveries", {"Service": DELIVERY}, Condition=own),
        _policy(at, "a-stranger", {"AWS": facts.STRANGER}),
        _policy(at, "denied-elsewhere", {"Service": EVENTS}),
        _policy(at, "denies", {"Service": EVENTS}, Effect="Deny"),
    )


def _policy(at: Place, name: str, principal: Any, **more: Any) -> str:
    account = at.problems.id
    group = f"arn:aws:logs:{facts.HOME_REGION}:{account}:log-group:/aws/vendedlogs/*:*"
    statement = {"Principal": principal, "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": group}
    at.client("logs").put_resource_policy(policyName=name, policyDocument=document({**statement, **more}))
    return f"arn:aws:logs:{facts.HOME_REGION}:{account}:resource-policy:{name}"
