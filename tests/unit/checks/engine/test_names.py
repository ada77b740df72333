"""What is said of checks to no effect is told, with the field, the name and what to write instead."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.checks.registry import Registry
from nightaudit_auditor.manifests import AuditException, AuditSchedule

SLACK = {"channel": "#security", "tokenSecretRef": {"name": "slack", "key": "token"}}
NOTHING = (
    "spec.checks: leaves no check to run but those that always run: name more in include or less in exclude, or lower "
    "minimumSeverity"
)


def told(registry: Registry, **spec: Any) -> list[str]:
    """Of a schedule."""
    spec = {"schedule": "17 3 * * *", "storage": {"s3": {"bucket": "b"}}} | spec
    schedule = msgspec.convert({"metadata": {"name": "nightly"}, "spec": spec}, AuditSchedule)
    return list(map(str, name_problems(registry, schedule)))


def told_of_exception(registry: Registry, *checks: str) -> list[str]:
    spec = {"match": {"checks": checks}, "reason": "known and accepted"}
    exception = msgspec.convert({"metadata": {"name": "known"}, "spec": spec}, AuditException)
    return list(map(str, name_problems(registry, exception)))


def overriding(*names: str) -> dict[str, Any]:
    return {"severityOverrides": [{"check": name, "severity": "Low"} for name in names]}


def notified(*checks: str) -> dict[str, Any]:
    return {
        "notifications": [{"name": "a", "slack": SLACK}, {"name": "b", "slack": SLACK, "match": {"checks": checks}}]
    }


class TestWhatNamesNoCheck:
    @pytest.mark.parametrize(
        ("spec", "problem"),
        [
            (
                {"checks": {"include": ["KMS_*", "IAM_USER_TWO_KEY"]}},
                "spec.checks.include[1]: 'IAM_USER_TWO_KEY' is not the name of a check: did you mean IAM_USER_TWO_KEYS?",
            ),
            (
                {"checks": {"exclude": ["S4_*"]}},
                "spec.checks.exclude[0]: 'S4_*' matches no check: did you mean S3_*?",
            ),
            (
                {"checks": {"exclude": ["nothing"]}},
                "spec.checks.exclude[0]: 'nothing' is not the name of a check: `nightaudit checks list` shows them all",
            ),
            (
                {"checks": {"exclude": ["s3_*"]}},
                "spec.checks.exclude[0]: 's3_*' matches no check: did you mean S3_*?",
            ),
            (
                {"checks": {"severityOverrides": [{"check": "ES_PUBLICS", "severity": "Low"}]}},
                "spec.checks.severityOverrides[0].check: 'ES_PUBLICS' is not the name of a check: did you mean ES_PUBLIC?",
            ),
            (
                notified("KMS_*", "GUARDDUTY_OF?F"),
                "spec.notifications[1].match.checks[1]: 'GUARDDUTY_OF?F' matches no check: did you mean GUARDDUTY_*?",
            ),
        ],
    )
    def test_in_a_schedule(self, registry: Registry, spec: dict[str, Any], problem: str) -> None:
        assert told(registry, **spec) == [problem]

    def test_in_an_exception(self, registry: Registry) -> None:
        assert told_of_exception(registry, "S3_*", "S3_BUKET_*", "ROOT_USER_*") == [
            "spec.match.checks[1]: 'S3_BUKET_*' matches no check: did you mean S3_BUCKET_*?"
        ]

    def test_every_one_of_them_is_told_in_the_order_of_the_manifest(self, registry: Registry) -> None:
        checks = {
            "include": ["ZZ_A"],
            "exclude": ["ZZ_B", "ZZ_C*"],
            "severityOverrides": [{"check": "ZZ_D", "severity": "Low"}],
        }
        *problems, last = told(registry, checks=checks, **notified("ZZ_E"))
        assert [problem.split("'")[1] for problem in problems] == ["ZZ_A", "ZZ_B", "ZZ_C*", "ZZ_D", "ZZ_E"]
        assert last.startswith("spec.checks: leaves no check to run")


class TestCloudMappersNames:
    def test_are_names_wherever_checks_are_named(self, registry: Registry) -> None:
        overrides = [{"check": "ES_PUBLIC", "severity": "Low"}]
        checks = {"include": ["KMS_*", "ES_*"], "exclude": ["KMS_PUBLIC"], "severityOverrides": overrides}
        assert told(registry, checks=checks, **notified("ES_PUBLIC", "ROOT_USER_*")) == []
        assert told_of_exception(registry, "ES_PUBLIC") == []


class TestWhatAlwaysRuns:
    @pytest.mark.parametrize("name", ["AUDIT_CHECK_ERROR", "AUDIT_*", "EXCEPTION"])
    def test_cannot_be_excluded(self, registry: Registry, name: str) -> None:
        (problem,) = told(registry, checks={"exclude": [name]})
        assert problem.startswith(f"spec.checks.exclude[0]: {name!r} names only checks that always run: cover")

    def test_may_be_among_what_a_glob_excludes(self, registry: Registry) -> None:
        assert told(registry, checks={"exclude": ["A*"]}) == []

    def test_may_be_named_everywhere_else(self, registry: Registry) -> None:
        overrides = [{"check": "AUDIT_CHECK_ERROR", "severity": "Low"}]
        checks = {"include": ["AUDIT_*", "KMS_*"], "severityOverrides": overrides}
        assert told(registry, checks=checks, **notified("AUDIT_*")) == []
        assert told_of_exception(registry, "AUDIT_CHECK_ERROR") == []

    def test_is_no_audit_by_itself(self, registry: Registry) -> None:
        assert told(registry, checks={"include": ["AUDIT_*"]}) == [NOTHING]


class TestTwoSeveritiesOfOneCheck:
    @pytest.mark.parametrize(
        ("first", "second", "check"),
        [
            ("KMS_KEY_PUBLIC", "KMS_PUBLIC", "KMS_KEY_PUBLIC"),
            ("KMS_PUBLIC", "KMS_KEY_PUBLIC", "KMS_KEY_PUBLIC"),
            ("S3_ACCESS_BLOCK_OFF", "S3_ACCESS_BLOCK_ALL_ACCESS_TYPES", "S3_ACCOUNT_PAB_OFF"),
        ],
    )
    def test_are_told_with_both_places(self, registry: Registry, first: str, second: str, check: str) -> None:
        (problem,) = told(registry, checks=overriding(first, "KMS_ROTATION_OFF", second))
        assert problem == (
            f"spec.checks.severityOverrides[2].check: {second!r} and {first!r} (spec.checks.severityOverrides[0].check) are "
            f"one check, {check}: keep one of them"
        )

    def test_a_third_is_told_of_the_first_as_well(self, registry: Registry) -> None:
        problems = told(registry, checks=overriding("IAM_POLICY_LINT", "IAM_LINTER", "IAM_UNEXPECTED_FORMAT"))
        assert [problem.count("severityOverrides[0]") for problem in problems] == [1, 1]


class TestWhatIsIncludedAndExcluded:
    @pytest.mark.parametrize(
        ("include", "exclude"),
        [("KMS_ROTATION_OFF", "KMS_*"), ("KMS_R*", "KMS_*"), ("KMS_PUBLIC", "KMS_KEY_PUBLIC"), ("KMS_KEY_P*", "*")],
    )
    def test_is_told(self, registry: Registry, include: str, exclude: str) -> None:
        problems = told(registry, checks={"include": ["KMS_*", "S3_*", include], "exclude": [exclude]})
        assert (
            f"spec.checks.include[2]: {include!r} names only checks that spec.checks.exclude names too: take it out, or "
            "exclude less"
        ) in problems

    def test_is_told_of_several_exclusions_together(self, registry: Registry) -> None:
        (problem,) = told(
            registry, checks={"include": ["S3_*", "ROOT_USER_*"], "exclude": ["IAM_ROOT_NO_MFA", "IAM_ROOT_A*"]}
        )
        assert problem.startswith("spec.checks.include[1]: 'ROOT_USER_*' names only checks")

    def test_in_part_is_what_exclusions_are_for(self, registry: Registry) -> None:
        assert told(registry, checks={"include": ["KMS_*"], "exclude": ["KMS_ROTATION_OFF"]}) == []

    def test_is_not_told_of_what_always_runs(self, registry: Registry) -> None:
        assert told(registry, checks={"include": ["AUDIT_*", "S3_*"], "exclude": ["A*"]}) == []


class TestASelectionOfNothing:
    @pytest.mark.parametrize(
        "checks",
        [
            {"exclude": ["*"]},
            {"include": ["KMS_*"], "exclude": ["K*"]},
            {"include": ["KMS_ROTATION_OFF"], "minimumSeverity": "Critical"},
            {"include": ["KMS_KEY_PUBLIC"], "minimumSeverity": "High", **overriding("KMS_PUBLIC")},
        ],
    )
    def test_is_told(self, registry: Registry, checks: dict[str, Any]) -> None:
        assert told(registry, checks=checks)[-1] == NOTHING

    def test_is_none_if_an_override_lifts_one_over_the_minimum(self, registry: Registry) -> None:
        lifted = [{"check": "KMS_ROTATION_OFF", "severity": "Critical"}]
        checks = {"include": ["KMS_ROTATION_OFF"], "minimumSeverity": "Critical", "severityOverrides": lifted}
        assert told(registry, checks=checks) == []
