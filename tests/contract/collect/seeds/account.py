"""Account Management: a contact for security."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("account").put_alternate_contact(
        AlternateContactType="SECURITY", Name="Ann", Title="CISO", EmailAddress="ann@example.com", PhoneNumber="+49 1"
    )
