"""May this caller do this? (IAM User Guide, "Policy evaluation logic")

The answer is three-valued: YES is Allow, NO is Deny (explicit, or because nothing allows it), MAYBE is Conditional: it hangs
on facts that are not known, or that the caller may choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nightaudit_auditor.aws.policy.conditions import holds
from nightaudit_auditor.aws.policy.document import Document, Principal, Statement
from nightaudit_auditor.aws.policy.facts import Facts
from nightaudit_auditor.aws.policy.match import match, match_action, wild
from nightaudit_auditor.aws.policy.narrow import parts
from nightaudit_auditor.aws.policy.truth import Truth, every, some
from nightaudit_auditor.aws.policy.variables import has_variables, judged, readings
from nightaudit_auditor.aws.services import service_name


@dataclass(frozen=True)
class Caller:
    """Who asks. `type` is AWS, Service, Federated, CanonicalUser or Anonymous.

    `account`: for AWS, its 12-digit id. `id`: the principal's ARN, the service or the provider; an AWS caller without `id`
    is somebody in the account, of whom no more is known. `bounded`: it is known to have a permissions boundary.
    """

    type: str
    account: str = ""
    id: str = ""
    bounded: bool = False


ANONYMOUS = Caller("Anonymous")
_PARTS = 5


@dataclass(frozen=True)
class Request:
    """One action on one resource. `resource` is an ARN, or a pattern for a set of them; empty: the policy has none."""

    action: str
    resource: str
    caller: Caller
    facts: Facts


def decide(documents: Iterable[Document], request: Request) -> Truth:
    """Whether the documents together allow the request: an explicit Deny in one goes before an Allow in any other."""
    return decide_statements((s for d in documents for s in d.statements), request)


def decide_statements(statements: Iterable[Statement], request: Request) -> Truth:
    """`decide`, of statements wherever they come from."""
    gates = _gates(statements, request.caller, request.facts)
    return _decide(gates, request.action, request.resource, request.facts)


def decide_each(document: Document, caller: Caller, facts: Facts, asked: Iterable[tuple[str, str]]) -> Iterator[Truth]:
    """`decide` for many (action, resource) of one caller: whom and when a statement speaks of is settled but once.

    Of a pattern of resources NO also stands where each part that is allowed is denied by itself.
    """
    gates = _gates(document.statements, caller, facts)
    for action, resource in asked:
        found = _decide(gates, action, resource, facts)
        yield Truth.NO if found is Truth.MAYBE and _is_shut(gates, action, resource, facts) else found


def _is_shut(gates: Iterable[_Gate], action: str, pattern: str, facts: Facts) -> bool:
    allowing = (s for s, _ in gates if s.allow and match_statement(s, action) is not Truth.NO)
    allowed = {part for statement in allowing for part in parts(statement, pattern)}
    return pattern not in allowed and all(_decide(gates, action, part, facts) is Truth.NO for part in sorted(allowed))


_Gate = tuple[Statement, Truth]


def _gates(statements: Iterable[Statement], caller: Caller, facts: Facts) -> list[_Gate]:
    """The statements that may speak of the caller and his circumstances, and how certainly they do."""
    gates = ((statement, _gate(statement, caller, facts)) for statement in statements)
    return [gate for gate in gates if gate[1] is not Truth.NO]


def _gate(statement: Statement, caller: Caller, facts: Facts) -> Truth:
    principal = _principal(statement, caller)
    if principal is Truth.NO:
        return principal
    return every((principal, *(holds(c, facts, variables=statement.variables) for c in statement.conditions)))


def _decide(gates: Iterable[_Gate], action: str, resource: str, facts: Facts) -> Truth:
    allow, deny = Truth.NO, Truth.NO
    for statement, gate in gates:
        if (allow if statement.allow else deny) < gate:
            found = min(gate, _covers(statement, action, resource, facts))
            if statement.allow:
                allow = max(allow, found)
            else:
                deny = max(deny, found)
    return min(allow, deny.negated())


def applies(statement: Statement, request: Request) -> Truth:
    """Whether the statement speaks of the request."""
    gate = _gate(statement, request.caller, request.facts)
    return gate if gate is Truth.NO else min(gate, _covers(statement, request.action, request.resource, request.facts))


def match_statement(statement: Statement, action: str) -> Truth:
    """Whether the statement speaks of the action, on whatever resource."""
    found = some(match_action(pattern, action) for pattern in statement.patterns(action))
    return found if statement.actions is not None else found.negated()


def _covers(statement: Statement, action: str, resource: str, facts: Facts) -> Truth:
    found = match_statement(statement, action)
    return found if found is Truth.NO else min(found, _resource(statement, resource, facts))


def _resource(statement: Statement, resource: str, facts: Facts) -> Truth:
    if not resource:
        return Truth.YES
    if statement.resources is not None:
        return some(_matches(pattern, statement, resource, facts) for pattern in statement.resources)
    if statement.not_resources is not None:
        return some(_matches(pattern, statement, resource, facts) for pattern in statement.not_resources).negated()
    return Truth.YES


def _matches(pattern: str, statement: Statement, resource: str, facts: Facts) -> Truth:
    values = wild(resource)
    if not statement.variables or not has_variables(pattern):
        return match(wild(pattern), values)
    found = judged(readings(pattern, facts), lambda text: match(text, values))
    # AWS allows no variable before the fifth colon, and does not say what one means that is there all the same
    return found if pattern.partition("${")[0].count(":") >= _PARTS else min(found, Truth.MAYBE)


def _principal(statement: Statement, caller: Caller) -> Truth:
    if statement.principals is not None:
        return some(match_principal(principal, caller) for principal in statement.principals)
    if statement.not_principals is not None:
        if caller.bounded and not statement.allow:
            return Truth.YES  # whomever it spares (IAM User Guide, "AWS JSON policy elements: NotPrincipal")
        return some(match_principal(principal, caller) for principal in statement.not_principals).negated()
    return Truth.YES


def match_principal(principal: Principal, caller: Caller) -> Truth:
    """Whether a Principal element names the caller. An account (or its root) stands for everybody in it, a session may be the
    one in which a role asks, and a service is the same in every region and partition."""
    if principal.id == "*" and principal.type == "AWS":
        return Truth.YES
    if principal.type != caller.type:
        return Truth.NO
    if principal.type == "Service" and service_name(principal.id) == service_name(caller.id):
        return Truth.YES
    if principal.type != "AWS":
        return Truth.YES if principal.id in ("*", caller.id) else Truth.NO
    account, whole = principal_account(principal.id)
    if account != caller.account:
        return Truth.NO
    if whole or principal.id == caller.id:
        return Truth.YES
    return Truth.MAYBE if not caller.id or is_session(principal.id, caller.id) else Truth.NO


def principal_account(text: str) -> tuple[str, bool]:
    """The account of an AWS principal (an id or an ARN), and whether it stands for the whole account. Empty: neither."""
    if len(text) == 12 and text.isdigit():
        return text, True
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        return parts[4], parts[2] == "iam" and parts[5] == "root"
    return "", False


def is_session(session: str, role: str) -> bool:
    """Whether one ARN is that of a session of the role that the other names: it has the role's name, and not its path."""
    name = session_role(session)
    return bool(name) and ":role/" in role and role.rpartition("/")[2] == name


def session_role(principal: str) -> str:
    """The name of the role whose session an ARN names; empty if it names none."""
    return principal.partition(":assumed-role/")[2].partition("/")[0]
