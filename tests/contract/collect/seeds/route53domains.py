"""Route 53 Domains: a registered domain."""

from __future__ import annotations

import boto3


def seed() -> None:
    contact = {
        "FirstName": "A", "LastName": "B", "ContactType": "PERSON", "Email": "a@example.com", "PhoneNumber": "+1.5555550100",
        "AddressLine1": "1 Street", "City": "Town", "CountryCode": "US", "ZipCode": "12345", "State": "WA",
    }  # fmt: skip
    boto3.client("route53domains", region_name="us-east-1").register_domain(
        DomainName="example.com", DurationInYears=2, AutoRenew=True, AdminContact=contact, RegistrantContact=contact,
        TechContact=contact,
    )  # fmt: skip
