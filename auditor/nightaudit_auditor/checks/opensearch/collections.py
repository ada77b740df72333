"""Collections of OpenSearch Serverless, and the network policies that open them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

COLLECTIONS: Final = "opensearchserverless.list_collections"
POLICIES: Final = "opensearchserverless.list_security_policies"
POLICY: Final = "opensearchserverless.get_security_policy"


def _collection(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(item["arn"], "AWS::OpenSearchServerless::Collection", item["name"], region, data=dict(item))


COLLECTION = regional_kind(
    "AWS::OpenSearchServerless::Collection",
    (COLLECTIONS, lambda answer: answer.get("collectionSummaries", []), _collection),
)


@check(
    "OPENSEARCH_SERVERLESS_PUBLIC",
    kind=COLLECTION,
    needs=(POLICIES, POLICY),
    title="A serverless collection can be reached from the Internet",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Callers are still authenticated, but stolen credentials work from anywhere.",
    remediation="Console: OpenSearch Service > Serverless > Network policies > the policy: Private, with VPC endpoints. CLI: aws "
    "opensearchserverless update-security-policy --type network --name NAME --policy-version VERSION --policy file://policy.json",
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-network.html",),
)
def serverless_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A network policy with AllowFromPublic has a rule for the collection, or for its dashboards: public access wins where policies
    overlap. One finding for each policy and kind of resource."""
    data, region = context.data, resource.region
    unread: Unreadable | None = None
    for summary in (data.answer(POLICIES, region) or {}).get("securityPolicySummaries", []):
        try:
            answer = data.answer(POLICY, region, {"name": summary["name"], "type": summary["type"]}) or {}
        except Gone:
            continue
        except Unreadable as problem:
            unread = problem
            continue
        for kind in sorted(_opened((answer.get("securityPolicyDetail") or {}).get("policy") or [], resource.name)):
            detail = f"network policy {summary['name']} opens the {kind} of {resource.name} to the Internet"
            yield Fail(detail, f"{summary['name']}/{kind}", {"policy": summary["name"]})
    if unread is not None:
        raise unread


def _opened(policy: list[dict[str, Any]], name: str) -> set[str]:
    """Which of `collection` and `dashboard` of the named collection a network policy opens; a pattern ends with one *."""
    found: set[str] = set()
    for block in policy:
        for rule in block.get("Rules", []) if block.get("AllowFromPublic") else ():
            for pattern in rule.get("Resource", []):
                wanted = pattern.partition("/")[2]
                if wanted == name or (wanted.endswith("*") and name.startswith(wanted[:-1])):
                    found.add(rule["ResourceType"])
    return found
