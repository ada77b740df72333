"""Function URLs: those without authentication, and whom a policy lets use one that asks for a signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from nightaudit_auditor.aws.policy import Document, Exposure, Facts, Grant, PolicyError, exposure
from nightaudit_auditor.checks.awslambda.kinds import ALIASES, FUNCTION, POLICY, URLS, has_policy, policy_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.checks.times import moment
from nightaudit_auditor.snapshot import Unreadable

_TWO_PERMISSIONS_SINCE = datetime(2025, 10, 1, tzinfo=UTC)
"""From then on a new function URL needs lambda:InvokeFunction besides lambda:InvokeFunctionUrl (AWS Lambda Developer Guide,
"Control access to Lambda function URLs")."""

URL_ACTION = "lambda:InvokeFunctionUrl"
_INVOKE = "lambda:InvokeFunction"
LEAST = frozenset({URL_ACTION})
"""What every function URL needs."""

_NONE, _SIGNED = "NONE", "AWS_IAM"


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
    if not has_policy(context.data, resource):
        # Nobody but the account's own principals can use a URL then, so that its URLs are not even asked for.
        return
    unread: Unreadable | PolicyError | None = None
    for url in _urls(resource, context, _NONE):
        qualifier = _qualifier(resource, url)
        try:
            document = policy_of(context.data, resource, qualifier)
        except (Unreadable, PolicyError) as problem:
            unread = problem
            continue
        arn = str(url.get("FunctionArn", resource.arn))
        needed = _needed(url)
        granted = frozenset[str]()
        if document is not None:
            granted = _exposed(document, arn, context, _NONE, (URL_ACTION, _INVOKE)).public
        if granted & needed:
            yield url, granted, not needed <= granted
    if unread is not None:
        raise unread


def needed_by_signed_url(resource: Resource, alias: str, context: Context) -> frozenset[str]:
    """The actions that the users of a URL with AuthType AWS_IAM need; empty if the function, or the alias, has no such URL."""
    urls = (url for url in _urls(resource, context, _SIGNED) if _qualifier(resource, url) == alias)
    return next((_needed(url) for url in urls), frozenset())


def users_of_signed_url(document: Document, arn: str, context: Context, needed: frozenset[str]) -> Exposure:
    """Whom the policy grants all of the `needed` actions, asked as Lambda asks for a URL with AuthType AWS_IAM. Other accounts
    need their own administrators' leave besides, which is theirs to give."""
    found = _exposed(document, arn, context, _SIGNED, needed)
    public = needed if needed <= found.public else frozenset[str]()
    missing = needed - found.public
    return Exposure(public, _with_all(found.accounts, missing, needed), _with_all(found.organizations, missing, needed))


def _with_all(grants: Mapping[str, Grant], missing: frozenset[str], needed: frozenset[str]) -> dict[str, Grant]:
    """Those who have what is `missing` to everybody."""
    return {who: Grant(needed, grant.principals) for who, grant in grants.items() if missing <= grant.actions}


def _urls(resource: Resource, context: Context, auth_type: str) -> list[dict[str, Any]]:
    answer = context.data.answer(URLS, resource.region, {"FunctionName": resource.name}) or {}
    return [url for url in answer.get("FunctionUrlConfigs", []) if url.get("AuthType") == auth_type]


def _exposed(document: Document, arn: str, context: Context, auth_type: str, actions: Iterable[str]) -> Exposure:
    def by_url(facts: Facts) -> Facts:
        return facts.but(lambda__invokedviafunctionurl=(("true",),), lambda__functionurlauthtype=((auth_type,),))

    return exposure(document, ((action, arn) for action in actions), context.data.account.id, by_url)


def _qualifier(resource: Resource, url: dict[str, Any]) -> str:
    """The alias of the URL; empty for the function itself."""
    return str(url.get("FunctionArn", resource.arn)).removeprefix(resource.arn).removeprefix(":")


def _needed(url: dict[str, Any]) -> frozenset[str]:
    """A URL whose age is not known is taken for an old one: that needs less to be open."""
    created = url.get("CreationTime")
    return LEAST | {_INVOKE} if created and moment(str(created)) >= _TWO_PERMISSIONS_SINCE else LEAST
