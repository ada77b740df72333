"""Resource policies of an account's log groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import Document, parse_at
from nightaudit_auditor.checks.exposed import document_exposure
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

_POLICIES: Final = "logs.describe_resource_policies"
_ACTIONS: Final = (
    "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DeleteLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch",
    "logs:PutRetentionPolicy",
)  # fmt: skip


def _policy(data: AccountData, region: str, item: Item) -> Resource:
    """AWS gives these policies no ARN; this one is made like those of other resources of CloudWatch Logs."""
    name = str(item["policyName"])
    arn = build_arn(data.account, "logs", region, f"resource-policy:{name}")
    return Resource(arn, "AWS::Logs::ResourcePolicy", name, region, data=dict(item))


POLICY: Final = regional_kind(
    "AWS::Logs::ResourcePolicy", (_POLICIES, lambda answer: answer.get("resourcePolicies", []), _policy)
)


@check(
    "LOGS_RESOURCE_POLICY_PUBLIC",
    kind=POLICY,
    title="A service may write to log groups for anybody",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="A stranger sets up the service in an account of his own and has it write to these logs: noise, forged entries, cost.",
    remediation=(
        "Add aws:SourceAccount or aws:SourceArn to the statement; the console has no page for these policies. CLI: aws logs "
        "put-resource-policy --policy-name NAME --policy-document file://policy.json"
    ),
    references=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ),
)
def resource_policy_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """The policy lets in a service, or everybody, whoever's resource the service acts for: neither aws:SourceAccount,
    aws:SourceArn nor the organization is asked for. One finding for each service.

    CloudWatch Logs enforces these policies for services only: no stranger gets in directly. A Deny counts in whichever of the
    region's policies it stands.
    """
    own = parse_at(resource.data["policyDocument"], context.data.moment)
    everywhere = build_arn(context.data.account, "logs", resource.region, "*")
    named = {name for statement in own.allowing() for name in statement.resources or ("*",)}
    arns = sorted(everywhere if name == "*" else name for name in named)
    exposed = document_exposure(_with_denials(own, resource, context), _ACTIONS, resource, context, arns=arns)
    if exposed.public:
        yield Fail(f"{resource.name} lets any service write for anybody", "*", {"actions": sorted(exposed.public)})
        return
    for service, grant in sorted(exposed.services.items()):
        yield Fail(f"{resource.name} lets {service} write for anybody", service, {"actions": sorted(grant.actions)})


def _with_denials(own: Document, resource: Resource, context: Context) -> Document:
    """What the policy allows, with what all of the region's policies deny."""
    listed = (context.data.answer(_POLICIES, resource.region) or {}).get("resourcePolicies", [])
    moment = context.data.moment
    denied = [s for item in listed for s in parse_at(item["policyDocument"], moment).denying()]
    return Document((*own.allowing(), *denied))
