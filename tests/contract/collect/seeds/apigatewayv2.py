"""API Gateway V2: an HTTP API with a route and a stage."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    gateway = client("apigatewayv2")
    api = gateway.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    gateway.create_route(ApiId=api, RouteKey="GET /orders")
    gateway.create_stage(ApiId=api, StageName="prod", StageVariables={"stage": "prod"})
