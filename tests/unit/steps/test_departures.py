"""Two nights, and an account that left the organization between them: what is said of it, and of what was known there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nightaudit_auditor.findings.latest import Latest, decode, encode
from nightaudit_auditor.findings.memory import FORGET_AFTER, Comparison, compare
from nightaudit_auditor.findings.model import State, Status
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditException,
    AuditSchedule,
    Checks,
    ExceptionSpec,
    Match,
    Members,
    Metadata,
    OrganizationTarget,
    S3Storage,
    ScheduleSpec,
    Storage,
)
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.steps.audit import Judgement, audit
from nightaudit_auditor.steps.task import timestamp
from tests.unit.checks.build import OWN, SISTER, STRANGER, absent, account, denied, ok

FIRST_NIGHT = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
CONTACT, GONE = "ACCOUNT_NO_SECURITY_CONTACT", "ORG_ACCOUNT_DISAPPEARED"
LIST = "organizations.list_accounts"
DESCRIBED = ok("organizations.describe_organization", answer={"Organization": {"Id": "o", "MasterAccountId": OWN}})
NO_CONTACT = absent("account.get_alternate_contact")
SISTER_ARN = f"arn:aws:organizations::{OWN}:account/o/{SISTER}"


def manager(*members: str, **states: str) -> AccountData:
    """The management account, which lists itself and `members`."""
    found = [
        {"Id": id_, "Name": f"n{id_}", "Arn": f"arn:aws:organizations::{OWN}:account/o/{id_}", "State": "ACTIVE"}
        for id_ in (OWN, *members)
    ]
    found += [{"Id": id_, "State": state} for id_, state in states.items()]
    return account(DESCRIBED, ok(LIST, answer={"Accounts": found}), NO_CONTACT)


def member(id_: str = SISTER) -> AccountData:
    return account(DESCRIBED, denied(LIST), NO_CONTACT, id_=id_)


def speechless() -> AccountData:
    return account(DESCRIBED, denied(LIST), NO_CONTACT)


ACKNOWLEDGED = AuditException(
    metadata=Metadata(name="sold", namespace="security"),
    spec=ExceptionSpec(match=Match(checks=(GONE,), resources=(SISTER_ARN,)), reason="sold to another company"),
)


@dataclass
class Nights:
    """Runs of one schedule, each with the memory that the last one left, through the document that holds it."""

    checks: tuple[str, ...] = (CONTACT, "ORG_*")
    organization: dict[str, Any] | None = None
    """The schedule's `organization`; None for a schedule that names its accounts."""
    latest: Latest | None = None
    time: datetime = FIRST_NIGHT
    judgement: Judgement | None = field(default=None, init=False)

    def run(
        self, *accounts: AccountData, found: AccountData | None = None, exceptions: Collection[AuditException] = ()
    ) -> Comparison:
        spec = ScheduleSpec(
            schedule="@daily", storage=Storage(s3=S3Storage(bucket="bucket")), checks=Checks(include=self.checks),
            accounts=tuple(AccountTarget(id=one.account.id) for one in accounts) if self.organization is None else (),
            organization=OrganizationTarget(member_role_name="audit", **self.organization)
            if self.organization is not None else None,
        )  # fmt: skip
        schedule = AuditSchedule(metadata=Metadata(name="nightly", namespace="security"), spec=spec)
        by_id = {data.account.id: data for data in accounts}
        before = self.latest
        known = before.members if before else {}
        judgement = audit(by_id, schedule, tuple(exceptions), self.time, {}, found, known)
        comparison = compare(before.memory if before else None, judgement.findings, judgement.judged, self.time)
        members = judgement.listed.remember(known, timestamp(self.time), timestamp(self.time - FORGET_AFTER))
        latest = Latest(namespace="security", schedule="nightly", memory=comparison.memory, members=members)
        self.latest = decode(encode(latest), "security", "nightly")
        self.judgement, self.time = judgement, self.time + timedelta(days=1)
        return comparison


Said = tuple[str, str, Status, State | None]


def said(comparison: Comparison, *checks: str, about: str = SISTER) -> list[Said]:
    """What a run says of an account: (check, account that it hangs on, status, state)."""
    every = (*comparison.findings, *comparison.resolved)
    return [
        (f.check, f.account.id, f.status, f.state)
        for f in every
        if f.check in (checks or (CONTACT, GONE)) and (f.account.id == about or f.resource.arn.endswith(f"/{about}"))
    ]


