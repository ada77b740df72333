"""The names that the seed, the server, the manifests and the tests share: accounts, regions, role, credentials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One account of the organization: `id` has 12 digits, `external_id` is what its audit role asks for."""

    id: str
    name: str
    external_id: str

    @property
    def role_arn(self) -> str:
        """The role that the auditor assumes."""
        return f"arn:aws:iam::{self.id}:role/{AUDIT_ROLE}"


AUDIT_ROLE = "nightaudit"

MANAGEMENT = Account("111111111111", "management", "nightaudit-7d1c-management")
PRODUCTION = Account("222222222222", "production", "nightaudit-2f6e-production")
STAGING = Account("333333333333", "staging", "nightaudit-9b3a-staging")
SANDBOX = Account("444444444444", "sandbox", "nightaudit-c04d-sandbox")
ACCOUNTS = (MANAGEMENT, PRODUCTION, STAGING, SANDBOX)

DELEGATED_ADMINISTRATORS = (PRODUCTION,)
"""Member accounts that may read the organization, as delegated administrators of any AWS service may."""

STRANGER = "666666666666"
"""An account that belongs to nobody whom the organization knows."""

VENDOR = "464622532012"
"""Datadog's integration account, as Datadog's documentation of its AWS integration gives it."""

HOME_REGION = "eu-central-1"
REGIONS: tuple[str, ...] = (HOME_REGION, "eu-west-1", "us-east-1")

AUDITOR_USER = "nightaudit-runner"
ACCESS_KEY = "AKIADEMONIGHTAUDIT00"
SECRET_KEY = "demo/secret/of/no/use/anywhere/else00000"
"""The auditor's own credentials, a user of the management account. The S3 server knows the same pair."""

AUDIT_BUCKET = "nightaudit-results"
ERRORS_TOPIC = "nightaudit-errors"
ERRORS_TOPIC_ARN = f"arn:aws:sns:{HOME_REGION}:{MANAGEMENT.id}:{ERRORS_TOPIC}"
