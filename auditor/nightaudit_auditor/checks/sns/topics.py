"""Topic policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.policy import Exposure
from nightaudit_auditor.checks.exposed import policy_exposure, public_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.checks.sns.kinds import TOPIC

_ATTRIBUTES: Final = "sns.get_topic_attributes"
_ACTIONS: Final = tuple(
    f"sns:{action}"
    for action in (
        "AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic",
        "ListTagsForResource", "Publish", "PutDataProtectionPolicy", "RemovePermission", "SetTopicAttributes", "Subscribe",
        "TagResource", "UntagResource",
    )
)  # fmt: skip


def exposure_of(resource: Resource, context: Context) -> Exposure:
    """Whom the policy of the topic lets in. Raises Unreadable, Gone and PolicyError."""
    answer = context.data.answer(_ATTRIBUTES, resource.region, {"TopicArn": resource.arn}) or {}
    return policy_exposure(answer.get("Attributes", {}).get("Policy"), _ACTIONS, resource, context)


@check(
    "SNS_PUBLIC",
    kind=TOPIC,
    needs=(_ATTRIBUTES,),
    title="Everybody may use a topic",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers subscribe and read along, or publish what queues, functions and people behind the topic take for genuine.",
    remediation=(
        "Console: SNS > Topics > the topic > Edit > Access policy: name principals, or add aws:SourceArn, AWS:SourceOwner or "
        "aws:PrincipalOrgID. CLI: aws sns set-topic-attributes --topic-arn ARN --attribute-name Policy --attribute-value "
        "file://policy.json"
    ),
    terraform="""\
resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}
""",
    compliance=("AWS-FSBP:SNS.4",),
    references=("https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",),
)
def public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the topic's policy, all of its statements considered, Deny ones too. The policy that SNS itself
    writes lets `*` in, but only as AWS:SourceOwner: that restricts."""
    yield from public_results(exposure_of(resource, context), f"everybody may use topic {resource.name}")
