"""What the check of API Gateway finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import REGION, account, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "APIGATEWAY_NO_AUTH"
NO_REST = ok("apigateway.get_rest_apis", REGION, {"items": []})
NO_V2 = ok("apigatewayv2.get_apis", REGION, {"Items": []})
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ABROAD = EVERYBODY | {"Effect": "Deny", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
EVERYWHERE = tuple(statement | {"Resource": "execute-api:/*/*/*"} for statement in (EVERYBODY, ABROAD))


def method(how: str | None = "NONE", key: bool = False) -> dict[str, Any]:
    return {"httpMethod": "GET", "apiKeyRequired": key, **({"authorizationType": how} if how else {})}


def policy(*statements: dict[str, Any], escaped: bool = True) -> dict[str, Any]:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return {"policy": text.replace('"', '\\"') if escaped else text}


def rest(methods: dict[str, Any], stages: int = 1, kind: str = "REGIONAL", **more: Any) -> tuple[Record, ...]:
    api = {"id": "a1", "name": "shop", "endpointConfiguration": {"types": [kind]}, **more}
    resources = {"items": [{"id": "r1", "path": "/orders", "resourceMethods": methods}, {"id": "r0", "path": "/"}]}
    return (
        NO_V2,
        ok("apigateway.get_rest_apis", REGION, {"items": [api]}),
        ok("apigateway.get_stages", REGION, {"item": [{"stageName": "prod"}] * stages}, restApiId="a1"),
        ok("apigateway.get_resources", REGION, resources, restApiId="a1"),
    )


def v2(*routes: dict[str, Any], protocol: str = "HTTP", stages: int = 1, **more: Any) -> tuple[Record, ...]:
    return (
        NO_REST,
        ok(
            "apigatewayv2.get_apis",
            REGION,
            {"Items": [{"ApiId": "a2", "Name": "shop", "ProtocolType": protocol, **more}]},
        ),
        ok("apigatewayv2.get_stages", REGION, {"Items": [{"StageName": "$default"}] * stages}, ApiId="a2"),
        ok("apigatewayv2.get_routes", REGION, {"Items": list(routes)}, ApiId="a2"),
    )


def route(key: str = "GET /orders", how: str = "NONE", **more: Any) -> dict[str, Any]:
    return {"RouteId": key, "RouteKey": key, "AuthorizationType": how, **more}


SOCKET = "WEBSOCKET"
CASES = [
    planted(CHECK, "one open method beside a guarded one", rest({"GET": method(), "POST": method("AWS_IAM")})),
    planted(CHECK, "more open methods than the detail names", rest({verb: method() for verb in ("GET", "POST", "PUT", "DELETE")})),
    planted(CHECK, "a policy that lets everybody in", rest({"GET": method()}, **policy(EVERYBODY))),
    planted(CHECK, "an open route", v2(route(), route("POST /orders", "JWT"))),
    planted(CHECK, "every connection of a WebSocket", v2(route("$connect"), protocol=SOCKET)),
    planted(CHECK, "a WebSocket without a route for connections", v2(route("message"), protocol=SOCKET)),
    hardened(CHECK, "only the preflight is open", rest({"OPTIONS": method(), "GET": method("COGNITO_USER_POOLS")})),
    hardened(CHECK, "guarded, with a policy that is no JSON", rest({"GET": method("AWS_IAM")}, policy="{")),
    hardened(CHECK, "a key is required", rest({"GET": method(key=True)})),
    hardened(CHECK, "private", rest({"GET": method()}, kind="PRIVATE")),
    hardened(CHECK, "not deployed", rest({"GET": method()}, stages=0)),
    hardened(CHECK, "the policy denies what comes from abroad", rest({"GET": method()}, **policy(EVERYBODY, ABROAD))),
    hardened(CHECK, "both as the console writes them, by stage, method and path", rest({"GET": method()}, **policy(*EVERYWHERE))),
    planted(CHECK, "of two stages one is denied from abroad", rest({"GET": method()}, **policy(EVERYBODY, ABROAD | {"Resource": "execute-api:/prod/*"}))),
    hardened(CHECK, "the same policy, not escaped", rest({"GET": method()}, **policy(EVERYBODY, ABROAD, escaped=False))),
    hardened(CHECK, "a method that does not say, behind a policy that keeps strangers out", rest({"GET": method(None)}, **policy(EVERYBODY, ABROAD))),
    hardened(CHECK, "guarded routes and the preflight", v2(route(how="JWT"), route("OPTIONS /{proxy+}"))),
    hardened(CHECK, "a key is required of a route", v2(route(ApiKeyRequired=True))),
    hardened(CHECK, "a WebSocket without any route", v2(protocol=SOCKET)),
    hardened(CHECK, "not deployed either", v2(route(), stages=0)),
    hardened(CHECK, "messages of a guarded connection", v2(route("$connect", "AWS_IAM"), route("message"), protocol=SOCKET)),
    unreadable(CHECK, "APIs denied", (NO_V2, denied("apigateway.get_rest_apis", REGION))),
    unreadable(CHECK, "HTTP APIs denied", (NO_REST, denied("apigatewayv2.get_apis", REGION))),
    unreadable(CHECK, "resources denied", (*rest({})[:3], denied("apigateway.get_resources", REGION, restApiId="a1"))),
    unreadable(CHECK, "routes denied", (*v2()[:3], denied("apigatewayv2.get_routes", REGION, ApiId="a2"))),
    unreadable(CHECK, "stages denied", account(*rest({"GET": method()})[:2], denied("apigateway.get_stages", REGION, restApiId="a1"))),
    planted(CHECK, "an open route at its own address", v2(route(), DisableExecuteApiEndpoint=False)),
    hardened(CHECK, "nothing is open, at custom names alone", v2(route(how="JWT"), DisableExecuteApiEndpoint=True)),
    unreadable(CHECK, "an open route, at custom names alone", v2(route(), DisableExecuteApiEndpoint=True)),
    unreadable(CHECK, "an open method, at custom names alone", rest({"GET": method()}, disableExecuteApiEndpoint=True)),
    unreadable(CHECK, "a policy that is no JSON", rest({"GET": method()}, policy="{")),
    unreadable(CHECK, "a method that does not say", rest({"GET": method(None)})),
]  # fmt: skip
