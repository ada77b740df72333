"""Names of checks that have no effect are told, with the field, the name and what to write instead."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.checks.registry import Registry
from nightaudit_auditor.manifests import AuditException, AuditSchedule

SLACK = {"channel": "#security", "tokenSecretRef": {"name": "slack", "key": "token"}}


def told(registry: Registry, **spec: Any) -> list[str]:
    """Of a schedule."""
    spec = {"schedule": "17 3 * * *", "storage": {"s3": {"bucket": "b"}}} | spec
    schedule = msgspec.convert({"metadata": {"name": "nightly"}, "spec": spec}, AuditSchedule)
    return list(map(str, name_problems(registry, schedule)))


def told_of_exception(registry: Registry, *checks: str) -> list[str]:
    spec = {"match": {"checks": checks}, "reason": "known and accepted"}
    exception = msgspec.convert({"metadata": {"name": "known"}, "spec": spec}, AuditException)
    return list(map(str, name_problems(registry, exception)))


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
        problems = told(registry, checks=checks, **notified("ZZ_E"))
        assert [problem.split("'")[1] for problem in problems] == ["ZZ_A", "ZZ_B", "ZZ_C*", "ZZ_D", "ZZ_E"]


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
        checks = {"include": ["AUDIT_*"], "severityOverrides": overrides}
        assert told(registry, checks=checks, **notified("AUDIT_*")) == []
        assert told_of_exception(registry, "AUDIT_CHECK_ERROR") == []
