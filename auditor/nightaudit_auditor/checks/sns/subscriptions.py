"""Who listens to a topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, stranger_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check
from nightaudit_auditor.checks.sns.kinds import TOPIC

_SUBSCRIPTIONS: Final = "sns.list_subscriptions_by_topic"
_SILENT: Final = frozenset({"PendingConfirmation", "Deleted"})
"""What SNS says instead of the ARN of a subscription that delivers nothing."""


@check(
    "SNS_SUBSCRIPTION_FOREIGN",
    kind=TOPIC,
    needs=(_SUBSCRIPTIONS, *TRUST),
    title="A stranger's account listens to a topic, or the way there is open",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Whatever is published reaches an account that nobody knows: a forgotten partner, or somebody who reads along. Over "
    "plain HTTP everybody on the way does.",
    remediation=(
        "Remove the subscription, vouch for the account under trust.accounts in the schedule, or subscribe the address with "
        "https. Console: SNS > Topics > the topic > Subscriptions. CLI: aws sns unsubscribe --subscription-arn ARN"
    ),
    parameters=VOUCHED_FOR,
    references=(
        "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
        "https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html",
    ),
)
def subscription_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """A subscription of the topic belongs to, or delivers to a queue, function or stream in, an account outside of the own, the
    organization's, the trusted and known vendors' ones (one finding for each account); or it delivers by plain HTTP.

    A subscription that is not confirmed, or deleted, delivers nothing and does not count. Whose an e-mail address or a telephone number is nobody can tell: of those the subscription's owner is judged.
    """
    answer = context.data.answer(_SUBSCRIPTIONS, resource.region, {"TopicArn": resource.arn}) or {}
    accounts: dict[str, dict[str, list[str]]] = {}
    plain: list[str] = []
    for subscription in answer.get("Subscriptions", []):
        if subscription.get("SubscriptionArn") in _SILENT:
            continue
        arn, protocol = str(subscription.get("SubscriptionArn", "")), str(subscription.get("Protocol", ""))
        for account in _accounts(subscription):
            accounts.setdefault(account, {}).setdefault("subscriptions", []).append(f"{protocol} {arn}")
        if protocol == "http":
            plain.append(arn)
    if plain:
        yield Fail(f"topic {resource.name} delivers over plain HTTP", "http", {"subscriptions": plain})
    yield from stranger_results(accounts, context, f"topic {resource.name} delivers to")


def _accounts(subscription: dict[str, Any]) -> set[str]:
    """The accounts of the subscription and of the resource that it delivers to; a redacted endpoint keeps its ARN."""
    endpoint = subscription.get("Endpoint") or ""
    arn = endpoint.get("arn", "") if isinstance(endpoint, dict) else endpoint
    found = {str(subscription.get("Owner", ""))}
    if arn.startswith("arn:"):
        found.add(parse_arn(arn).account)
    return found - {""}
