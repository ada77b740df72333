"""API Gateway: a REST API with a method, deployed."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="shop")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="HTTP", integrationHttpMethod="GET", uri="http://example.com")
    gateway.create_deployment(restApiId=api, stageName="prod", variables={"stage": "prod"})
