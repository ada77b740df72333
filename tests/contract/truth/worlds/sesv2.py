"""SES: who may send in an identity's name."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "SES_IDENTITY_PUBLIC"


def plant(at: Place) -> None:
    """An identity has several policies, which are judged together."""
    anybody = {"Principal": "*", "Action": "ses:SendEmail"}
    partner = {**anybody, "Principal": {"AWS": facts.STRANGER}}
    own = {"StringEquals": {"aws:PrincipalAccount": at.problems.id}}
    at.finds(
        CHECK,
        _identity(at, "open.example.com", anybody),
        _identity(at, "second.example.com", partner, {**anybody, "Action": "ses:Send*"}),
        _identity(at, "named.example.com", {**anybody, "Condition": {"StringLike": {"ses:FromAddress": "*@example.com"}}}),
    )  # fmt: skip
    at.passes(
        CHECK,
        _identity(at, "partner.example.com", partner),
        _identity(at, "denied.example.com", anybody, {**anybody, "Effect": "Deny"}),
        _identity(at, "own.example.com", {**anybody, "Condition": own}),
        _identity(at, "plain.example.com"),
    )


def _identity(at: Place, name: str, *statements: dict[str, Any]) -> str:
    """An identity with a policy for each of the statements."""
    ses, arn = at.client("sesv2"), f"arn:aws:ses:{facts.HOME_REGION}:{at.problems.id}:identity/{name}"
    ses.create_email_identity(EmailIdentity=name)
    for number, statement in enumerate(statements):
        policy = document({**statement, "Resource": arn})
        ses.create_email_identity_policy(EmailIdentity=name, PolicyName=f"p{number}", Policy=policy)
    return arn