LEFT: Said = (GONE, OWN, Status.FAIL, State.NEW)
STILL_LEFT: Said = (GONE, OWN, Status.FAIL, State.OPEN)
CARRIED: Said = (CONTACT, SISTER, Status.UNKNOWN, State.OPEN)


def departed(nights: Nights) -> Comparison:
    """The second of two nights: SISTER was there, and is not in the list any more nor anybody's to audit."""
    nights.run(manager(SISTER), member())
    return nights.run(manager())


class TestAnAccountThatLeft:
    def test_is_new_and_what_was_known_of_it_is_carried_over_as_unknown(self) -> None:
        assert sorted(said(departed(Nights()))) == sorted([LEFT, CARRIED])

    def test_says_when_it_was_seen_last_and_how(self) -> None:
        (finding,) = [f for f in departed(Nights()).findings if f.check == GONE]
        assert "was listed last at 2026-11-23T03:17:00Z, as ACTIVE" in finding.detail
        assert (finding.resource.arn, finding.severity, finding.tier) == (SISTER_ARN, "High", "A")

    def test_stays_for_as_long_as_it_is_away(self) -> None:
        nights = Nights()
        departed(nights)
        nights.time += 2 * FORGET_AFTER
        assert sorted(said(nights.run(manager()))) == sorted([STILL_LEFT, CARRIED])

    def test_is_resolved_when_it_is_back_and_judged_again(self) -> None:
        nights = Nights()
        departed(nights)
        third = nights.run(manager(SISTER), member())
        assert sorted(said(third)) == [
            (CONTACT, SISTER, Status.FAIL, State.OPEN), (GONE, OWN, Status.FAIL, State.RESOLVED)
        ]  # fmt: skip

    def test_is_one_that_was_never_audited(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER))
        assert said(nights.run(manager())) == [LEFT]

    def test_is_judged_on_where_the_schedule_still_reaches_it(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER), member())
        outside = account(absent("organizations.describe_organization"), absent(LIST), NO_CONTACT, id_=SISTER)
        assert sorted(said(nights.run(manager(), outside))) == sorted(
            [LEFT, (CONTACT, SISTER, Status.FAIL, State.OPEN)]
        )

    def test_is_silent_where_the_schedule_does_not_want_the_check(self) -> None:
        assert said(departed(Nights(checks=(CONTACT,)))) == []


class TestAnAccountThatIsStillThere:
    def test_is_no_departure_where_the_user_takes_it_off_the_schedule(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER), member())
        assert said(nights.run(manager(SISTER))) == []

    def test_is_no_departure_where_the_schedule_does_not_include_it_any_more(self) -> None:
        nights = Nights(organization={})
        nights.run(manager(SISTER), member(), found=manager(SISTER))
        nights.organization = {"include": Members(accounts=(OWN,))}
        assert said(nights.run(manager(SISTER), found=manager(SISTER)), GONE) == []

    def test_is_no_departure_when_it_is_closed_nor_when_it_is_not_listed_any_more_after_that(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER), member())
        assert said(nights.run(manager(**{SISTER: "PENDING_CLOSURE"}))) == []
        assert said(nights.run(manager(**{SISTER: "CLOSED"}))) == []
        assert said(nights.run(manager())) == []

    def test_is_no_departure_in_a_first_run_or_without_memory(self) -> None:
        nights = Nights()
        assert said(nights.run(manager()), GONE) == []
        assert nights.judgement is not None
        assert nights.judgement.evaluation.passed.get(GONE, 0) == 0


class TestAnAccountThatTheScheduleLeavesOut:
    def test_is_a_departure_where_it_is_merely_not_selected(self) -> None:
        nights = Nights(organization={"include": Members(accounts=(OWN,))})
        nights.run(manager(SISTER), found=manager(SISTER))
        assert said(nights.run(manager(), found=manager())) == [LEFT]

    def test_may_leave_in_silence_where_it_is_excluded(self) -> None:
        nights = Nights(organization={"exclude": Members(accounts=(SISTER,))})
        nights.run(manager(SISTER), found=manager(SISTER))
        assert said(nights.run(manager(), found=manager())) == []


