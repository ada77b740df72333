"""Queue policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import Exposure
from nightaudit_auditor.checks.exposed import policy_exposure, public_results
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_QUEUES: Final = "sqs.list_queues"
_ATTRIBUTES: Final = "sqs.get_queue_attributes"
_ACTIONS: Final = tuple(
    f"sqs:{action}"
    for action in (
        "AddPermission", "CancelMessageMoveTask", "ChangeMessageVisibility", "DeleteMessage", "DeleteQueue",
        "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues", "ListMessageMoveTasks", "ListQueueTags",
        "PurgeQueue", "ReceiveMessage", "RemovePermission", "SendMessage", "SetQueueAttributes", "StartMessageMoveTask",
        "TagQueue", "UntagQueue",
    )
)  # fmt: skip


def _queues(data: AccountData) -> Iterator[Resource | Unreadable]:
    """A queue's name is the last part of its address."""
    for region in data.regions:
        try:
            urls: list[Any] = (data.answer(_QUEUES, region) or {}).get("QueueUrls", [])
        except Unreadable as problem:
            yield problem
            continue
        for url in urls:
            name = str(url).rpartition("/")[2]
            arn = build_arn(data.account, "sqs", region, name)
            yield Resource(arn, "AWS::SQS::Queue", name, region, data={"QueueUrl": url})


QUEUE = Kind("AWS::SQS::Queue", (_QUEUES,), _queues, regional=True)


def exposure_of(resource: Resource, context: Context) -> Exposure:
    """Whom the policy of the queue lets in. Raises Unreadable, Gone and PolicyError."""
    answer = context.data.answer(_ATTRIBUTES, resource.region, {"QueueUrl": resource.data["QueueUrl"]}) or {}
    return policy_exposure(answer.get("Attributes", {}).get("Policy"), _ACTIONS, resource, context)


@check(
    "SQS_PUBLIC",
    kind=QUEUE,
    needs=(_ATTRIBUTES,),
    title="Everybody may use a queue",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers read or delete messages, or send their own, which whoever works the queue off takes for genuine.",
    remediation=(
        "Console: SQS > the queue > Access policy > Edit: name principals, or add aws:SourceArn or aws:PrincipalOrgID. "
        "CLI: aws sqs set-queue-attributes --queue-url URL --attributes file://attributes.json"
    ),
    terraform="""\
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.jobs.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.jobs.arn } }
    }]
  })
}
""",
    compliance=("AWS-FSBP:SQS.3",),
    references=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    ),
)
def public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the queue's policy, all of its statements considered, Deny ones too."""
    yield from public_results(exposure_of(resource, context), f"everybody may use queue {resource.name}")
