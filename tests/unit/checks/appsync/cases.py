"""What the check of AppSync finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "APPSYNC_API_KEY_AUTH"


def api(mode: str | None = "API_KEY", **more: Any) -> Record:
    found = {
        "name": "shop",
        "apiId": "a",
        "arn": f"arn:aws:appsync:{REGION}:{OWN}:apis/a",
        "visibility": "GLOBAL",
        **more,
    }
    return ok("appsync.list_graphql_apis", REGION, {"graphqlApis": [found | ({"authenticationType": mode} if mode else {})]})  # fmt: skip


CASES = [
    planted(CHECK, "by default", api()),
    hardened(CHECK, "besides another mode", api("AWS_IAM", additionalAuthenticationProviders=[{"authenticationType": "API_KEY"}])),
    hardened(CHECK, "a private API", api(visibility="PRIVATE")),
    unreadable(CHECK, "the answer does not say", api(None)),
    unreadable(CHECK, "denied", denied("appsync.list_graphql_apis", REGION)),
]  # fmt: skip
