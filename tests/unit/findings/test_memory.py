"""What memory says about a finding, night after night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.findings.memory import FORGET_AFTER, Comparison, Judged, Memory, compare
from nightaudit_auditor.findings.model import AccountRef, ExceptionRef, Finding, ResourceRef, State, Status, fingerprint

NIGHT = datetime(2026, 11, 20, 3, 17, tzinfo=UTC)
CHECKS = ("EC2_PUBLIC_ADMIN_PORT", "S3_BUCKET_PUBLIC_ACL")
ACCOUNTS = ("111111111111", "222222222222")
REGIONS = ("eu-central-1", "us-east-1")


def judged(**changes: object) -> Judged:
    everything = {(c, a, r) for c in CHECKS for a in ACCOUNTS for r in REGIONS}
    fields: dict[str, object] = {
        "scopes": everything,
        "unknown": set(),
        "selected": set(CHECKS),
        "accounts": set(ACCOUNTS),
    }
    return Judged(**(fields | changes))  # type: ignore[arg-type]


def state_of(comparison: Comparison, finding: Finding) -> State | None:
    return next(f.state for f in comparison.findings if f.fingerprint == finding.fingerprint)


def excepted(finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, exception=ExceptionRef("e", "Acknowledge", "because"))


class TestFirstRun:
    def test_is_a_baseline_in_which_nothing_is_new(self, make):
        comparison = compare(None, [make()], judged(), NIGHT)
        assert comparison.baseline
        assert state_of(comparison, make()) is State.OPEN

    def test_an_empty_memory_is_no_baseline(self, make):
        comparison = compare({}, [make()], judged(), NIGHT)
        assert not comparison.baseline
        assert state_of(comparison, make()) is State.NEW


class TestSecondRun:
    def test_what_stays_is_open_and_keeps_its_first_sight(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [make()], judged(), NIGHT + timedelta(days=1))
        [finding] = second.findings
        assert (finding.state, finding.first_seen, finding.last_seen) == (
            State.OPEN,
            "2026-11-20T03:17:00Z",
            "2026-11-21T03:17:00Z",
        )

    def test_what_is_gone_is_resolved_once(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [], judged(), NIGHT + timedelta(days=1))
        third = compare(second.memory, [], judged(), NIGHT + timedelta(days=2))
        assert [f.state for f in second.resolved] == [State.RESOLVED]
        assert third.resolved == ()

    def test_what_comes_back_is_reopened_with_its_first_sight(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [], judged(), NIGHT + timedelta(days=1))
        third = compare(second.memory, [make()], judged(), NIGHT + timedelta(days=2))
        assert state_of(third, make()) is State.REOPENED
        assert third.findings[0].first_seen == "2026-11-20T03:17:00Z"

    def test_what_becomes_graver_is_reopened_and_says_so(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        worse = msgspec.structs.replace(make(), severity="Critical")
        second = compare(first.memory, [worse], judged(), NIGHT + timedelta(days=1))
        assert state_of(second, make()) is State.REOPENED
        assert "was High" in second.findings[0].detail

    def test_what_becomes_milder_stays_open(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        milder = msgspec.structs.replace(make(), severity="Low")
        second = compare(first.memory, [milder], judged(), NIGHT + timedelta(days=1))
        assert state_of(second, make()) is State.OPEN

    def test_what_comes_back_after_memory_forgot_it_is_new(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        gone = compare(first.memory, [], judged(), NIGHT + timedelta(days=1))
        later = compare(gone.memory, [], judged(), NIGHT + FORGET_AFTER + timedelta(days=2))
        again = compare(later.memory, [make()], judged(), NIGHT + FORGET_AFTER + timedelta(days=3))
        assert state_of(again, make()) is State.NEW


class TestWhatCouldNotBeJudged:
    def test_a_scope_that_was_not_listed_is_carried_over_as_unknown(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [], judged(scopes=set()), NIGHT + timedelta(days=1))
        [carried] = second.findings
        assert (carried.status, carried.state) == (Status.UNKNOWN, State.OPEN)
        assert "seen last at 2026-11-20T03:17:00Z" in carried.detail
        assert second.resolved == ()

    def test_an_unknown_resource_in_a_listed_scope_is_not_resolved(self, make):
        finding = make()
        first = compare({}, [finding], judged(), NIGHT)
        unknown = {(finding.check, finding.account.id, finding.resource.arn)}
        second = compare(
            first.memory, [make(status=Status.UNKNOWN)], judged(unknown=unknown), NIGHT + timedelta(days=1)
        )
        assert second.resolved == ()

    def test_a_problem_that_was_found_through_another_resource_hangs_on_that_one(self, make):
        """A member account's problem is found by judging the account that lists the organization."""
        finding = msgspec.structs.replace(make(), judged="arn:aws:iam::111111111111:root")
        first = compare({}, [finding], judged(), NIGHT)
        unknown = {(finding.check, finding.account.id, "arn:aws:iam::111111111111:root")}
        second = compare(first.memory, [], judged(unknown=unknown), NIGHT + timedelta(days=1))
        assert second.resolved == ()
        assert [f.status for f in second.findings] == [Status.UNKNOWN]

    def test_a_resource_whose_region_could_not_be_read_is_not_resolved_where_it_was(self, make):
        first = compare({}, [make(region="eu-central-1")], judged(), NIGHT)
        unknown = {("S3_BUCKET_PUBLIC_ACL", "111111111111", "arn:aws:s3:::logs")}
        second = compare(first.memory, [], judged(unknown=unknown), NIGHT + timedelta(days=1))
        assert second.resolved == ()

    def test_a_problem_that_is_too_mild_for_the_schedule_now_is_silent_and_not_resolved(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        muted = {("S3_BUCKET_PUBLIC_ACL", "111111111111", "arn:aws:s3:::logs")}
        second = compare(first.memory, [], judged(muted=muted), NIGHT + timedelta(days=1))
        assert (second.findings, second.resolved) == ((), ())
        assert make().fingerprint in second.memory

    def test_a_region_that_left_the_schedule_is_silent_and_forgotten_in_time(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        elsewhere = judged(scopes=set(), regions={"111111111111": ("us-east-1",)})
        second = compare(first.memory, [], elsewhere, NIGHT + timedelta(days=1))
        assert (second.findings, second.resolved) == ((), ())
        third = compare(second.memory, [], elsewhere, NIGHT + FORGET_AFTER + timedelta(seconds=1))
        assert third.memory == {}

    def test_it_is_still_open_when_it_can_be_read_again(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [], judged(scopes=set()), NIGHT + timedelta(days=1))
        third = compare(second.memory, [make()], judged(), NIGHT + timedelta(days=2))
        assert state_of(third, make()) is State.OPEN

    def test_a_check_that_is_no_longer_selected_is_silent_and_kept(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        second = compare(first.memory, [], judged(selected=set()), NIGHT + timedelta(days=1))
        assert second.findings == ()
        assert second.resolved == ()
        assert make().fingerprint in second.memory

    def test_an_account_that_left_the_schedule_is_silent_and_forgotten_in_time(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        gone = judged(accounts=set(), scopes=set())
        second = compare(first.memory, [], gone, NIGHT + FORGET_AFTER + timedelta(seconds=1))
        assert second.resolved == ()
        assert second.memory == {}


class TestAccountsThatWereNotDiscovered:
    def night_without(self, make, **changes: object) -> Comparison:
        first = compare({}, [make()], judged(), NIGHT)
        return compare(first.memory, [], judged(accounts=set(), scopes=set(), **changes), NIGHT + timedelta(days=1))

    def test_their_problems_are_carried_over_as_unknown(self, make):
        (carried,) = self.night_without(make, accounts_known=False).findings
        assert (carried.status, carried.state) == (Status.UNKNOWN, State.OPEN)

    def test_those_that_are_known_to_be_left_out_are_silent(self, make):
        assert self.night_without(make, accounts_known=False, left_out={"111111111111"}).findings == ()

    def test_a_problem_that_an_account_was_asked_about_which_is_not_audited_itself_is_resolved(self, make):
        first = compare({}, [make()], judged(), NIGHT)
        scope = (make().check, "111111111111", "eu-central-1")
        second = compare(first.memory, [], judged(accounts=set(), scopes={scope}), NIGHT + timedelta(days=1))
        assert [finding.state for finding in second.resolved] == [State.RESOLVED]


class TestExceptions:
    def test_a_covered_problem_is_excepted_never_new(self, make):
        comparison = compare({}, [excepted(make())], judged(), NIGHT)
        assert state_of(comparison, make()) is State.EXCEPTED

    def test_a_problem_whose_exception_ended_is_reopened(self, make):
        first = compare({}, [excepted(make())], judged(), NIGHT)
        second = compare(first.memory, [make()], judged(), NIGHT + timedelta(days=1))
        assert state_of(second, make()) is State.REOPENED

    def test_an_excepted_problem_that_goes_away_is_not_announced(self, make):
        first = compare({}, [excepted(make())], judged(), NIGHT)
        second = compare(first.memory, [], judged(), NIGHT + timedelta(days=1))
        assert second.resolved == ()


findings = st.builds(
    lambda check, account, region, resource: Finding(
        fingerprint=fingerprint(check, account, region, resource, ""),
        check=check,
        severity="High",
        tier="A",
        status=Status.FAIL,
        account=AccountRef(account),
        region=region,
        resource=ResourceRef(resource, "AWS::S3::Bucket", resource),
        title="t",
        detail="d",
    ),
    st.sampled_from(CHECKS),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(REGIONS),
    st.sampled_from(("a", "b", "c")),
)
scopes = st.tuples(st.sampled_from(CHECKS), st.sampled_from(ACCOUNTS), st.sampled_from(REGIONS))


@given(st.lists(st.tuples(st.lists(findings), st.frozensets(scopes)), min_size=2, max_size=5))
def test_nothing_is_lost_whatever_the_nights_bring(nights):
    """Every problem ever seen is, in each later run, found, carried over, or was resolved by a run that could judge it."""
    memory: Memory = {}
    alive: set[str] = set()
    for number, (found, readable) in enumerate(nights):
        seen = {f.fingerprint: f for f in found if (f.check, f.account.id, f.region) in readable}
        comparison = compare(memory, seen.values(), judged(scopes=readable), NIGHT + timedelta(days=number))
        resolved = {f.fingerprint for f in comparison.resolved}
        listed = {f.fingerprint for f in comparison.findings}
        assert alive | set(seen) == listed | resolved
        assert not listed & resolved
        assert all((f.check, f.account.id, f.region) in readable for f in comparison.resolved)
        new = {f.fingerprint for f in comparison.findings if f.state is State.NEW}
        assert new.isdisjoint(memory)
        alive, memory = listed, comparison.memory


@given(st.lists(findings))
def test_memory_does_not_depend_on_the_order_of_findings(found):
    one = compare({}, found, judged(), NIGHT)
    other = compare({}, reversed(found), judged(), NIGHT)
    assert one.memory == other.memory
