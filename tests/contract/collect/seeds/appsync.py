"""AppSync: a GraphQL API."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("appsync").create_graphql_api(name="shop", authenticationType="API_KEY", tags={"team": "web"})
