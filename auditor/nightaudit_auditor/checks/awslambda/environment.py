"""Secrets in environment variables: the snapshot holds only which detector found one, never the value."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.awslambda.kinds import FUNCTION
from nightaudit_auditor.checks.redacted import examined
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check


@check(
    "LAMBDA_ENV_SECRET",
    kind=FUNCTION,
    title="A function's environment holds a secret",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Everybody who may look at the function's configuration reads the secret; so do its logs and copies.",
    remediation=(
        "Keep the secret in Secrets Manager or Parameter Store, give the function its ARN, and change the secret. CLI: aws lambda "
        "update-function-configuration --function-name FUNCTION --environment file://environment.json"
    ),
    terraform="""resource "aws_lambda_function" "f" {
  environment {
    # The function reads the value with its role: a value given here is in Terraform's state, too.
    variables = { DB_PASSWORD_ARN = aws_secretsmanager_secret.db.arn }
  }
}""",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def env_secret(resource: Resource, _context: Context) -> Iterator[Result]:
    """The value of an environment variable has the form of a secret. One finding for each variable; its value is not kept."""
    environment = resource.data.get("Environment") or {}
    unexamined = []
    for variable, value in sorted((environment.get("Variables") or {}).items()):
        if not examined(value):
            unexamined.append(variable)
        elif detector := value.get("detector"):
            evidence = {"variable": variable, "detector": detector, "digest": value.get("digest", "")}
            yield Fail(f"variable {variable} of {resource.name} holds a secret ({detector})", variable, evidence)
    if environment.get("Error"):
        yield Unknown(f"Lambda could not decrypt the environment: {environment['Error'].get('ErrorCode', 'error')}")
    elif unexamined:
        yield Unknown(f"variable {unexamined[0]} was not examined for secrets")
