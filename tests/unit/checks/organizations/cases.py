"""What the check of Organizations finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, SISTER, STRANGER, Case, account, denied, ok

CHECK = "ORG_ACCOUNT_NOT_AUDITED"
DESCRIBED = ok("organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": OWN}})
MEMBER = (DESCRIBED, denied("organizations.list_accounts"))


def members(*states: dict[str, str]) -> Record:
    found: list[dict[str, Any]] = [
        {"Id": id_, "Arn": f"arn:aws:organizations::{OWN}:account/o-own/{id_}", "Name": f"n{id_}", **state}
        for id_, state in zip((OWN, SISTER, STRANGER), states, strict=False)
    ]
    return ok("organizations.list_accounts", answer={"Accounts": found})


ACTIVE = {"State": "ACTIVE"}
MANAGER = account(DESCRIBED, members(ACTIVE, ACTIVE))


def case(shape: Any, why: str, *accounts: AccountData, finds: tuple[str, ...] = ("",)) -> Case:
    return Case(CHECK, shape, why, accounts, finds)


CASES: list[Case] = [
    case("planted", "a member that nobody audits", MANAGER),
    case("planted", "a member whose role could not be assumed", MANAGER, account(id_=SISTER, reachable=False)),
    case("planted", "an old answer says Status", account(DESCRIBED, members({"Status": "ACTIVE"}, {"Status": "ACTIVE"}))),
    case(
        "planted", "said once, though two may list", account(DESCRIBED, members(ACTIVE, ACTIVE, ACTIVE)),
        account(DESCRIBED, members(ACTIVE, ACTIVE, ACTIVE), id_=SISTER),
    ),
    case("hardened", "everybody is audited, members may not list", MANAGER, account(*MEMBER, id_=SISTER)),
    case("hardened", "suspended and closed", account(DESCRIBED, members(ACTIVE, {"State": "SUSPENDED"}, {"State": "CLOSED"}))),
    case("hardened", "State wins over Status", account(DESCRIBED, members(ACTIVE, {"State": "PENDING_CLOSURE", "Status": "ACTIVE"}))),
    case("hardened", "no organization", account(*NO_ORGANIZATION)),
    case("hardened", "no organization, list denied", account(NO_ORGANIZATION[0], denied("organizations.list_accounts"))),
    case("unreadable", "nobody may list", account(*MEMBER)),
    case("unreadable", "nothing of the organization was read", account()),
    case("unreadable", "a state that nobody knows", account(DESCRIBED, members(ACTIVE, {"State": "DREAMING"}))),
]  # fmt: skip
