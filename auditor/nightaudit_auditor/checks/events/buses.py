"""Bus policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.exposed import open_results, policy_exposure
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

_ACTIONS: Final = tuple(
    f"events:{action}"
    for action in (
        "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTagsForResource", "ListTargetsByRule", "PutEvents",
        "PutRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource",
    )
)  # fmt: skip


def _bus(_data: AccountData, region: str, item: Item) -> Resource:
    return Resource(str(item["Arn"]), "AWS::Events::EventBus", str(item["Name"]), region, data=dict(item))


BUS: Final = regional_kind(
    "AWS::Events::EventBus", ("events.list_event_buses", lambda answer: answer.get("EventBuses", []), _bus)
)


@check(
    "EVENTBRIDGE_BUS_PUBLIC",
    kind=BUS,
    needs=TRUST,
    title="Strangers may put events on a bus",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Rules act on forged events with the rights of their targets' roles; who may put rules reads every event along.",
    remediation=(
        "Name accounts or the organization (aws:PrincipalOrgID), or vouch for the account under trust.accounts in the "
        "schedule. Console: EventBridge > Event buses > the bus > Permissions > Manage permissions. CLI: aws events "
        "put-permission --event-bus-name NAME --policy file://policy.json, or aws events remove-permission "
        "--event-bus-name NAME --statement-id SID"
    ),
    terraform="""\
resource "aws_cloudwatch_event_bus_policy" "orders" {
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Organization"
      Effect    = "Allow"
      Principal = "*"
      Action    = "events:PutEvents"
      Resource  = aws_cloudwatch_event_bus.orders.arn
      Condition = { StringEquals = { "aws:PrincipalOrgID" = data.aws_organizations_organization.own.id } }
    }]
  })
}
""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html",),
)
def bus_public(resource: Resource, context: Context) -> Iterator[Result]:
    """A stranger gets through the bus's policy, or it lets in an account or organization that is not own, of the organization,
    trusted, or a known vendor's: one finding for everybody, and one for each of those."""
    rules = build_arn(context.data.account, "events", resource.region, f"rule/{resource.name}/*")
    exposed = policy_exposure(resource.data.get("Policy"), _ACTIONS, resource, context, arns=(resource.arn, rules))
    yield from open_results(exposed, context, f"bus {resource.name}")
