"""Circumstances: what somebody who holds a permission can arrange to meet a condition.

Whoever may act only with MFA, from the office or through a tag of his own request does act so when he wants to: such a
condition keeps others out, not him. What the request does, and to whom, he cannot arrange, nor who he is: his account, his
organization, his id.
"""

from __future__ import annotations

from dataclasses import replace

from nightaudit_auditor.aws.policy.document import Condition, Document, Statement

CIRCUMSTANCES = frozenset(
    {
        "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc",
        "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "aws:currenttime",
        "aws:epochtime", "aws:securetransport", "aws:tokenissuetime", "aws:useragent", "aws:referer", "aws:requestedregion",
        "aws:sourceidentity", "aws:federatedprovider", "aws:tagkeys", "sts:externalid",
        "sts:rolesessionname", "sts:sourceidentity", "sts:transitivetagkeys", "iam:associatedresourcearn",
    }
)  # fmt: skip
_FAMILIES = ("aws:requesttag/",)


def is_circumstance(condition: Condition) -> bool:
    """True if the condition is on something that the caller arranges."""
    return condition.key in CIRCUMSTANCES or condition.key.startswith(_FAMILIES)


def arranged(document: Document) -> Document:
    """The document as it reads to somebody who arranges all circumstances in his favour: an Allow's conditions on them are met,
    a Deny's are not."""
    return Document(tuple(_arranged(statement) for statement in document.statements if not _avoided(statement)))


def _avoided(statement: Statement) -> bool:
    return not statement.allow and any(map(is_circumstance, statement.conditions))


def _arranged(statement: Statement) -> Statement:
    if not any(map(is_circumstance, statement.conditions)):
        return statement
    return replace(statement, conditions=tuple(c for c in statement.conditions if not is_circumstance(c)))
