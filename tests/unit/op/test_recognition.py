"""What is said of checks to no effect is a condition of the schedule or the exception, and of nothing else."""

from __future__ import annotations

import pytest

from nightaudit_operator.api.conditions import MESSAGE_CHARACTERS, find
from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import exception_status, schedule_status
from nightaudit_operator.plan.events import events

SLACK = {"tokenSecretRef": {"name": "slack", "key": "token"}}


@pytest.fixture(scope="module")
def say(build):
    """The status of a schedule, or of an exception."""

    def say(item):
        if type(item).__name__ == "AuditException":
            return exception_status.status(item, (), build.now)
        return schedule_status.status(
            item, Children(), problem=None, config_map="nightly-0", active_exceptions=0, now=build.now
        )

    return say


@pytest.fixture(scope="module")
def told(say):
    """`status/reason: message` of ChecksRecognized."""

    def told(item):
        condition = find(say(item).conditions, "ChecksRecognized")
        return f"{condition.status}/{condition.reason}: {condition.message.partition(': `nightaudit validate`')[0]}"

    return told


class TestASchedule:
    def test_that_names_no_check_or_only_known_ones_is_recognized(self, build, told):
        overrides = [{"check": "S3_PUBLIC_ACL", "severity": "Low"}]
        checks = {"include": ["KMS_*", "ES_PUBLIC"], "exclude": ["*_ROTATION_*"], "severityOverrides": overrides}
        for spec in ({}, {"checks": checks}):
            assert (
                told(build.schedule(**spec))
                == "True/AllRecognized: every check that is named is known, and nothing contradicts itself"
            )

    def test_lists_every_name_without_effect_with_its_field(self, build, told):
        overrides = [{"check": "KMS_ROTATION_OFF", "severity": "Low"}, {"check": "KMS_ROTATION", "severity": "Low"}]
        checks = {"include": ["KMZ_*", "KMS_*"], "exclude": ["AUDIT_*", "s3_*", "A*"], "severityOverrides": overrides}
        notifications = [{"name": "a", "slack": SLACK, "match": {"checks": ["KMS_*", "ES_PUBLIC", "ES_PUBLICS"]}}]
        assert told(build.schedule(checks=checks, notifications=notifications)) == "False/UnknownChecks: " + "; ".join(
            (
                "spec.checks.include[0]: 'KMZ_*' matches no check",
                "spec.checks.exclude[0]: 'AUDIT_*' names only checks that always run",
                "spec.checks.exclude[1]: 's3_*' matches no check",
                "spec.checks.severityOverrides[1].check: 'KMS_ROTATION' is not the name of a check",
                "spec.notifications[0].match.checks[2]: 'ES_PUBLICS' is not the name of a check",
            )
        )

    def test_that_excludes_what_always_runs_is_told_so(self, build, told):
        schedule = build.schedule(checks={"exclude": ["EXCEPTION"]})
        assert told(schedule) == (
            "False/NotExcludable: spec.checks.exclude[0]: 'EXCEPTION' names only checks that always run"
        )

    def test_that_gives_a_check_two_severities_is_told_both_places(self, build, told):
        overrides = [{"check": "KMS_PUBLIC", "severity": "Low"}, {"check": "KMS_KEY_PUBLIC", "severity": "High"}]
        assert told(build.schedule(checks={"severityOverrides": overrides})) == (
            "False/OverriddenTwice: spec.checks.severityOverrides[1].check: 'KMS_KEY_PUBLIC' and 'KMS_PUBLIC' "
            "(spec.checks.severityOverrides[0].check) are one check, KMS_KEY_PUBLIC"
        )

    def test_that_includes_what_it_excludes_is_told_so(self, build, told):
        schedule = build.schedule(checks={"include": ["S3_*", "KMS_PUBLIC"], "exclude": ["KMS_*"]})
        assert told(schedule) == (
            "False/IncludedAndExcluded: spec.checks.include[1]: 'KMS_PUBLIC' names only checks that spec.checks.exclude "
            "names too"
        )

    @pytest.mark.parametrize(
        "checks",
        [
            {"include": ["AUDIT_*"]},
            {"exclude": ["*"]},
            {"include": ["KMS_ROTATION_OFF"], "minimumSeverity": "Critical"},
        ],
    )
    def test_that_leaves_no_check_is_told_so(self, build, told, checks):
        assert told(build.schedule(checks=checks)) == (
            "False/NothingSelected: spec.checks: leaves no check to run but those that always run"
        )

    def test_an_override_counts_for_what_is_left(self, build, told):
        overrides = [{"check": "KMS_ROTATION_OFF", "severity": "Critical"}]
        checks = {"include": ["KMS_*"], "minimumSeverity": "Critical", "severityOverrides": overrides}
        assert told(build.schedule(checks=checks)).startswith("True/AllRecognized")

    @pytest.mark.parametrize(
        ("checks", "reason"),
        [
            ({"include": ["KMZ_*"], "exclude": ["AUDIT_*"]}, "NothingSelected"),
            ({"include": ["S3_*", "KMS_PUBLIC"], "exclude": ["KMS_*", "KMZ_*"]}, "UnknownChecks"),
            ({"include": ["S3_*", "KMS_PUBLIC"], "exclude": ["AUDIT_*", "KMS_*"]}, "IncludedAndExcluded"),
        ],
    )
    def test_with_several_troubles_names_the_gravest(self, build, told, checks, reason):
        assert told(build.schedule(checks=checks)).startswith(f"False/{reason}: ")

    def test_stays_ready(self, build, say, reason):
        assert reason(say(build.schedule(checks={"include": ["KMZ_*"]})), "Ready") == "True/Scheduled"

    def test_that_cannot_be_read_says_nothing_of_it(self, build, say):
        assert find(say(build.schedule(checks=5)).conditions, "ChecksRecognized") is None

    def test_with_more_of_them_than_a_message_holds_says_how_many_are_not_told(self, build, say):
        names = [f"{number:04d}".ljust(128, "x") for number in range(200)]
        match = [{"name": "a", "slack": SLACK}] * 99 + [{"name": "b", "slack": SLACK, "match": {"checks": names}}]
        message = find(say(build.schedule(notifications=match)).conditions, "ChecksRecognized").message
        told = message.count("is not the name of a check")
        assert message.endswith(f"; and {200 - told} more: `nightaudit validate` says what to write instead")
        assert MESSAGE_CHARACTERS - 300 < len(message) <= MESSAGE_CHARACTERS


class TestAnException:
    def test_that_names_checks_is_recognized(self, build, told):
        exception = build.exception(match={"checks": ["S3_*", "ES_PUBLIC", "AUDIT_*"]})
        assert (
            told(exception) == "True/AllRecognized: every check that is named is known, and nothing contradicts itself"
        )

    def test_that_names_none_is_told_so_and_stays_active(self, build, told, say, reason):
        exception = build.exception(match={"checks": ["S3_*", "S9_*"]})
        assert told(exception) == "False/UnknownChecks: spec.match.checks[1]: 'S9_*' matches no check"
        assert reason(say(exception), "Active") == "True/Active"

    def test_that_cannot_be_read_says_nothing_of_it(self, build, say):
        assert find(say(build.exception(match=5)).conditions, "ChecksRecognized") is None


def test_an_event_tells_of_it_once_and_of_its_end(build, say):
    good, bad = (say(build.schedule(checks={"exclude": [glob]})).conditions for glob in ("KMS_*", "KMZ_*"))
    assert [(event.type, event.reason) for event in events(good, bad)] == [("Warning", "UnknownChecks")]
    assert events(bad, bad) == ()
    assert [(event.type, event.reason) for event in events(bad, good)] == [("Normal", "AllRecognized")]
