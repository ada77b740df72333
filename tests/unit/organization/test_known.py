"""What is remembered of an organization's accounts from one run to the next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nightaudit_auditor.organization import Known, KnownMember, Listed, listings, missing
from nightaudit_auditor.snapshot import AccountData, Outcome
from tests.unit.checks.build import NO_ORGANIZATION, OWN, SISTER, STRANGER, account, denied, failed, ok, organization

FIRST, SECOND, THIRD = "2026-11-20T03:17:00Z", "2026-11-21T03:17:00Z", "2026-11-22T03:17:00Z"
LONG_AGO, LATER = "2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z"
LIST = "organizations.list_accounts"
DESCRIBED, _ = organization(OWN)
MANAGER = account(*organization(OWN, SISTER))
ALONE = account(*organization(OWN))
REFUSED = account(DESCRIBED, denied(LIST))


def remember(
    known: Known,
    *accounts: AccountData,
    now: str = SECOND,
    oldest: str = LONG_AGO,
    acknowledged: Collection[str] = (),
    excluded: Collection[str] = (),
    **more: Any,
) -> dict[str, dict[str, KnownMember]]:
    found = {data.account.id: data for data in accounts}
    concerned = more.get("concerned", frozenset(found))
    listed = Listed(listings(found, known), excluded, acknowledged, concerned)
    return listed.remember(known, now, oldest)


def times(known: Known) -> dict[str, tuple[str, str]]:
    """Account → when it was listed last, and when it was missed first, in OWN's organization."""
    return {id_: (member.listed, member.left) for id_, member in known.get(OWN, {}).items()}


def test_all_who_are_listed_are_remembered_by_their_management_account() -> None:
    record = ok(LIST, answer={"Accounts": [{"Id": OWN, "Name": "main", "Arn": "arn:main", "State": "ACTIVE"}]})
    assert remember({}, account(DESCRIBED, record)) == {OWN: {OWN: KnownMember("arn:main", "main", "ACTIVE", SECOND)}}


def test_the_arns_tell_the_management_account_where_it_cannot_be_asked_for() -> None:
    arn = f"arn:aws:organizations::{STRANGER}:account/o-own/{OWN}"
    listing = ok(LIST, answer={"Accounts": [{"Id": OWN, "Arn": arn}]})
    assert remember({}, account(denied("organizations.describe_organization"), listing)).keys() == {STRANGER}


def test_who_is_missed_is_kept_with_the_time_of_both() -> None:
    second = remember(remember({}, MANAGER, now=FIRST), ALONE, now=SECOND)
    assert times(second) == {OWN: (SECOND, ""), SISTER: (FIRST, SECOND)}
    third = remember(second, ALONE, now=THIRD)
    assert times(third) == {OWN: (THIRD, ""), SISTER: (FIRST, SECOND)}


def test_who_is_back_has_never_left() -> None:
    second = remember(remember({}, MANAGER, now=FIRST), ALONE, now=SECOND, acknowledged={SISTER})
    third = remember(second, MANAGER, now=THIRD)
    assert times(third) == {OWN: (THIRD, ""), SISTER: (THIRD, "")}
    assert not third[OWN][SISTER].acknowledged


def test_who_was_closed_is_forgotten_when_he_is_not_listed_any_more() -> None:
    closing = account(DESCRIBED, ok(LIST, answer={"Accounts": [{"Id": OWN}, {"Id": SISTER, "State": "CLOSED"}]}))
    assert remember(remember({}, closing, now=FIRST), ALONE)[OWN].keys() == {OWN}


def test_who_is_excluded_is_not_remembered_and_forgotten_if_he_was() -> None:
    assert remember({}, MANAGER, excluded={SISTER})[OWN].keys() == {OWN}
    assert remember(remember({}, MANAGER, now=FIRST), MANAGER, excluded={SISTER})[OWN].keys() == {OWN}


def test_the_management_account_speaks_before_a_delegated_one() -> None:
    first, last = "000000000001", STRANGER
    for delegated in (first, last):
        accounts = {id_: account(*organization(OWN, first, last), id_=id_) for id_ in (OWN, delegated)}
        assert {home: listing.speaker for home, listing in listings(accounts, {}).items()} == {OWN: OWN}


