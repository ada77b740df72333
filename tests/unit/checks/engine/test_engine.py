"""The engine: what cannot be read or judged is said, and disturbs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.registry import (
    Check,
    Context,
    Fail,
    Kind,
    Resource,
    Result,
    Scope,
    Severity,
    Tier,
    Unknown,
)
from nightaudit_auditor.checks.results import CheckResult, Evaluation
from nightaudit_auditor.checks.selection import Selection
from nightaudit_auditor.checks.troubles import Parents
from nightaudit_auditor.snapshot import (
    NOT_ITS_TURN,
    REGION_CLOSED,
    SERVICE_NOT_IN_REGION,
    AccountData,
    DeniedBy,
    Gone,
    Outcome,
    Record,
    Unreadable,
)
from tests.unit.checks.build import NOW, OWN, SISTER, Settings, account, denied, failed, ok, organization

WEST, EAST = "eu-west-1", "us-east-1"


def _list(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            answer = data.answer("demo.list_things", region) or {}
        except Unreadable as problem:
            yield problem
            continue
        for name in answer.get("Things", []):
            yield Resource(f"arn:aws:demo:{region}:{data.account.id}:{name}", "AWS::Demo::Thing", name, region)


THING = Kind("AWS::Demo::Thing", ("demo.list_things",), _list, regional=True)


def _listed(region: str, *names: str) -> Any:
    return ok("demo.list_things", region, {"Things": list(names)})


def _check(evaluate: Callable[[Resource, Context], Iterable[Result]], **changes: Any) -> Check:
    defaults: dict[str, Any] = {
        "id": "DEMO_BAD", "title": "t", "severity": Severity.HIGH, "tier": Tier.A, "kind": THING, "description": "d",
        "risk": "r", "remediation": "m", "evaluate": evaluate,
    }  # fmt: skip
    return Check(**(defaults | changes))


def _bad(resource: Resource, _context: Context) -> Iterator[Result]:
    if resource.name.startswith("bad"):
        yield Fail("bad")


def _run(
    *accounts: AccountData, checks: Iterable[Check] = (), parents: Parents | None = None, **selection: Any
) -> Evaluation:
    audit = [c for c in load().checks.values() if c.id.startswith("AUDIT_")]
    chosen = Selection((*(checks or [_check(_bad)]), *audit), selection.pop("overrides", {}), **selection)
    return evaluate({a.account.id: a for a in accounts}, chosen, Settings(), NOW, parents=parents)


def _of(evaluation: Evaluation, check: str) -> list[CheckResult]:
    return [r for r in evaluation.results if r.check == check]


class TestListing:
    def test_a_problem_is_a_result_and_what_passes_is_counted(self) -> None:
        evaluation = _run(account(_listed(WEST, "bad-1", "good"), regions=(WEST,)))
        assert [r.resource.name for r in evaluation.results] == ["bad-1"]
        assert evaluation.passed["DEMO_BAD"] == 1
        assert ("DEMO_BAD", OWN, WEST) in evaluation.scopes

    def test_a_region_that_cannot_be_listed_is_one_unknown_and_no_scope(self) -> None:
        evaluation = _run(account(_listed(WEST, "bad-1"), denied("demo.list_things", EAST), regions=(WEST, EAST)))
        unknown = [r for r in _of(evaluation, "DEMO_BAD") if isinstance(r.outcome, Unknown)]
        assert [(r.region, r.resource.arn, r.resource.type) for r in unknown] == [
            (EAST, f"arn:aws:iam::{OWN}:root", "AWS::::Account")
        ]
        assert ("DEMO_BAD", OWN, EAST) not in evaluation.scopes
        assert ("DEMO_BAD", OWN, WEST) in evaluation.scopes
        assert any(isinstance(r.outcome, Fail) and r.region == WEST for r in _of(evaluation, "DEMO_BAD"))

    def test_a_listing_that_was_never_made_is_unknown_too(self) -> None:
        evaluation = _run(account(regions=(WEST,)))
        assert isinstance(_of(evaluation, "DEMO_BAD")[0].outcome, Unknown)
        assert [r.outcome.discriminator for r in _of(evaluation, "AUDIT_COLLECTION_FAILED")] == ["demo.list_things"]  # type: ignore[union-attr]

    def test_a_listing_that_breaks_is_an_error_of_the_auditor_and_no_scope(self) -> None:
        def broken(_data: AccountData) -> Iterator[Resource | Unreadable]:
            yield Resource("arn:aws:demo:eu-west-1:1:bad-1", "T", "bad-1", WEST)
            raise KeyError("Things")

        kind = Kind("T", (), broken, regional=True)
        evaluation = _run(account(regions=(WEST,)), checks=[_check(_bad, kind=kind)])
        assert len(_of(evaluation, "AUDIT_CHECK_ERROR")) == 1
        assert ("DEMO_BAD", OWN, WEST) not in evaluation.scopes
        assert any(r.resource.name == "bad-1" for r in _of(evaluation, "DEMO_BAD"))

    def test_a_global_kind_covers_the_regions_in_which_its_resources_may_be(self) -> None:
        def buckets(_data: AccountData) -> Iterator[Resource | Unreadable]:
            yield Resource("arn:aws:s3:::bad", "AWS::S3::Bucket", "bad", "ap-south-1")

        kind = Kind("AWS::S3::Bucket", (), buckets, regional=False)
        evaluation = _run(account(regions=(WEST,)), checks=[_check(_bad, kind=kind)])
        assert {(s[2]) for s in evaluation.scopes if s[0] == "DEMO_BAD"} == {"global", WEST, "ap-south-1"}

    def test_no_regions_because_they_could_not_be_read_is_said(self) -> None:
        evaluation = _run(account(denied("ec2.describe_regions"), regions=()))
        assert [r.check for r in evaluation.results] == ["AUDIT_COLLECTION_DENIED"]
        assert not any(s[0] == "DEMO_BAD" for s in evaluation.scopes)


class TestJudging:
    def test_what_was_found_before_the_data_ran_out_stands(self) -> None:
        def half(_resource: Resource, context: Context) -> Iterator[Result]:
            yield Fail("first", "port 22")
            context.data.answer("demo.get_thing", WEST)
            yield Fail("second", "port 23")

        evaluation = _run(
            account(_listed(WEST, "x"), denied("demo.get_thing", WEST), regions=(WEST,)), checks=[_check(half)]
        )
        outcomes = [r.outcome for r in _of(evaluation, "DEMO_BAD")]
        assert sorted(type(o).__name__ for o in outcomes) == ["Fail", "Unknown"]
        assert ("DEMO_BAD", OWN, WEST, f"arn:aws:demo:{WEST}:{OWN}:x") in evaluation.unknown
        assert evaluation.passed == {c: n for c, n in evaluation.passed.items() if c != "DEMO_BAD"}

    def test_an_unknown_never_stands_in_the_place_of_a_problem(self) -> None:
        def both(_resource: Resource, _context: Context) -> Iterator[Result]:
            yield Fail("whole verdict")
            yield Unknown("more could not be read")

        evaluation = _run(account(_listed(WEST, "x"), regions=(WEST,)), checks=[_check(both)])
        assert [type(r.outcome) for r in _of(evaluation, "DEMO_BAD")] == [Fail]
        assert len(evaluation.unknown) == 1

    def test_of_two_results_with_one_identity_the_graver_is_kept(self) -> None:
        def twice(_resource: Resource, _context: Context) -> Iterator[Result]:
            yield Fail("mild", severity=Severity.LOW)
            yield Fail("grave", severity=Severity.CRITICAL)

        evaluation = _run(account(_listed(WEST, "x"), regions=(WEST,)), checks=[_check(twice)])
        assert [(r.severity, r.outcome.detail) for r in evaluation.results if isinstance(r.outcome, Fail)] == [
            (Severity.CRITICAL, "grave")
        ]

    def test_a_resource_that_vanished_is_out_of_scope(self) -> None:
        def vanished(_resource: Resource, _context: Context) -> Iterator[Result]:
            raise Gone("demo.get_thing")
            yield  # type: ignore[unreachable]

        evaluation = _run(account(_listed(WEST, "x"), regions=(WEST,)), checks=[_check(vanished)])
        assert evaluation.results == ()
        assert {g[3] for g in evaluation.gone} == {f"arn:aws:demo:{WEST}:{OWN}:x"}
        assert evaluation.passed.get("DEMO_BAD", 0) == 0

    def test_resources_that_wait_for_their_turn_are_one_unknown_and_none_of_them_can_be_resolved(self) -> None:
        def detailed(resource: Resource, context: Context) -> Iterator[Result]:
            context.data.answer("demo.get_thing", resource.region, {"Name": resource.name})
            yield from ()

        waiting = [failed("demo.get_thing", WEST, Outcome.SKIPPED, code=NOT_ITS_TURN, Name=name) for name in ("b", "c")]
        data = account(_listed(WEST, "a", "b", "c"), ok("demo.get_thing", WEST, Name="a"), *waiting, regions=(WEST,))
        evaluation = _run(data, checks=[_check(detailed)])
        (found,) = evaluation.results
        assert isinstance(found.outcome, Unknown)
        assert found.resource.type == "AWS::::Account"
        assert {arn.rpartition(":")[2] for _, _, _, arn in evaluation.unknown} == {"b", "c", "root"}
        assert evaluation.passed["DEMO_BAD"] == 1

    def test_an_exception_is_one_unknown_and_an_error_and_disturbs_nobody(self) -> None:
        def fragile(resource: Resource, _context: Context) -> Iterator[Result]:
            if resource.name == "odd":
                raise TypeError("secret-free message")
            yield from _bad(resource, _context)

        other = _check(_bad, id="DEMO_OTHER")
        evaluation = _run(account(_listed(WEST, "bad-1", "odd"), regions=(WEST,)), checks=[_check(fragile), other])
        unknown = [r for r in _of(evaluation, "DEMO_BAD") if isinstance(r.outcome, Unknown)]
        assert [r.resource.name for r in unknown] == ["odd"]
        (error,) = _of(evaluation, "AUDIT_CHECK_ERROR")
        assert isinstance(error.outcome, Fail)
        assert error.resource.name == "odd"
        assert error.outcome.evidence == {
            "check": "DEMO_BAD",
            "exception": "TypeError",
            "message": "secret-free message",
        }
        assert [r.resource.name for r in _of(evaluation, "DEMO_OTHER")] == ["bad-1"]

    def test_an_account_check_sees_its_account_only(self) -> None:
        seen: dict[str, set[str]] = {}

        def looks(name: str) -> Callable[[Resource, Context], Iterable[Result]]:
            def look(_resource: Resource, context: Context) -> Iterable[Result]:
                seen.setdefault(name, set()).update(context.accounts)
                return ()

            return look

        checks = [_check(looks("one"), id="A"), _check(looks("all"), id="B", scope=Scope.ORGANIZATION)]
        _run(account(_listed(WEST, "x"), regions=(WEST,)), account(id_=SISTER), checks=checks)
        assert seen == {"one": {OWN}, "all": {OWN, SISTER}}

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [((), {"demo.list_things", "demo.get_thing"}), (("demo.get_thing",), {"demo.get_thing"})],
    )
    def test_of_other_accounts_an_organization_check_sees_what_it_asks_for(
        self, facts: tuple[str, ...], expected: set[str]
    ) -> None:
        seen: set[str] = set()

        def look(_resource: Resource, context: Context) -> Iterable[Result]:
            seen.update(context.accounts[SISTER].operations())
            assert "demo.list_things" in context.data.operations()
            return ()

        check = _check(look, scope=Scope.ORGANIZATION, needs=("demo.get_thing",), facts=facts)
        sister = account(_listed(WEST), ok("demo.get_thing", WEST), regions=(WEST,), id_=SISTER)
        _run(account(_listed(WEST, "x"), regions=(WEST,)), sister, checks=[check])
        assert seen == expected

    @pytest.mark.parametrize(("override", "expected"), [({}, "Low"), ({"DEMO_BAD": Severity.CRITICAL}, "Critical")])
    def test_the_schedule_s_severity_goes_before_the_condition_s(
        self, override: dict[str, Severity], expected: str
    ) -> None:
        def mild(_resource: Resource, _context: Context) -> Iterator[Result]:
            yield Fail("mild", severity=Severity.LOW)

        evaluation = _run(account(_listed(WEST, "x"), regions=(WEST,)), checks=[_check(mild)], overrides=override)
        assert [r.severity for r in evaluation.results] == [expected]

    def test_problems_milder_than_the_minimum_are_muted_but_not_what_is_unknown_nor_what_the_audit_says_of_itself(
        self,
    ) -> None:
        data = account(_listed(WEST, "bad-1"), denied("demo.list_things", EAST), regions=(WEST, EAST))
        evaluation = _run(data, minimum=Severity.CRITICAL)
        assert [r.check for r in evaluation.results] == ["AUDIT_COLLECTION_DENIED", "DEMO_BAD"]
        assert isinstance(evaluation.results[1].outcome, Unknown)
        [(check, _, region, arn)] = evaluation.muted
        assert (check, region) == ("DEMO_BAD", WEST)
        assert "bad-1" in arn

    def test_the_order_of_records_and_accounts_changes_nothing(self) -> None:
        records = [_listed(WEST, "bad-2", "bad-1"), denied("demo.list_things", EAST)]
        one = _run(account(*records, regions=(WEST, EAST)), account(*records, id_=SISTER, regions=(EAST, WEST)))
        two = _run(
            account(*records[::-1], id_=SISTER, regions=(WEST, EAST)), account(*records[::-1], regions=(EAST, WEST))
        )
        assert one == two


class TestTheAuditItself:
    def test_an_unreachable_account_is_one_finding_and_no_scope(self) -> None:
        data = account(denied("sts.assume_role"), regions=(WEST,), reachable=False, name="production")
        evaluation = _run(data)
        assert [(r.check, r.severity) for r in evaluation.results] == [("AUDIT_ACCOUNT_UNREACHABLE", Severity.HIGH)]
        assert "sts.assume_role: AccessDenied" in evaluation.results[0].outcome.detail  # type: ignore[union-attr]
        assert {s[0] for s in evaluation.scopes} == {"AUDIT_ACCOUNT_UNREACHABLE"}
        assert evaluation.unreachable == (OWN,)

    def test_denied_calls_are_one_finding_an_operation_with_regions_and_checks(self) -> None:
        data = account(denied("demo.list_things", EAST), denied("demo.list_things", WEST), regions=(WEST, EAST))
        (finding,) = _of(_run(data), "AUDIT_COLLECTION_DENIED")
        assert isinstance(finding.outcome, Fail)
        assert finding.outcome.discriminator == "demo.list_things"
        assert finding.outcome.evidence == {
            "operation": "demo.list_things", "regions": [WEST, EAST], "calls": 2, "codes": ["AccessDenied"],
            "checks": ["DEMO_BAD"], "unknown": ["DEMO_BAD"],
        }  # fmt: skip

    def test_a_denial_says_which_policies_refused_as_far_as_aws_said(self) -> None:
        def refused(region: str, by: DeniedBy) -> Record:
            return msgspec.structs.replace(denied("demo.list_things", region), denied_by=by)

        data = account(refused(EAST, DeniedBy.BOUNDARY), refused(WEST, DeniedBy.IDENTITY), regions=(WEST, EAST))
        (finding,) = _of(_run(data), "AUDIT_COLLECTION_DENIED")
        assert isinstance(finding.outcome, Fail)
        assert finding.outcome.detail.endswith(" by the role's own policies and the role's permissions boundary")
        assert finding.outcome.evidence["deniedBy"] == ["boundary", "identity"]
        (unsaid,) = _of(_run(account(refused(WEST, DeniedBy.UNKNOWN), regions=(WEST,))), "AUDIT_COLLECTION_DENIED")
        assert isinstance(unsaid.outcome, Fail)
        assert unsaid.outcome.detail == f"demo.list_things was denied in {WEST}"
        assert unsaid.outcome.evidence["deniedBy"] == ["unknown"]

    @pytest.mark.parametrize("outcome", [Outcome.THROTTLED, Outcome.ERROR, Outcome.SKIPPED, Outcome.BLOCKED])
    def test_other_failures_are_a_finding_of_their_own(self, outcome: Outcome) -> None:
        evaluation = _run(account(failed("demo.list_things", WEST, outcome), regions=(WEST,)))
        assert len(_of(evaluation, "AUDIT_COLLECTION_FAILED")) == 1
        assert _of(evaluation, "AUDIT_COLLECTION_DENIED") == []

    def test_a_call_that_was_not_made_for_want_of_its_list_is_told_once_with_the_list(self) -> None:
        child = failed("demo.get_thing", WEST, Outcome.SKIPPED, code="ParentNotRead")
        needs = _check(_bad, needs=("demo.get_thing",))
        evaluation = _run(account(denied("demo.list_things", WEST), child, regions=(WEST,)), checks=[needs])
        assert len(_of(evaluation, "AUDIT_COLLECTION_DENIED")) == 1
        assert _of(evaluation, "AUDIT_COLLECTION_FAILED") == []

    def test_likewise_where_the_list_is_another_services(self) -> None:
        zones = failed("route53.list_hosted_zones_by_vpc", outcome=Outcome.SKIPPED, code="ParentNotRead")
        needs = _check(_bad, needs=("ec2.describe_vpcs", "route53.list_hosted_zones_by_vpc"))
        data = account(_listed(WEST), denied("ec2.describe_vpcs", WEST), zones, regions=(WEST,))
        parents = {"route53.list_hosted_zones_by_vpc": frozenset({"ec2.describe_vpcs"})}
        evaluation = _run(data, checks=[needs], parents=parents)
        assert len(_of(evaluation, "AUDIT_COLLECTION_DENIED")) == 1
        assert _of(evaluation, "AUDIT_COLLECTION_FAILED") == []

    def test_but_a_parent_of_the_same_service_elsewhere_is_another_matter(self) -> None:
        child = failed("demo.get_thing", WEST, Outcome.SKIPPED, code="ParentNotRead")
        needs = _check(_bad, needs=("demo.get_thing",))
        data = account(denied("demo.list_things", EAST), _listed(WEST), child, regions=(EAST, WEST))
        evaluation = _run(data, checks=[needs], parents={"demo.get_thing": frozenset({"demo.list_things"})})
        assert len(_of(evaluation, "AUDIT_COLLECTION_FAILED")) == 1

    def test_but_it_is_told_if_nothing_else_tells(self) -> None:
        child = failed("demo.get_thing", WEST, Outcome.SKIPPED, code="ParentNotRead")
        needs = _check(_bad, needs=("demo.get_thing",))
        evaluation = _run(account(_listed(WEST), child, regions=(WEST,)), checks=[needs])
        assert len(_of(evaluation, "AUDIT_COLLECTION_FAILED")) == 1

    def test_a_closed_region_is_one_finding_whatever_was_not_asked_there(self) -> None:
        closed = {"code": REGION_CLOSED, "outcome": Outcome.BLOCKED}
        data = account(
            failed("demo.list_things", WEST, **closed), failed("demo.get_thing", WEST, **closed), _listed(EAST, "good"),
            regions=(EAST, WEST),
        )  # fmt: skip
        evaluation = _run(data, checks=[_check(_bad, needs=("demo.get_thing",))])
        (found,) = _of(evaluation, "AUDIT_COLLECTION_FAILED")
        assert isinstance(found.outcome, Fail)
        assert found.outcome.discriminator == WEST
        assert not _of(evaluation, "AUDIT_COLLECTION_DENIED")
        assert ("DEMO_BAD", OWN, WEST) not in evaluation.scopes
        assert ("DEMO_BAD", OWN, EAST) in evaluation.scopes

    def test_a_service_that_a_region_lacks_is_no_trouble_and_its_scope_is_known(self) -> None:
        lacking = failed("demo.list_things", WEST, Outcome.SKIPPED, code=SERVICE_NOT_IN_REGION)
        evaluation = _run(account(lacking, regions=(WEST,)))
        assert evaluation.results == ()
        assert ("DEMO_BAD", OWN, WEST) in evaluation.scopes

    def test_unknown_regions_are_told_once(self) -> None:
        unmade = failed("demo.list_things", outcome=Outcome.SKIPPED, code="RegionsUnknown")
        evaluation = _run(account(denied("ec2.describe_regions"), unmade, regions=()))
        assert [r.check for r in evaluation.results] == ["AUDIT_COLLECTION_DENIED"]

    def test_a_denied_call_that_no_selected_check_needs_is_nobody_s_business(self) -> None:
        evaluation = _run(account(_listed(WEST), denied("other.list_things", WEST), regions=(WEST,)))
        assert evaluation.results == ()

    def test_a_member_that_may_not_list_its_organization_is_normal(self) -> None:
        needs = _check(_bad, needs=("organizations.list_accounts",))
        management = account(*organization(SISTER, OWN), _listed(WEST), id_=SISTER, regions=(WEST,))
        member = account(denied("organizations.list_accounts"), _listed(WEST), regions=(WEST,))
        assert _run(management, member, checks=[needs]).results == ()

    def test_an_organization_that_nobody_could_read_is_a_finding_once_a_verdict_hangs_on_it(self) -> None:
        def needs(_resource: Resource, context: Context) -> Iterator[Result]:
            who = context.trust.classify("999999999999")
            yield Unknown(who.reason, who.operation)

        data = account(denied("organizations.list_accounts"), _listed(WEST, "x"), regions=(WEST,))
        evaluation = _run(data, checks=[_check(needs)])
        assert [r.outcome.discriminator for r in _of(evaluation, "AUDIT_COLLECTION_FAILED")] == []  # type: ignore[union-attr]
        denials = _of(evaluation, "AUDIT_COLLECTION_DENIED")
        assert [r.outcome.discriminator for r in denials] == ["organizations.list_accounts"]  # type: ignore[union-attr]
