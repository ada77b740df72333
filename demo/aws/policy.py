"""As much of IAM's evaluation as the demo needs: may this caller assume that role, and may he do that in it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Document = Mapping[str, Any]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _matches(patterns: Any, value: str) -> bool:
    return any(fnmatchcase(value, str(pattern)) for pattern in _listed(patterns))


def _principal_matches(principal: Any, caller_arn: str, caller_account: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    names = {caller_arn, caller_account, f"arn:aws:iam::{caller_account}:root", "*"}
    return any(name in names for name in _listed(principal.get("AWS", [])))


def _condition_holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """StringEquals and StringLike over the given context; any other operator is not known to hold, so it does not."""
    for operator, tests in condition.items():
        if operator not in ("StringEquals", "StringLike"):
            return False
        for key, expected in tests.items():
            actual = context.get(str(key).lower())
            if actual is None:
                return False
            exact = operator == "StringEquals"
            if not (actual in _listed(expected) if exact else _matches(expected, actual)):
                return False
    return True


def may_assume(trust: Document, *, caller_arn: str, caller_account: str, external_id: str | None) -> bool:
    """Whether a role's trust policy lets the caller assume it with this external id."""
    context = {} if external_id is None else {"sts:externalid": external_id}
    allowed = False
    for statement in _listed(trust.get("Statement", [])):
        applies = (
            _matches(statement.get("Action", []), "sts:AssumeRole")
            and _principal_matches(statement.get("Principal"), caller_arn, caller_account)
            and _condition_holds(statement.get("Condition", {}), context)
        )
        if applies and statement.get("Effect") == "Deny":
            return False
        allowed = allowed or (applies and statement.get("Effect") == "Allow")
    return allowed


def refusal(documents: Iterable[Document], action: str, resource: str = "") -> str | None:
    """Why these identity policies refuse an action, in AWS's words; None if they allow it.

    `resource` is the ARN that is asked for; without it only statements about every resource apply. Conditions are not looked
    at: the demo's audit roles have none.
    """
    allowed = False
    for document in documents:
        for statement in _listed(document.get("Statement", [])):
            patterns = [str(pattern).lower() for pattern in _listed(statement.get("Action", []))]
            if not _matches(patterns, action.lower()) or not _about(statement, resource):
                continue
            if statement.get("Effect") == "Deny":
                return "with an explicit deny in an identity-based policy"
            allowed = True
    return None if allowed else f"because no identity-based policy allows the {action} action"


def _about(statement: Mapping[str, Any], resource: str) -> bool:
    if "NotResource" in statement:
        return not _matches(statement["NotResource"], resource)
    return _matches(statement.get("Resource", []), resource)
