"""API Gateway: REST, HTTP and WebSocket APIs that ask nobody who he is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "APIGATEWAY_NO_AUTH"
EVERYBODY = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ABROAD = {**EVERYBODY, "Effect": "Deny", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
OWN_ALONE = {**EVERYBODY, "Condition": {"StringEquals": {"aws:PrincipalAccount": facts.PRODUCTION.id}}}


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    at.finds(
        CHECK,
        _rest(at, "rest-half-guarded", {"GET": {}, "POST": {"authorizationType": "AWS_IAM"}}),
        _rest(at, "rest-policy-for-all", {"GET": {}}, policy=document(EVERYBODY)),
        _v2(at, "http-open", {"GET /orders": {}, "POST /orders": {"AuthorizationType": "AWS_IAM"}}),
        _v2(at, "socket-open", {"$connect": {}}, "WEBSOCKET"),
        _v2(at, "socket-without-door", {"orders": {}}, "WEBSOCKET"),
    )
    at.passes(
        CHECK,
        _rest(at, "rest-preflight", {"OPTIONS": {}, "GET": {"authorizationType": "AWS_IAM"}}),
        _rest(at, "rest-key", {"GET": {"apiKeyRequired": True}}),
        _rest(at, "rest-private", {"GET": {}}, endpointConfiguration={"types": ["PRIVATE"]}),
        _rest(at, "rest-not-deployed", {"GET": {}}, deployed=False),
        _rest(at, "rest-office", {"GET": {}}, policy=document(EVERYBODY, ABROAD)),
        _rest(at, "rest-own", {"GET": {}}, policy=document(OWN_ALONE)),
        _v2(at, "http-guarded", {"GET /orders": {"AuthorizationType": "AWS_IAM"}, "OPTIONS /{proxy+}": {}}),
        _v2(at, "http-not-deployed", {"GET /orders": {}}, deployed=False),
        _v2(at, "socket-guarded", {"$connect": {"AuthorizationType": "AWS_IAM"}, "orders": {}}, "WEBSOCKET"),
    )


def _rest(at: Place, name: str, methods: Mapping[str, Mapping[str, Any]], *, deployed: bool = True, **more: Any) -> str:
    """A REST API with these methods at its root, of which each is open unless its parameters say otherwise."""
    gateway = at.client("apigateway")
    api = gateway.create_rest_api(name=name, **more)["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    for verb, parameters in methods.items():
        method = {"restApiId": api, "resourceId": root, "httpMethod": verb}
        gateway.put_method(**method, **{"authorizationType": "NONE", **parameters})
        gateway.put_integration(**method, type="HTTP", integrationHttpMethod="GET", uri="http://example.com")
    if deployed:
        gateway.create_deployment(restApiId=api, stageName="prod")
    return f"arn:aws:apigateway:{facts.HOME_REGION}::/restapis/{api}"


def _v2(
    at: Place, name: str, routes: Mapping[str, Mapping[str, str]], protocol: str = "HTTP", *, deployed: bool = True
) -> str:
    """An HTTP or a WebSocket API with these routes, of which each is open unless its parameters say otherwise."""
    gateway = at.client("apigatewayv2")
    selection = {"RouteSelectionExpression": "$request.body.action"} if protocol == "WEBSOCKET" else {}
    api = gateway.create_api(Name=name, ProtocolType=protocol, **selection)["ApiId"]
    for key, parameters in routes.items():
        gateway.create_route(ApiId=api, RouteKey=key, **parameters)
    if deployed:
        gateway.create_stage(ApiId=api, StageName="prod")
    return f"arn:aws:apigateway:{facts.HOME_REGION}::/apis/{api}"