class TestAListThatCannotBeRead:
    def test_changes_nothing(self) -> None:
        first = remember({}, MANAGER, now=FIRST)
        assert remember(first, REFUSED) == first
        assert remember(first, account(reachable=False)) == first
        assert remember(first, account(DESCRIBED, failed(LIST, outcome=Outcome.SKIPPED))) == first

    def test_changes_nothing_however_long_it_lasts_where_the_organization_is_still_meant(self) -> None:
        first = remember({}, MANAGER, now=FIRST)
        assert remember(first, REFUSED, now=LATER, oldest=SECOND) == first
        assert remember(first, account(reachable=False, id_=SISTER), now=LATER, oldest=SECOND) == first

    def test_changes_nothing_where_the_one_who_is_still_meant_is_not_remembered_himself(self) -> None:
        first = remember({}, MANAGER, now=FIRST, excluded={OWN})
        assert remember(first, REFUSED, now=LATER, oldest=SECOND) == first

    def test_changes_nothing_while_the_accounts_of_the_schedule_are_not_all_known(self) -> None:
        first = remember({}, MANAGER, now=FIRST)
        assert remember(first, now=LATER, oldest=SECOND, concerned=None) == first

    def test_is_forgotten_in_time_where_the_schedule_means_other_accounts_now(self) -> None:
        first = remember({}, MANAGER, now=FIRST)
        stranger = account(*NO_ORGANIZATION, id_=STRANGER)
        assert remember(first, stranger, now=SECOND, oldest=LONG_AGO) == first
        assert remember(first, stranger, now=LATER, oldest=SECOND) == {}

    def test_is_a_list_without_the_account_that_asked(self) -> None:
        first = remember({}, MANAGER, now=FIRST)
        assert remember(first, account(DESCRIBED, ok(LIST, answer={"Accounts": [{"Id": SISTER}]}))) == first


class TestADepartureThatIsAcknowledged:
    LEFT = remember(remember({}, MANAGER, now=FIRST), ALONE, now=SECOND)

    def test_is_forgotten_once_it_is_long_ago(self) -> None:
        told = remember(self.LEFT, ALONE, now=THIRD, acknowledged={SISTER})
        assert told[OWN][SISTER].acknowledged
        assert remember(told, ALONE, now=LATER, oldest=SECOND, acknowledged={SISTER})[OWN].keys() == {OWN}

    def test_is_not_forgotten_when_nobody_acknowledges_it_any_more(self) -> None:
        told = remember(self.LEFT, ALONE, now=THIRD, acknowledged={SISTER})
        again = remember(told, ALONE, now=LATER, oldest=SECOND)
        assert (SISTER in again[OWN], again[OWN][SISTER].acknowledged) == (True, False)

    def test_is_no_reason_to_carry_over_what_was_known_when_nobody_can_list(self) -> None:
        told = remember(self.LEFT, ALONE, now=THIRD, acknowledged={SISTER})
        nobody = listings({OWN: REFUSED}, told)
        assert (missing(self.LEFT, nobody), missing(told, nobody)) == ({SISTER}, set())


def test_the_organization_that_was_deleted_keeps_whom_it_had() -> None:
    first = remember({}, MANAGER, now=FIRST)
    second = remember(first, account(*NO_ORGANIZATION), now=SECOND)
    assert times(second) == {SISTER: (FIRST, SECOND)}
    assert missing(first, listings({OWN: account(*NO_ORGANIZATION)}, first)) == {SISTER}


class TestTwoOrganizations:
    FIRST, SECOND = "333333333333", "444444444444"
    """The management accounts, of OWN and of SISTER."""

    def accounts(self, *others: str) -> list[AccountData]:
        first = account(*organization(self.FIRST, *others[:1]), id_=self.FIRST)
        return [first, account(*organization(self.SECOND, *others[1:]), id_=self.SECOND)]

    def test_are_remembered_apart(self) -> None:
        known = remember({}, *self.accounts(OWN, SISTER))
        assert {home: set(members) for home, members in known.items()} == {
            self.FIRST: {self.FIRST, OWN}, self.SECOND: {self.SECOND, SISTER}
        }  # fmt: skip

    def test_may_lose_an_account_each(self) -> None:
        known = remember({}, *self.accounts(OWN, SISTER))
        today = listings({one.account.id: one for one in self.accounts()}, known)
        assert missing(known, today) == {OWN, SISTER}
