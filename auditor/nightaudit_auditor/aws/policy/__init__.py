"""IAM policies: parsed as tolerantly as AWS does, evaluated three-valued, and asked whom they let in."""

from nightaudit_auditor.aws.policy.document import (
    Condition,
    Document,
    PolicyError,
    Principal,
    Statement,
    parse_document,
)
from nightaudit_auditor.aws.policy.evaluate import (
    ANONYMOUS,
    Caller,
    Request,
    applies,
    decide,
    decide_statements,
    match_statement,
)
from nightaudit_auditor.aws.policy.facts import FREE, MISSING, Facts
from nightaudit_auditor.aws.policy.moments import document_at, parse_at
from nightaudit_auditor.aws.policy.public import Exposure, Grant, Probe, exposure, literal_actions
from nightaudit_auditor.aws.policy.text import PolicyText
from nightaudit_auditor.aws.policy.truth import Truth

__all__ = [
    "ANONYMOUS",
    "FREE",
    "MISSING",
    "Caller",
    "Condition",
    "Document",
    "Exposure",
    "Facts",
    "Grant",
    "PolicyError",
    "PolicyText",
    "Principal",
    "Probe",
    "Request",
    "Statement",
    "Truth",
    "applies",
    "decide",
    "decide_statements",
    "document_at",
    "exposure",
    "literal_actions",
    "match_statement",
    "parse_at",
    "parse_document",
]
