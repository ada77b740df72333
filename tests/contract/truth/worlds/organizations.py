"""AWS Organizations: who is left out of the audit, and who administers what.

The account of the experiments is audited on one night and left out on the other.
"""

from __future__ import annotations

from demo.aws import facts
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Expected, Night, Place

NOT_AUDITED, ADMINISTRATOR = "ORG_ACCOUNT_NOT_AUDITED", "ORG_UNTRUSTED_DELEGATED_ADMIN"
LACKS = {
    "ORG_ROOT_CREDENTIALS_NOT_CENTRAL": "iam.EnableOrganizationsRootCredentialsManagement switches on what the twin has",
    "ORG_ACCOUNT_DISAPPEARED": "memory of an earlier night: tests/contract/demo_world/test_organization.py has two",
}


def plant(at: Place) -> None:
    """The account of the experiments administers a service of the whole organization."""
    organization = at.cloud.client(facts.MANAGEMENT, "organizations", "us-east-1")
    service = "access-analyzer.amazonaws.com"
    organization.register_delegated_administrator(AccountId=facts.SANDBOX.id, ServicePrincipal=service)
    root = f"arn:aws:iam::{facts.MANAGEMENT.id}:root"
    sandbox = organization.describe_account(AccountId=facts.SANDBOX.id)["Account"]["Arn"]
    for check, resource in ((NOT_AUDITED, sandbox), (ADMINISTRATOR, root)):
        at.planted.append(Expected(check, facts.MANAGEMENT, resource, GLOBAL, night=Night.PARTIAL))
        at.hardened.append(Expected(check, facts.MANAGEMENT, root, GLOBAL, night=Night.WHOLE))
    at.hardened.append(Expected(ADMINISTRATOR, facts.MANAGEMENT, root, GLOBAL, facts.PRODUCTION.id, Night.PARTIAL))
