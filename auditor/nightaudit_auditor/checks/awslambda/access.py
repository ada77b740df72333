"""Who may call a function, or change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nightaudit_auditor.aws.policy import Document, Exposure, Facts, Grant, PolicyError, exposure, literal_actions
from nightaudit_auditor.checks.awslambda.kinds import ALIASES, FUNCTION, POLICY, URLS, policy_of
from nightaudit_auditor.checks.awslambda.urls import LEAST, URL_ACTION, needed_by_signed_url, users_of_signed_url
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import Unreadable

_ACTIONS = (
    "lambda:AddPermission", "lambda:DeleteFunction", "lambda:EnableReplication", "lambda:GetFunction",
    "lambda:GetFunctionConfiguration", "lambda:GetPolicy", "lambda:InvokeAsync", "lambda:InvokeFunction",
    "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:RemovePermission",
    "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
)  # fmt: skip
_REFERENCE = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
_OF_URLS = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
_REMOVE = "CLI: aws lambda remove-permission --function-name FUNCTION --statement-id SID"


def _not_by_url(facts: Facts) -> Facts:
    """A call of the API: what only function URLs may do is asked of them."""
    return facts.but(lambda__invokedviafunctionurl=(("false",),))


def exposed_by_policies(resource: Resource, context: Context) -> Iterator[tuple[str, Exposure]]:
    """(alias, empty for the function itself; whom that policy lets in, by the API and by a function URL that asks who he is).
    Raises Unreadable and PolicyError, after what was read."""
    unread: Unreadable | None = None
    for alias, arn, document in _policies(resource, context):
        by_call, by_url = _by_call(document, arn, context), Exposure()
        try:
            needed = needed_by_signed_url(resource, alias, context)
            by_url = users_of_signed_url(document, arn, context, needed)
        except Unreadable as problem:
            if not _who(users_of_signed_url(document, arn, context, LEAST)) <= _who(by_call):
                unread = problem
        yield alias, _together(by_call, by_url)
    if unread is not None:
        raise unread


def _policies(resource: Resource, context: Context) -> Iterator[tuple[str, str, Document]]:
    """(alias, empty for the function itself; its ARN; its policy). Raises Unreadable and PolicyError, after what was read."""
    unread: Unreadable | PolicyError | None = None
    qualifiers = [""]
    try:
        answer = context.data.answer(ALIASES, resource.region, {"FunctionName": resource.name}) or {}
        qualifiers += [alias["Name"] for alias in answer.get("Aliases", [])]
    except Unreadable as problem:
        unread = problem
    for qualifier in qualifiers:
        try:
            document = policy_of(context.data, resource, qualifier)
        except (Unreadable, PolicyError) as problem:
            unread = problem
            continue
        if document is not None:
            yield qualifier, f"{resource.arn}:{qualifier}" if qualifier else resource.arn, document
    if unread is not None:
        raise unread


def _by_call(document: Document, arn: str, context: Context) -> Exposure:
    spelled = [probe for probe in literal_actions(document, (arn,)) if probe[0].lower() != URL_ACTION.lower()]
    return exposure(document, (*((a, arn) for a in _ACTIONS), *spelled), context.data.account.id, _not_by_url)


def _who(exposed: Exposure) -> set[str]:
    """Everybody (`*`), accounts and organizations, whatever they may do."""
    return {*exposed.accounts, *exposed.organizations, *(["*"] if exposed.public else [])}


def _together(one: Exposure, other: Exposure) -> Exposure:
    return replace(
        one,
        public=one.public | other.public,
        accounts=_united(one.accounts, other.accounts),
        organizations=_united(one.organizations, other.organizations),
    )


def _united(one: Mapping[str, Grant], other: Mapping[str, Grant]) -> dict[str, Grant]:
    found = dict(one)
    for who, grant in other.items():
        known = found.get(who, Grant(frozenset()))
        found[who] = Grant(known.actions | grant.actions, known.principals | grant.principals)
    return found


def _called(resource: Resource, alias: str) -> str:
    return f"alias {alias} of {resource.name}" if alias else resource.name


@check(
    "LAMBDA_PUBLIC",
    kind=FUNCTION,
    title="Everybody with an AWS account can call a function",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(ALIASES, POLICY, URLS),
    risk="Strangers run the function with input of their choice and the rights of its role, at your cost.",
    remediation=f"Lambda > the function > Configuration > Permissions: remove the statement or name a principal. {_REMOVE}",
    terraform="""resource "aws_lambda_permission" "topic" {
  function_name = aws_lambda_function.f.function_name
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.orders.arn
}""",
    references=(_REFERENCE, _OF_URLS),
)
def public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the resource policy of the function, or of one of its aliases, with a call of the API or by a
    function URL of AuthType AWS_IAM, which lets in whoever has an AWS account if the policy grants him all that such a URL needs.
    One finding for each of them. URLs without authentication and services are checks of their own; policies of single versions
    are not read."""
    for alias, exposed in exposed_by_policies(resource, context):
        if exposed.public:
            yield Fail(f"everybody may call {_called(resource, alias)}", alias, {"actions": sorted(exposed.public)})


@check(
    "LAMBDA_CONFUSED_DEPUTY",
    kind=FUNCTION,
    title="A service may call a function for anybody",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(ALIASES, POLICY),
    risk="A stranger sets up the service in an account of his own and has it call this function.",
    remediation=(
        "Add the permission again with a source. CLI: aws lambda add-permission --function-name FUNCTION --statement-id SID "
        "--action lambda:InvokeFunction --principal SERVICE --source-arn ARN --source-account ACCOUNT"
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", _REFERENCE),
)
def confused_deputy(resource: Resource, context: Context) -> Iterator[Fail]:
    """The policy of the function, or of an alias, lets a service principal in whose resource it acts for nobody checks: neither
    AWS:SourceArn, SourceAccount nor the organization is asked for. One finding for each service."""
    for alias, arn, document in _policies(resource, context):
        for service, grant in sorted(_by_call(document, arn, context).services.items()):
            evidence = {"actions": sorted(grant.actions)}
            yield Fail(f"{service} may call {_called(resource, alias)} for anybody", service, evidence)


@check(
    "LAMBDA_CROSS_ACCOUNT",
    kind=FUNCTION,
    title="A function's policy lets in an account that nobody knows",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(ALIASES, POLICY, URLS, *TRUST),
    risk="A stranger's account can call or change the function.",
    remediation=f"Remove the permission, or vouch for the account under trust.accounts in the schedule. {_REMOVE}",
    parameters=VOUCHED_FOR,
    references=(_REFERENCE, _OF_URLS),
)
def cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The resource policy of the function, or of an alias, lets in an account or organization that is not own, of the
    organization, trusted, or a known vendor's: with a call of the API, or by a function URL of AuthType AWS_IAM if it grants all
    that such a URL needs."""
    for alias, exposed in exposed_by_policies(resource, context):
        yield from foreign_results(exposed, context, f"{_called(resource, alias)} can be called by")
