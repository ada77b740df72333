"""GraphQL APIs that are opened by a key which every client holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_LIST: Final = "appsync.list_graphql_apis"


def _api(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(item["arn"], "AWS::AppSync::GraphQLApi", item["name"], region, item.get("tags") or {}, dict(item))


API = regional_kind("AWS::AppSync::GraphQLApi", (_LIST, lambda answer: answer.get("graphqlApis", []), _api))


@check(
    "APPSYNC_API_KEY_AUTH",
    kind=API,
    title="GraphQL API is opened by an API key",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="The key is in every client's code and names nobody: whoever reads it there has the whole schema.",
    remediation="Console: AppSync > APIs > the API > Settings > Default authorization mode: Cognito, OIDC, IAM or Lambda. CLI: aws "
    "appsync update-graphql-api --api-id ID --name NAME --authentication-type AWS_IAM; aws appsync delete-api-key --api-id ID --id KEY.",
    compliance=("AWS-FSBP:AppSync.5",),
    references=("https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",),
)
def api_key_auth(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The default authorization mode of a GraphQL API is API_KEY. A private API, which answers inside VPCs only, passes."""
    mode = resource.data.get("authenticationType")
    if not mode:
        yield Unknown("the API does not say how it authorizes", _LIST)
    elif mode == "API_KEY" and resource.data.get("visibility") != "PRIVATE":
        yield Fail("its default authorization mode is API_KEY")
