"""APIs that ask nobody who he is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import exposure, literal_actions, parse_at
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_REST: Final = "apigateway.get_rest_apis"
_STAGES: Final = "apigateway.get_stages"
_RESOURCES: Final = "apigateway.get_resources"
_V2: Final = "apigatewayv2.get_apis"
_V2_STAGES: Final = "apigatewayv2.get_stages"
_ROUTES: Final = "apigatewayv2.get_routes"
_INVOKE: Final = "execute-api:Invoke"
_CONNECT: Final = "$connect"


def _rest(data: AccountData, region: str, item: Item) -> Resource:
    arn = f"arn:{data.account.partition}:apigateway:{region}::/restapis/{item['id']}"
    return Resource(
        arn, "AWS::ApiGateway::RestApi", item.get("name") or item["id"], region, item.get("tags") or {}, dict(item)
    )


def _v2(data: AccountData, region: str, item: Item) -> Resource:
    arn = f"arn:{data.account.partition}:apigateway:{region}::/apis/{item['ApiId']}"
    return Resource(
        arn, "AWS::ApiGatewayV2::Api", item.get("Name") or item["ApiId"], region, item.get("Tags") or {}, dict(item)
    )


API = regional_kind(
    "AWS::ApiGateway::RestApi",
    (_REST, lambda answer: answer.get("items", []), _rest),
    (_V2, lambda answer: answer.get("Items", []), _v2),
)


@check(
    "APIGATEWAY_NO_AUTH",
    kind=API,
    needs=(_STAGES, _RESOURCES, _V2_STAGES, _ROUTES),
    title="API on the Internet answers callers whom it does not know",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Strangers call what is behind the API, a function or a private service as a rule, with input of their choice.",
    remediation="Console: API Gateway > the API > the method or route > Authorization: IAM, JWT, Cognito or a Lambda authorizer; or give a "
    "REST API a resource policy. CLI: aws apigatewayv2 update-route --api-id ID --route-id ROUTE --authorization-type AWS_IAM (REST: "
    "aws apigateway update-method --rest-api-id ID --resource-id RESOURCE --http-method METHOD --patch-operations "
    "op=replace,path=/authorizationType,value=AWS_IAM, then create-deployment).",
    compliance=("AWS-FSBP:APIGateway.8",),
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",),
)
def no_auth(resource: Resource, context: Context) -> Iterator[Result]:
    """An API that is deployed and not private has a method or route, other than OPTIONS, with authorization type NONE and without
    an API key.

    UNKNOWN instead if its own address is switched off: then it answers at custom domain names alone, which are not collected.
    A REST API whose resource policy does not let everybody invoke it passes. Of a WebSocket API the route $connect decides,
    through which every connection comes. The finding is one for an API; the evidence lists the open methods and routes.
    """
    if not is_on_internet(resource, context.data):
        return
    results = _rest_results if resource.type == "AWS::ApiGateway::RestApi" else _v2_results
    for result in results(resource, context):
        yield no_own_address(resource) or result


def no_own_address(resource: Resource) -> Unknown | None:
    """Why it is not known where the API answers: its address at execute-api is switched off; None if it is not."""
    if not (resource.data.get("disableExecuteApiEndpoint") or resource.data.get("DisableExecuteApiEndpoint")):
        return None
    return Unknown("the API answers at custom domain names alone, and whether it has one is not collected")


def is_on_internet(resource: Resource, data: AccountData) -> bool:
    """Whether the API is deployed to a stage, and not private. Raises Unreadable and Gone."""
    api = resource.data
    if resource.type == "AWS::ApiGateway::RestApi":
        private = "PRIVATE" in ((api.get("endpointConfiguration") or {}).get("types") or [])
        return not private and bool((data.answer(_STAGES, resource.region, {"restApiId": api["id"]}) or {}).get("item"))
    return bool((data.answer(_V2_STAGES, resource.region, {"ApiId": api["ApiId"]}) or {}).get("Items"))


def _rest_results(resource: Resource, context: Context) -> Iterator[Result]:
    data, region, parameters = context.data, resource.region, {"restApiId": resource.data["id"]}
    open_: list[str] = []
    silent = False
    for item in (data.answer(_RESOURCES, region, parameters) or {}).get("items", []):
        for name, method in (item.get("resourceMethods") or {}).items():
            if name == "OPTIONS":
                continue
            silent = silent or "authorizationType" not in method
            if method.get("authorizationType") == "NONE" and not method.get("apiKeyRequired"):
                open_.append(f"{name} {item.get('path', '')}")
    if (open_ or silent) and not _lets_everybody_in(resource, context):
        return
    if open_:
        yield _fail(open_)
    elif silent:
        yield Unknown("a method does not say how it authorizes", _RESOURCES)


def _lets_everybody_in(resource: Resource, context: Context) -> bool:
    """Whether the resource policy, if there is one, lets strangers invoke the API. Raises PolicyError."""
    policy = resource.data.get("policy")
    if not policy:
        return True
    api = build_arn(context.data.account, "execute-api", resource.region, resource.data["id"])
    # Resources may be written without the API's ARN: `execute-api:/stage/METHOD/path`.
    document = parse_at(_unescaped(policy).replace('"execute-api:/', f'"{api}/'), context.data.moment)
    probes = ((_INVOKE, f"{api}/*"), *literal_actions(document, [f"{api}/*"]))
    return _INVOKE in exposure(document, probes, context.data.account.id).public


def _unescaped(policy: str) -> str:
    """API Gateway answers the document as the inside of a JSON string: with a backslash before every quotation mark."""
    try:
        json.loads(policy)
    except ValueError:
        return policy.replace('\\"', '"').replace("\\/", "/")
    return policy


def _v2_results(resource: Resource, context: Context) -> Iterator[Result]:
    data, region, parameters = context.data, resource.region, {"ApiId": resource.data["ApiId"]}
    routes: list[dict[str, Any]] = (data.answer(_ROUTES, region, parameters) or {}).get("Items", [])
    if resource.data.get("ProtocolType") == "WEBSOCKET":
        entrances = [route for route in routes if route["RouteKey"] == _CONNECT]
        if routes and not entrances:
            yield _fail([f"no route {_CONNECT}: every connection is accepted"])
            return
        routes = entrances
    open_ = [
        str(route["RouteKey"])
        for route in routes
        if route.get("AuthorizationType", "NONE") == "NONE"
        and not route.get("ApiKeyRequired")
        and not route["RouteKey"].startswith("OPTIONS ")
    ]
    if open_:
        yield _fail(open_)


def _fail(open_: list[str]) -> Fail:
    first = ", ".join(sorted(open_)[:3]) + (" …" if len(open_) > 3 else "")
    return Fail(f"{len(open_)} without authorization: {first}", "", {"open": sorted(open_)})
