"""What the check of Access Analyzer finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    account,
    denied,
    ok,
    switched_off,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "ACCESSANALYZER_OFF"
LIST, DELEGATED = "accessanalyzer.list_analyzers", "organizations.list_delegated_administrators"
DESCRIBED = ok(
    "organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": SISTER}}
)
FOREIGN = ok(
    "organizations.describe_organization", answer={"Organization": {"Id": "o-foreign", "MasterAccountId": STRANGER}}
)
ROOTS = ok("organizations.list_roots", answer={"Roots": [{"Id": "r-1"}]})


def analyzers(*found: tuple[str, str], region: str = REGION) -> Record:
    listed: list[dict[str, Any]] = [
        {"arn": f"arn:{n}", "name": f"a{n}", "type": t, "status": s} for n, (t, s) in enumerate(found)
    ]
    return ok(LIST, region, {"analyzers": listed})


def manager(*records: Record, admins: tuple[str, ...] = ()) -> AccountData:
    delegated = ok(DELEGATED, answer={"DelegatedAdministrators": [{"Id": a} for a in admins]})
    return account(DESCRIBED, ROOTS, delegated, *records, id_=SISTER)


MEMBER = account(DESCRIBED, analyzers(), ROOTS, denied(DELEGATED))
OF_ORGANIZATION = ("ORGANIZATION", "ACTIVE")

CASES: list[Case] = [
    planted(CHECK, "no analyzer, no organization", (analyzers(), *NO_ORGANIZATION)),
    planted(CHECK, "one that looks for unused access only", (analyzers(("ACCOUNT_UNUSED_ACCESS", "ACTIVE")), *NO_ORGANIZATION)),
    planted(CHECK, "one that is being created, one that failed", (analyzers(("ACCOUNT", "CREATING"), ("ACCOUNT", "FAILED")), *NO_ORGANIZATION)),
    planted(CHECK, "in the second region only: that is a finding of its own", (account(
        analyzers(("ACCOUNT", "ACTIVE")), analyzers(region="eu-west-1"), *NO_ORGANIZATION, regions=(REGION, "eu-west-1")),)),
    planted(CHECK, "nobody of the organization has one", (MEMBER, manager(analyzers())), finds=("", ""), whose=(OWN, SISTER)),
    planted(CHECK, "another organization has one", (MEMBER, manager(analyzers()), account(FOREIGN, analyzers(OF_ORGANIZATION), id_=STRANGER)), finds=("", ""), whose=(OWN, SISTER)),
    hardened(CHECK, "the account's own", (analyzers(("ACCOUNT_UNUSED_ACCESS", "ACTIVE"), ("ACCOUNT", "ACTIVE")), *NO_ORGANIZATION)),
    hardened(CHECK, "the organization's, in the management account", (MEMBER, manager(analyzers(OF_ORGANIZATION)))),
    hardened(CHECK, "the organization's, in a delegated account", (
        MEMBER, manager(analyzers(), admins=(STRANGER,)), account(DESCRIBED, analyzers(OF_ORGANIZATION), id_=STRANGER))),
    hardened(CHECK, "the organization switched the region off", (switched_off(),)),
    unreadable(CHECK, "denied", (denied(LIST, REGION), *NO_ORGANIZATION)),
    unreadable(CHECK, "the management account is not audited", (MEMBER,)),
    unreadable(CHECK, "a delegated administrator is not audited", (MEMBER, manager(analyzers(), admins=(STRANGER,)))),
    unreadable(CHECK, "nobody may list the delegated administrators", (MEMBER, account(DESCRIBED, ROOTS, denied(DELEGATED), analyzers(), id_=SISTER))),
    unreadable(CHECK, "whether there is an organization was not read", (analyzers(), denied("organizations.describe_organization"))),
    unreadable(CHECK, "the management account's analyzers were not read", (MEMBER, manager(denied(LIST, REGION)))),
]  # fmt: skip
