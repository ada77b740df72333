"""CodeBuild: what projects give away. moto has neither their visibility nor webhooks."""

from __future__ import annotations

from typing import Any

from tests.contract.truth.place import Place

CHECK = "CODEBUILD_ENV_SECRET"
LACKS = {
    "CODEBUILD_PROJECT_PUBLIC": "codebuild.UpdateProjectVisibility is not in moto, and a project has no projectVisibility",
    "CODEBUILD_WEBHOOK_UNANCHORED": "codebuild.CreateWebhook is not in moto, and a project has no webhook",
}
TOKEN = "ghp_" + "b2C3" * 9
"""Random characters in the shape of a token: it opens nothing."""
PLAIN = "https://github.com/acme/shop.git"


def plant(at: Place) -> None:
    """A variable, and a source's URL; twins hold the name of a secret."""
    named = {"name": "GITHUB_TOKEN", "type": "SECRETS_MANAGER", "value": "build/github-token"}
    at.finds(
        CHECK,
        _project(at, "build-token", {"name": "STAGE", "value": TOKEN, "type": "PLAINTEXT"}),
        _project(at, "build-password", {"name": "DB_PASSWORD", "value": "q8Zr4!mW0xTc"}),
        _project(at, "build-url", location=f"https://robot:{TOKEN}@github.com/acme/shop.git"),
    )
    at.passes(
        CHECK,
        _project(at, "build-named", named, {"name": "STAGE", "value": "prod", "type": "PLAINTEXT"}),
        _project(at, "build-plain"),
    )


def _project(at: Place, name: str, *variables: dict[str, Any], location: str = PLAIN) -> str:
    made = at.client("codebuild").create_project(
        name=name, serviceRole=f"arn:aws:iam::{at.problems.id}:role/build", artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "GITHUB", "location": location},
        environment={
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": list(variables),
        },
    )  # fmt: skip
    return str(made["project"]["arn"])
