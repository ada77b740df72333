"""May this caller do this? (IAM User Guide, "Policy evaluation logic")

The answer is three-valued: YES is Allow, NO is Deny (explicit, or because nothing allows it), MAYBE is Conditional: it hangs
on facts that are not known, or that the caller may choose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nightaudit_auditor.aws.policy.conditions import Facts, holds, substitute
from nightaudit_auditor.aws.policy.document import Document, Principal, Statement
from nightaudit_auditor.aws.policy.match import match, match_action, wild
from nightaudit_auditor.aws.policy.truth import Truth, every, some


@dataclass(frozen=True)
class Caller:
    """Who asks. `type` is AWS, Service, Federated, CanonicalUser or Anonymous.

    `account`: for AWS, its 12-digit id. `id`: the principal's ARN, the service or the provider; an AWS caller without `id`
    is somebody in the account, of whom no more is known.
    """

    type: str
    account: str = ""
    id: str = ""


ANONYMOUS = Caller("Anonymous")


@dataclass(frozen=True)
class Request:
    """One action on one resource. `resource` is an ARN, or a pattern for a set of them; empty: the policy has none."""

    action: str
    resource: str
    caller: Caller
    facts: Facts


def decide(documents: Iterable[Document], request: Request) -> Truth:
    """Whether the documents together allow the request: an explicit Deny in one goes before an Allow in any other."""
    allow, deny = Truth.NO, Truth.NO
    for document in documents:
        for statement in document.statements:
            if statement.allow and allow is not Truth.YES:
                allow = max(allow, applies(statement, request))
            elif not statement.allow and deny is not Truth.YES:
                deny = max(deny, applies(statement, request))
    return min(allow, deny.negated())


def decide_identity(policies: Iterable[Document], boundary: Document | None, request: Request) -> Truth:
    """Likewise for a principal's own policies below its permissions boundary, which allows nothing by itself."""
    own = decide(policies, request)
    return own if boundary is None else min(own, decide([boundary], request))


def applies(statement: Statement, request: Request) -> Truth:
    """Whether the statement speaks of the request."""
    action = _action(statement, request.action)
    if action is Truth.NO:
        return action
    principal = _principal(statement, request.caller)
    if principal is Truth.NO:
        return principal
    conditions = (holds(c, request.facts, variables=statement.variables) for c in statement.conditions)
    return every((action, principal, _resource(statement, request), *conditions))


def _action(statement: Statement, action: str) -> Truth:
    if statement.actions is not None:
        return some(match_action(pattern, action) for pattern in statement.actions)
    return some(match_action(pattern, action) for pattern in statement.not_actions or ()).negated()


def _resource(statement: Statement, request: Request) -> Truth:
    if not request.resource:
        return Truth.YES
    if statement.resources is not None:
        return some(_matches(pattern, statement, request) for pattern in statement.resources)
    if statement.not_resources is not None:
        return some(_matches(pattern, statement, request) for pattern in statement.not_resources).negated()
    return Truth.YES


def _matches(pattern: str, statement: Statement, request: Request) -> Truth:
    text, certain = substitute(pattern, request.facts) if statement.variables else (pattern, True)
    found = match(wild(text), wild(request.resource))
    return found if certain else min(found, Truth.MAYBE)


def _principal(statement: Statement, caller: Caller) -> Truth:
    if statement.principals is not None:
        return some(match_principal(principal, caller) for principal in statement.principals)
    if statement.not_principals is not None:
        return some(match_principal(principal, caller) for principal in statement.not_principals).negated()
    return Truth.YES


def match_principal(principal: Principal, caller: Caller) -> Truth:
    """Whether a Principal element names the caller. An account (or its root) stands for everybody in it."""
    if principal.id == "*" and principal.type == "AWS":
        return Truth.YES
    if principal.type != caller.type:
        return Truth.NO
    if principal.type != "AWS":
        return Truth.YES if principal.id in ("*", caller.id) else Truth.NO
    account, whole = principal_account(principal.id)
    if account != caller.account:
        return Truth.NO
    if whole or principal.id == caller.id:
        return Truth.YES
    return Truth.NO if caller.id else Truth.MAYBE


def principal_account(text: str) -> tuple[str, bool]:
    """The account of an AWS principal (an id or an ARN), and whether it stands for the whole account. Empty: neither."""
    if len(text) == 12 and text.isdigit():
        return text, True
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        return parts[4], parts[2] == "iam" and parts[5] == "root"
    return "", False
