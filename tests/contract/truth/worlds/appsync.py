"""AppSync: GraphQL APIs that a key opens."""

from __future__ import annotations

from typing import Any

from tests.contract.truth.place import Place

CHECK = "APPSYNC_API_KEY_AUTH"


def plant(at: Place) -> None:
    """What counts is the default mode, on the Internet."""
    key = {"authenticationType": "API_KEY"}
    at.finds(CHECK, _api(at, "by-key", **key))
    at.passes(
        CHECK,
        _api(at, "by-iam", authenticationType="AWS_IAM", additionalAuthenticationProviders=[key]),
        _api(at, "inside-by-key", **key, visibility="PRIVATE"),
    )


def _api(at: Place, name: str, **more: Any) -> str:
    return str(at.client("appsync").create_graphql_api(name=name, **more)["graphqlApi"]["arn"])
