"""Function URLs without authentication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from nightaudit_auditor.aws.policy import Document, Facts, PolicyError, exposure
from nightaudit_auditor.checks.awslambda.kinds import ALIASES, FUNCTION, POLICY, URLS, policy_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import Unreadable

_TWO_PERMISSIONS_SINCE = datetime(2025, 10, 1, tzinfo=UTC)
"""From then on a new function URL needs lambda:InvokeFunction besides lambda:InvokeFunctionUrl (AWS Lambda Developer Guide,
"Control access to Lambda function URLs")."""

_URL, _INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


@check(
    "LAMBDA_URL_NO_AUTH",
    kind=FUNCTION,
    title="Everybody on the Internet can call a function by its URL",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(URLS, ALIASES, POLICY),
    risk="Strangers run the function with input of their choice and the rights of its role, at your cost.",
    remediation=(
        "Lambda > the function > Configuration > Function URL > Auth type AWS_IAM. "
        "CLI: aws lambda update-function-url-config --function-name FUNCTION --auth-type AWS_IAM"
    ),
    terraform="""resource "aws_lambda_function_url" "f" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "AWS_IAM"
}""",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
)
def url_no_auth(resource: Resource, context: Context) -> Iterator[Fail]:
    """A function URL has auth type NONE, and the policy lets everybody use it. URLs made since October 2025 need two actions: if
    only one of them is granted, the finding is Low, because one more careless grant opens the function."""
    for url, granted, conditional in open_urls(resource, context):
        how = "conditional: only one of two permissions is granted" if conditional else "nobody is asked who he is"
        yield Fail(
            f"{url.get('FunctionUrl', resource.name)} has no authentication ({how})",
            _qualifier(resource, url),
            {"url": url.get("FunctionUrl", ""), "granted": sorted(granted)},
            severity=Severity.LOW if conditional else None,
        )


def open_urls(resource: Resource, context: Context) -> Iterator[tuple[dict[str, Any], frozenset[str], bool]]:
    """(URL without authentication that the policy opens, the actions that it grants to everybody, whether one that is needed is
    missing). Raises Unreadable and PolicyError, after what was read."""
    answer = context.data.answer(URLS, resource.region, {"FunctionName": resource.name}) or {}
    unread: Unreadable | PolicyError | None = None
    for url in answer.get("FunctionUrlConfigs", []):
        if url.get("AuthType") != "NONE":
            continue
        qualifier = _qualifier(resource, url)
        try:
            document = policy_of(context.data, resource, qualifier)
        except (Unreadable, PolicyError) as problem:
            unread = problem
            continue
        arn = str(url.get("FunctionArn", resource.arn))
        granted = _granted(document, arn, context) if document is not None else frozenset()
        needed = {_URL, _INVOKE} if _needs_both(url) else {_URL}
        if granted & needed:
            yield url, granted, not needed <= granted
    if unread is not None:
        raise unread


def _granted(document: Document, arn: str, context: Context) -> frozenset[str]:
    def by_url(facts: Facts) -> Facts:
        return facts.but(lambda__invokedviafunctionurl=(("true",),), lambda__functionurlauthtype=(("NONE",),))

    probes = ((_URL, arn), (_INVOKE, arn))
    return exposure(document, probes, context.data.account.id, by_url).public


def _qualifier(resource: Resource, url: dict[str, Any]) -> str:
    """The alias of the URL; empty for the function itself."""
    return str(url.get("FunctionArn", resource.arn)).removeprefix(resource.arn).removeprefix(":")


def _needs_both(url: dict[str, Any]) -> bool:
    """A URL whose age is not known is taken for an old one: that needs less to be open."""
    created = url.get("CreationTime")
    if not created:
        return False
    moment = datetime.fromisoformat(str(created))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) >= _TWO_PERMISSIONS_SINCE
