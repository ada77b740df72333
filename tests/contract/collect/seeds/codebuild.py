"""CodeBuild: a project with a variable."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client


def seed() -> None:
    client("codebuild").create_project(
        name="build", serviceRole=f"arn:aws:iam::{ACCOUNT}:role/build", artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "GITHUB", "location": "https://github.com/acme/shop.git"},
        environment={
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "STAGE", "value": "prod", "type": "PLAINTEXT"}],
        },
    )  # fmt: skip
