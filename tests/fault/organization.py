"""An organization small enough to be written down: who is in it, where, with which tags, and how it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.aws.errors import Protocol, access_denied, refused
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.manifests.types import AccountTarget, Members, OrganizationTarget, TagMatch
from tests.fault.asked import Asked
from tests.fault.making import Reply, write
from tests.fault.world import Recording, World

ORGANIZATION = "o-exampleorgid"
ROOT, WORKLOADS, VAULT, EXPERIMENTS = "r-exam", "ou-exam-workload", "ou-exam-workvault", "ou-exam-experime"
UNITS: Mapping[str, tuple[str, ...]] = {ROOT: (WORKLOADS, EXPERIMENTS), WORKLOADS: (VAULT,), VAULT: (), EXPERIMENTS: ()}
"""Root or organizational unit → the units directly below it."""
PAGE = 2
"""Items on a page of an answer."""


@dataclass(frozen=True)
class Member:
    """An account of the organization. `env` is its only tag; empty: it has none."""

    id: str
    name: str
    unit: str
    env: str
    state: str = "ACTIVE"


MANAGEMENT = Member("111111111111", "management", ROOT, "prod")
PRODUCTION = Member("222222222222", "production", WORKLOADS, "prod")
STAGING = Member("333333333333", "staging", VAULT, "prod")
SANDBOX = Member("444444444444", "sandbox", EXPERIMENTS, "dev")
SLEEPING = Member("555555555555", "sleeping", WORKLOADS, "prod", state="SUSPENDED")
UNTAGGED = Member("888888888888", "untagged", EXPERIMENTS, "")
MEMBERS = {one.id: one for one in (MANAGEMENT, PRODUCTION, STAGING, SANDBOX, SLEEPING, UNTAGGED)}
OUTSIDER = "777777777777"
"""An account that belongs to no organization."""

READER = f"arn:aws:iam::{MANAGEMENT.id}:role/reader"


@dataclass(frozen=True, eq=False)
class Wish:
    """Whom a schedule means. `left_out`: member that it does not mean → all true reasons for that."""

    name: str
    organization: OrganizationTarget
    accounts: tuple[AccountTarget, ...]
    left_out: Mapping[Member, frozenset[str]]

    def __str__(self) -> str:
        return self.name

    @property
    def audited(self) -> frozenset[str]:
        """The accounts that the schedule means, by id."""
        discovered = MEMBERS.keys() - {member.id for member in self.left_out}
        return frozenset({*discovered, *(account.id for account in self.accounts)})


def _declared(*ids: str) -> tuple[AccountTarget, ...]:
    return tuple(AccountTarget(id=id_, name=f"a{id_[0]}", role_arn=f"arn:aws:iam::{id_}:role/own") for id_ in ids)


def _out(**reasons: str) -> Mapping[Member, frozenset[str]]:
    by_name = {member.name: member for member in MEMBERS.values()}
    return {by_name[name]: frozenset(said.split()) for name, said in reasons.items()}


_ROLES: dict[str, Any] = {"member_role_name": "nightaudit", "role_arn": READER}
EVERYBODY = Wish("everybody", OrganizationTarget(**_ROLES), (), _out(sleeping="Suspended"))
BY_UNIT = Wish(
    "by-unit",
    OrganizationTarget(
        **_ROLES, management_account="OrganizationRole", exclude=Members(organizational_units=(VAULT,)),
        include=Members(accounts=(MANAGEMENT.id,), organizational_units=(WORKLOADS,)),
    ),
    _declared(OUTSIDER),
    _out(staging="Excluded", sandbox="NotIncluded", sleeping="Suspended", untagged="NotIncluded"),
)  # fmt: skip
BY_TAG = Wish(
    "by-tag",
    OrganizationTarget(**_ROLES, tag_selector=(TagMatch(key="env", values=("pr*",)),)),
    _declared(SANDBOX.id),
    _out(sleeping="Suspended", untagged="TagsDiffer"),
)
BY_ALL = Wish(
    "by-all",
    OrganizationTarget(
        **_ROLES, management_account="Exclude", exclude=Members(accounts=(SANDBOX.id,)),
        include=Members(organizational_units=(WORKLOADS,)), tag_selector=(TagMatch(key="env", values=("prod",)),),
    ),
    _declared(OUTSIDER),
    _out(
        management="Excluded NotIncluded", sandbox="Excluded NotIncluded TagsDiffer", sleeping="Suspended",
        untagged="NotIncluded TagsDiffer",
    ),
)  # fmt: skip
WISHES = (EVERYBODY, BY_UNIT, BY_TAG, BY_ALL)


def items(operation: str, of: str) -> list[Any] | None:
    """What there is to list for an operation of AWS Organizations; `of` is the unit or account that it asks about, if any.

    Accounts are members, roots and units their ids, as are the targets of every policy: all that there are. None for what
    is not this organization's own.
    """
    match operation:
        case "ListAccounts":
            return list(MEMBERS.values())
        case "ListAccountsForParent":
            return [member for member in MEMBERS.values() if member.unit == of]
        case "ListRoots":
            return [ROOT]
        case "ListOrganizationalUnitsForParent":
            return list(UNITS[of])
        case "ListTagsForResource":
            return [env] if (env := MEMBERS[of].env) else []
        case "ListTargetsForPolicy":
            return [*UNITS, *MEMBERS]
    return None


def _account(member: Member) -> dict[str, str]:
    arn = f"arn:aws:organizations::{MANAGEMENT.id}:account/{ORGANIZATION}/{member.id}"
    return {"Id": member.id, "Arn": arn, "Name": member.name, "State": member.state}


_WRITTEN: Mapping[str, tuple[str, Any]] = {
    "ListAccounts": ("Accounts", _account),
    "ListAccountsForParent": ("Accounts", _account),
    "ListRoots": ("Roots", lambda root: {"Id": root, "Name": "Root"}),
    "ListOrganizationalUnitsForParent": ("OrganizationalUnits", lambda unit: {"Id": unit, "Name": unit}),
    "ListTagsForResource": ("Tags", lambda env: {"Key": "env", "Value": env}),
    "ListTargetsForPolicy": ("Targets", lambda place: {"TargetId": place}),
}


def subject(parameters: Mapping[str, Any]) -> str:
    """The unit or account that a request of AWS Organizations asks about; empty if it asks about none."""
    return str(parameters.get("ParentId") or parameters.get("ResourceId") or parameters.get("PolicyId") or "")


class Organized(World):
    """The same world, in which every account belongs to this organization: only its management account may read it.

    `listed`: how many accounts the list of all names before it is denied, other than unit by unit; None: it is not.
    """

    def __init__(
        self, catalogue: Catalogue, models: Models, recording: Recording, *, listed: int | None = None
    ) -> None:
        super().__init__(catalogue, models, recording)
        self._listed = listed

    def reply(self, entry: Entry, asked: Asked) -> Reply:
        if entry.service != "organizations":
            return super().reply(entry, asked)
        if asked.account not in MEMBERS:
            no = refused(Protocol(asked.protocol), "AWSOrganizationsNotInUseException", "not in an organization")
            return Reply(no.status, no.headers, no.body)
        if asked.operation == "DescribeOrganization":
            described = {"Id": ORGANIZATION, "MasterAccountId": MANAGEMENT.id, "FeatureSet": "ALL"}
            return write(entry.service, asked.operation, {"Organization": described})
        cut = self._listed is not None and asked.operation == "ListAccounts" and _start(asked) >= self._listed
        if asked.account != MANAGEMENT.id or cut:
            no = access_denied(Protocol(asked.protocol), "You don't have permissions to access this resource.")
            return Reply(no.status, no.headers, no.body)
        found = items(asked.operation, subject(asked.parameters))
        return super().reply(entry, asked) if found is None else _page(asked, found)


def _start(asked: Asked) -> int:
    token = str(asked.parameters.get("NextToken", ""))
    return int(token) if token.isdigit() else 0  # a token that loops is none of ours


def _page(asked: Asked, found: list[Any]) -> Reply:
    member, written = _WRITTEN[asked.operation]
    start = _start(asked)
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(found) else {}
    return write(
        asked.service, asked.operation, {member: [written(one) for one in found[start : start + PAGE]], **more}
    )
