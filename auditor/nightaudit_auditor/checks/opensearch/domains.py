"""Domains of OpenSearch and Elasticsearch outside of a VPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.batches import batched_answer
from nightaudit_auditor.checks.exposed import policy_exposure
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Gone

DOMAINS: Final = "es.list_domain_names"
DETAILS: Final = "es.describe_elasticsearch_domains"
_ACTIONS: Final = tuple(f"es:ESHttp{method}" for method in ("Delete", "Get", "Head", "Patch", "Post", "Put"))


def _domain(data: AccountData, region: str, item: Item) -> Resource:
    name = item["DomainName"]
    arn = build_arn(data.account, "es", region, f"domain/{name}")
    return Resource(arn, "AWS::OpenSearchService::Domain", name, region)


DOMAIN = regional_kind(
    "AWS::OpenSearchService::Domain", (DOMAINS, lambda answer: answer.get("DomainNames", []), _domain)
)


def domain_of(data: AccountData, region: str, name: str) -> dict[str, Any]:
    """What DescribeElasticsearchDomains says of a domain. Raises Unreadable; Gone if it was not there any more, or is
    being deleted."""
    for domain in batched_answer(data, DETAILS, region, "DomainNames", name).get("DomainStatusList", []):
        if domain.get("DomainName") == name and not domain.get("Deleted"):
            return dict(domain)
    raise Gone(name)


@check(
    "OPENSEARCH_PUBLIC",
    kind=DOMAIN,
    needs=(DETAILS,),
    title="Everybody on the Internet can use a search domain",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Strangers read, change or delete the indexes; open domains are found and held to ransom within hours.",
    remediation="Console: OpenSearch Service > the domain > Security configuration > Edit: fine-grained access control, and an access "
    "policy that names principals; better, make a domain in a VPC and move. CLI: aws opensearch update-domain-config --domain-name "
    "NAME --access-policies file://policy.json",
    terraform='resource "aws_opensearch_domain" "logs" {\n  vpc_options {\n    subnet_ids         = [aws_subnet.private.id]\n'
    "    security_group_ids = [aws_security_group.logs.id]\n  }\n  advanced_security_options {\n    enabled = true\n  }\n}",
    compliance=("AWS-FSBP:Opensearch.2", "AWS-FSBP:ES.2"),
    aliases=("ES_PUBLIC",),
    references=("https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html",),
)
def opensearch_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """The domain is in no VPC, and a stranger gets through its access policy, from an address of his choice: ranges of addresses
    count by their size. High if fine-grained access control still asks who he is."""
    domain = domain_of(context.data, resource.region, resource.name)
    if (domain.get("VPCOptions") or {}).get("VPCId"):
        return
    arns = (resource.arn, f"{resource.arn}/*")
    exposed = policy_exposure(domain.get("AccessPolicies"), _ACTIONS, resource, context, arns=arns)
    if exposed.public:
        security = domain.get("AdvancedSecurityOptions") or {}
        guarded = bool(security.get("Enabled")) and not security.get("AnonymousAuthEnabled")
        evidence = {"actions": sorted(exposed.public), "fineGrainedAccessControl": guarded}
        how = "its own users alone keep the Internet out" if guarded else "nobody is asked who he is"
        yield Fail(f"{resource.name} is open to everybody ({how})", "", evidence, Severity.HIGH if guarded else None)
