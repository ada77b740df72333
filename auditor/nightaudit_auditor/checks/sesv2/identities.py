"""Sending authorization policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import Document, parse_at
from nightaudit_auditor.checks.exposed import document_exposure, public_results
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

_POLICIES: Final = "sesv2.get_email_identity_policies"
_ACTIONS: Final = (
    "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail", "ses:SendCustomVerificationEmail", "ses:SendEmail",
    "ses:SendRawEmail", "ses:SendTemplatedEmail",
)  # fmt: skip


def _identity(data: AccountData, region: str, item: Item) -> Resource:
    name = str(item["IdentityName"])
    arn = build_arn(data.account, "ses", region, f"identity/{name}")
    return Resource(arn, "AWS::SES::EmailIdentity", name, region, data=dict(item))


IDENTITY: Final = regional_kind(
    "AWS::SES::EmailIdentity",
    ("sesv2.list_email_identities", lambda answer: answer.get("EmailIdentities", []), _identity),
)


@check(
    "SES_IDENTITY_PUBLIC",
    kind=IDENTITY,
    needs=(_POLICIES,),
    title="Everybody may send mail in an identity's name",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Strangers send mail that comes from your domain by all marks of genuineness: phishing that passes DKIM and DMARC.",
    remediation=(
        "Console: SES > Identities > the identity > Authorization: name principals. CLI: aws sesv2 "
        "update-email-identity-policy --email-identity NAME --policy-name POLICY --policy file://policy.json"
    ),
    references=("https://docs.aws.amazon.com/ses/latest/dg/identity-authorization-policies.html",),
)
def identity_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the identity's policies, taken together: what one allows another may deny."""
    answer = context.data.answer(_POLICIES, resource.region, {"EmailIdentity": resource.name}) or {}
    documents = [parse_at(policy, context.data.moment) for policy in (answer.get("Policies") or {}).values()]
    document = Document(tuple(statement for one in documents for statement in one.statements))
    exposed = document_exposure(document, _ACTIONS, resource, context)
    yield from public_results(exposed, f"everybody may send mail as {resource.name}")
