"""SES: an identity with a policy."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")
    identity = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"
    ses.create_email_identity_policy(
        EmailIdentity="example.com",
        PolicyName="partner",
        Policy=document(Principal="*", Action="ses:SendEmail", Resource=identity),
    )