class TestAListThatCannotBeRead:
    def test_is_unknown_and_what_was_known_stays_known(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER), member())
        second = nights.run(speechless(), member())
        assert [f.status for f in second.findings if f.check == GONE] == [Status.UNKNOWN]
        assert sorted(said(nights.run(manager()))) == sorted([LEFT, CARRIED])

    def test_does_not_resolve_a_departure_nor_what_was_known_of_the_account(self) -> None:
        nights = Nights()
        departed(nights)
        third = nights.run(speechless())
        assert third.resolved == ()
        assert sorted(said(third)) == sorted([(GONE, OWN, Status.UNKNOWN, State.OPEN), CARRIED])
        assert sorted(said(nights.run(manager()))) == sorted([STILL_LEFT, CARRIED])

    def test_does_not_resolve_it_although_a_member_with_a_lower_number_may_not_list_either(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER, "000000000001"), member("000000000001"))
        nights.run(manager("000000000001"), member("000000000001"))
        third = nights.run(speechless(), member("000000000001"))
        assert third.resolved == ()
        assert (GONE, OWN, Status.UNKNOWN, State.OPEN) in said(third)

    def test_is_a_discovery_that_failed(self) -> None:
        nights = Nights(organization={})
        nights.run(manager(SISTER), member(), found=manager(SISTER))
        refused = speechless()
        nights.run(found=account(reachable=False))
        second = nights.run(found=refused)
        assert [f.status for f in second.findings if f.check == GONE] == [Status.UNKNOWN]
        assert sorted(said(nights.run(manager(), found=manager()))) == sorted([LEFT, CARRIED])

    def test_is_a_discovery_that_fails_for_longer_than_anything_is_remembered(self) -> None:
        nights = Nights(organization={})
        nights.run(manager(SISTER), member(), found=manager(SISTER))
        nights.time += 2 * FORGET_AFTER
        nights.run(found=account(reachable=False))
        assert LEFT in said(nights.run(manager(), found=manager()))


class TestADepartureThatAnExceptionCovers:
    def test_is_excepted_and_what_was_known_is_silent(self) -> None:
        nights = Nights()
        nights.run(manager(SISTER), member())
        second = nights.run(manager(), exceptions=[ACKNOWLEDGED])
        assert said(second) == [(GONE, OWN, Status.FAIL, State.EXCEPTED)]
        assert second.resolved == ()

    def test_is_forgotten_after_a_while_and_never_resolved(self) -> None:
        nights = Nights()
        departed(nights)
        nights.run(manager(), exceptions=[ACKNOWLEDGED])
        nights.time += FORGET_AFTER
        assert said(nights.run(manager(), exceptions=[ACKNOWLEDGED])) == [(GONE, OWN, Status.FAIL, State.EXCEPTED)]
        last = nights.run(manager(), exceptions=[ACKNOWLEDGED])
        assert (said(last), last.resolved) == ([], ())
        assert nights.latest is not None
        assert nights.latest.members[OWN].keys() == {OWN}

    def test_is_told_again_when_the_exception_ends(self) -> None:
        nights = Nights()
        departed(nights)
        nights.run(manager(), exceptions=[ACKNOWLEDGED])
        assert (GONE, OWN, Status.FAIL, State.REOPENED) in said(nights.run(manager()))


class TestADiscovery:
    def test_tells_it_by_the_account_that_answered(self) -> None:
        nights = Nights(organization={"management_account": "Exclude"})
        nights.run(member(), member(STRANGER), found=manager(SISTER, STRANGER))
        second = nights.run(member(STRANGER), found=manager(STRANGER))
        assert sorted(said(second)) == sorted([LEFT, CARRIED])
        assert said(second, about=STRANGER) == [(CONTACT, STRANGER, Status.FAIL, State.OPEN)]


def test_a_memory_from_before_reads_and_says_nothing() -> None:
    nights = Nights()
    nights.run(manager(SISTER), member())
    assert nights.latest is not None
    written = msgspec.json.decode(encode(nights.latest))
    del written["members"]
    nights.latest = decode(msgspec.json.encode(written), "security", "nightly")
    assert said(nights.run(manager())) == []
