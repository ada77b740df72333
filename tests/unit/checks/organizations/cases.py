"""What the checks of Organizations find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.organization import Discovery, Known, KnownMember
from nightaudit_auditor.organization.roster import EXCLUDED, TAGS_DIFFER, LeftOut, Roster
from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    SISTER,
    STRANGER,
    Case,
    Settings,
    account,
    denied,
    failed,
    ok,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "ORG_ACCOUNT_NOT_AUDITED"
DESCRIBED = ok("organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": OWN}})
LAST_NIGHT = "2026-11-22T03:17:00Z"
MEMBER = (DESCRIBED, denied("organizations.list_accounts"))
OF_SISTER = ok(
    "organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": SISTER}}
)


def members(*states: dict[str, str]) -> Record:
    found: list[dict[str, Any]] = [
        {"Id": id_, "Arn": f"arn:aws:organizations::{OWN}:account/o-own/{id_}", "Name": f"n{id_}", **state}
        for id_, state in zip((OWN, SISTER, STRANGER), states, strict=False)
    ]
    return ok("organizations.list_accounts", answer={"Accounts": found})


ACTIVE = {"State": "ACTIVE"}
MANAGER = account(DESCRIBED, members(ACTIVE, ACTIVE))


FIRST = "000000000001"
"""An account that comes before the others."""
OF_STRANGER = ok(
    "organizations.describe_organization", answer={"Organization": {"Id": "o-other", "MasterAccountId": STRANGER}}
)


def case(shape: Any, why: str, *accounts: AccountData, **more: Any) -> Case:
    return Case(CHECK, shape, why, accounts, **more)


def left_out(reason: str, detail: str) -> Discovery:
    """The management account was asked whom the schedule means: not the sister, for this reason."""
    return Discovery(MANAGER, Roster((), (LeftOut(SISTER, f"n{SISTER}", reason, detail),)))


COVERAGE_CASES: list[Case] = [
    case("planted", "a member that nobody audits", MANAGER),
    case("planted", "a member whose role could not be assumed", MANAGER, account(id_=SISTER, reachable=False)),
    case("planted", "an old answer says Status", account(DESCRIBED, members({"Status": "ACTIVE"}, {"Status": "ACTIVE"}))),
    case(
        "planted", "said once, though two may list", account(DESCRIBED, members(ACTIVE, ACTIVE, ACTIVE)),
        account(DESCRIBED, members(ACTIVE, ACTIVE, ACTIVE), id_=SISTER),
    ),
    case(
        "planted", "the management account says it, though another that may list comes first",
        *(account(OF_SISTER, members(ACTIVE, ACTIVE, ACTIVE), id_=id_) for id_ in (OWN, SISTER)), whose=(SISTER,),
    ),
    case("planted", "a member whose tags the schedule does not ask for", MANAGER, discovery=left_out(TAGS_DIFFER, "its tags are others")),
    case("hardened", "a member that the schedule excludes", MANAGER, discovery=left_out(EXCLUDED, "it is excluded by id")),
    case("hardened", "everybody is audited, members may not list", MANAGER, account(*MEMBER, id_=SISTER)),
    case("hardened", "suspended and closed", account(DESCRIBED, members(ACTIVE, {"State": "SUSPENDED"}, {"State": "CLOSED"}))),
    case("hardened", "State wins over Status", account(DESCRIBED, members(ACTIVE, {"State": "PENDING_CLOSURE", "Status": "ACTIVE"}))),
    case("hardened", "no organization", account(*NO_ORGANIZATION)),
    case("hardened", "no organization, list denied", account(NO_ORGANIZATION[0], denied("organizations.list_accounts"))),
    case("unreadable", "nobody may list", account(*MEMBER)),
    case("unreadable", "neither of two may list", account(*MEMBER), account(*MEMBER, id_=SISTER)),
    case("unreadable", "neither of two may list, and each has an organization of its own", account(*MEMBER), account(OF_STRANGER, MEMBER[1], id_=FIRST)),
    case("unreadable", "one has joined since the management account listed, which found a state that nobody knows",
        account(DESCRIBED, members(ACTIVE, {"State": "DREAMING"})), account(*MEMBER, id_=STRANGER)),
    case("unreadable", "nothing of the organization was read", account()),
    case("unreadable", "nothing of the organization was read, and the first is not reached", account(), account(id_=FIRST, reachable=False)),
    case("unreadable", "a state that nobody knows", account(DESCRIBED, members(ACTIVE, {"State": "DREAMING"}))),
]  # fmt: skip

# -- administration --
DELEGATED, FEATURES = "ORG_UNTRUSTED_DELEGATED_ADMIN", "ORG_ROOT_CREDENTIALS_NOT_CENTRAL"
ADMINS, ASKED = "organizations.list_delegated_administrators", "iam.list_organizations_features"


ROOTS = ok("organizations.list_roots", answer={"Roots": [{"Id": "r-1"}]})


def delegated(*accounts: str) -> Record:
    return ok(
        ADMINS, answer={"DelegatedAdministrators": [{"Id": a, "Name": f"n{a}", "State": "ACTIVE"} for a in accounts]}
    )


def features(*enabled: str) -> Record:
    return ok(ASKED, answer={"OrganizationId": "o-own", "EnabledFeatures": list(enabled)})


def refused(code: str) -> Record:
    return failed(ASKED, outcome=Outcome.ABSENT, code=code)


ADMINISTRATION_CASES: list[Case] = [
    planted(DELEGATED, "two that nobody vouches for", (DESCRIBED, ROOTS, delegated(SISTER, STRANGER)), finds=(SISTER, STRANGER)),
    planted(DELEGATED, "audited and of the organization, and yet not trusted", (account(DESCRIBED, members(ACTIVE, ACTIVE), ROOTS, delegated(SISTER)), account(*MEMBER, id_=SISTER)), finds=(SISTER,)),
    hardened(DELEGATED, "trusted", (DESCRIBED, ROOTS, delegated(SISTER)), settings=Settings(trusted_accounts=frozenset({SISTER}))),
    hardened(DELEGATED, "a member cannot ask", (OF_SISTER, ROOTS, denied(ADMINS))),
    hardened(DELEGATED, "no organization", NO_ORGANIZATION),
    unreadable(DELEGATED, "denied in the management account", (DESCRIBED, ROOTS, denied(ADMINS))),
    unreadable(DELEGATED, "whether it is the management account was not read", (denied("organizations.describe_organization"), ROOTS, delegated())),
    planted(FEATURES, "only sessions are central", (DESCRIBED, features("RootSessions"))),
    planted(FEATURES, "IAM has no trusted access", (DESCRIBED, refused("ServiceAccessNotEnabledException"))),
    hardened(FEATURES, "central", (DESCRIBED, features("RootCredentialsManagement"))),
    hardened(FEATURES, "a member cannot ask", (OF_SISTER, refused("AccountNotManagementOrDelegatedAdministratorException"))),
    unreadable(FEATURES, "denied", (DESCRIBED, denied(ASKED))),
    unreadable(FEATURES, "an organization without all features", (DESCRIBED, refused("OrganizationNotInAllFeaturesModeException"))),
]  # fmt: skip

# -- departures --
GONE = "ORG_ACCOUNT_DISAPPEARED"
LIST = "organizations.list_accounts"
MEMBERS = (OWN, SISTER, STRANGER)


def known(*states: str, manager: str = OWN) -> Known:
    """What the last run knew of the organization: its accounts in the order of `members`, in these states."""
    return {
        manager: {
            id_: KnownMember(f"arn:aws:organizations::{OWN}:account/o-own/{id_}", f"n{id_}", state, LAST_NIGHT)
            for id_, state in zip(MEMBERS, states, strict=False)
        }
    }


def departure(shape: Any, why: str, *accounts: AccountData, before: Known, finds: tuple[str, ...] = ("",)) -> Case:
    return Case(GONE, shape, why, accounts, finds, known=before)


BOTH = known("ACTIVE", "ACTIVE")
OF_ANOTHER = ok(
    "organizations.describe_organization", answer={"Organization": {"Id": "o-new", "MasterAccountId": STRANGER}}
)
BROKEN_OFF = failed(LIST, outcome=Outcome.THROTTLED)

DEPARTURE_CASES: list[Case] = [
    departure("planted", "no longer listed", account(DESCRIBED, members(ACTIVE)), before=BOTH),
    departure("planted", "two have left", account(DESCRIBED, members(ACTIVE)), before=known("ACTIVE", "ACTIVE", "ACTIVE"), finds=("", "")),
    departure("planted", "said once, though two may list", account(DESCRIBED, members(ACTIVE, ACTIVE)), account(DESCRIBED, members(ACTIVE, ACTIVE), id_=SISTER), before=known("ACTIVE", "ACTIVE", "ACTIVE")),
    departure("planted", "it is audited by its own role, and yet out of the organization", account(DESCRIBED, members(ACTIVE)), account(NO_ORGANIZATION[0], id_=SISTER), before=BOTH),
    departure("planted", "it never was activated", account(DESCRIBED, members(ACTIVE)), before=known("ACTIVE", "PENDING_ACTIVATION")),
    departure("planted", "the organization was deleted", account(*NO_ORGANIZATION), before=BOTH),
    departure("planted", "the management account is of another organization", account(OF_ANOTHER, denied(LIST)), before=BOTH),
    departure("hardened", "all are there", account(DESCRIBED, members(ACTIVE, ACTIVE)), before=BOTH),
    departure("hardened", "listed, and not audited", account(DESCRIBED, members(ACTIVE, ACTIVE, ACTIVE)), before=known("ACTIVE", "ACTIVE", "ACTIVE")),
    departure("hardened", "suspended, and still listed", account(DESCRIBED, members(ACTIVE, {"State": "SUSPENDED"})), before=BOTH),
    departure("hardened", "closed, and still listed", account(DESCRIBED, members(ACTIVE, {"State": "CLOSED"})), before=BOTH),
    departure("hardened", "its closure was known", account(DESCRIBED, members(ACTIVE)), before=known("ACTIVE", "CLOSED")),
    departure("hardened", "its closure was known by the older name", account(DESCRIBED, members(ACTIVE)), before=known("ACTIVE", "SUSPENDED")),
    departure("hardened", "a first run", account(DESCRIBED, members(ACTIVE)), before={}),
    departure("hardened", "another organization's", account(DESCRIBED, members(ACTIVE)), before=known("ACTIVE", "ACTIVE", manager=STRANGER)),
    departure("hardened", "a member may not list, its management account does", MANAGER, account(*MEMBER, id_=SISTER), before=BOTH),
    departure("hardened", "the list is denied, and nothing is known from before", account(*MEMBER), before={}),
    departure("unreadable", "nobody may list", account(*MEMBER), account(*MEMBER, id_=SISTER), before=BOTH),
    departure("unreadable", "nobody may list, and the first is not reached", account(*MEMBER), account(id_=FIRST, reachable=False), before={OWN: BOTH[OWN] | {FIRST: BOTH[OWN][SISTER]}}),
    departure("unreadable", "nobody may list, and the first is another organization's", account(*MEMBER), account(OF_STRANGER, MEMBER[1], id_=FIRST), before=BOTH),
    departure("unreadable", "the list broke off", account(DESCRIBED, BROKEN_OFF), before=BOTH),
    departure("unreadable", "nothing of the organization was read", account(), before=BOTH),
    departure("unreadable", "a list without who asked for it", account(DESCRIBED, ok(LIST, answer={"Accounts": []})), before=BOTH),
    departure("unreadable", "who listed it is in no organization any more", account(*NO_ORGANIZATION, id_=SISTER), before=BOTH),
]  # fmt: skip
CASES: list[Case] = [*COVERAGE_CASES, *ADMINISTRATION_CASES, *DEPARTURE_CASES]
