"""Where a broker can be reached from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

BROKERS: Final = "mq.list_brokers"
DESCRIBE: Final = "mq.describe_broker"


def _broker(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(item["BrokerArn"], "AWS::AmazonMQ::Broker", item["BrokerName"], region, data=dict(item))


BROKER = regional_kind("AWS::AmazonMQ::Broker", (BROKERS, lambda answer: answer.get("BrokerSummaries", []), _broker))


@check(
    "MQ_BROKER_PUBLIC",
    kind=BROKER,
    needs=(DESCRIBE,),
    title="A message broker is publicly accessible",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="A password is all that is left between the Internet and the messages, and the broker's own flaws are exposed.",
    remediation="Accessibility is chosen when a broker is made: make a private one and move. Console: Amazon MQ > Create brokers > "
    "Additional settings > Private access. CLI: aws mq create-broker --no-publicly-accessible --broker-name NAME …; aws mq "
    "delete-broker --broker-id ID",
    references=("https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/using-amazon-mq-securely.html",),
)
def broker_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The broker is publicly accessible. What its security groups let in is not judged: brokers of RabbitMQ have none."""
    broker = context.data.answer(DESCRIBE, resource.region, {"BrokerId": resource.data["BrokerId"]}) or {}
    accessible = broker.get("PubliclyAccessible")
    if accessible is None:
        yield Unknown("the broker does not say whether it is publicly accessible", DESCRIBE)
    elif accessible:
        yield Fail(f"{resource.name} is publicly accessible", evidence={"engine": broker.get("EngineType", "")})
