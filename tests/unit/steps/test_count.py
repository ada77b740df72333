"""What findings add up to."""

from __future__ import annotations

import msgspec
import pytest

from nightaudit_auditor.documents.summary import SeverityCounts
from nightaudit_auditor.findings.model import AccountRef, ExceptionRef, Finding, ResourceRef, State, Status
from nightaudit_auditor.steps.count import audit_errors, open_counts, result_of, severity_counts, unknown_count

FINDING = Finding(
    fingerprint="f",
    check="S3_BUCKET_PUBLIC_ACL",
    severity="High",
    tier="A",
    status=Status.FAIL,
    account=AccountRef("111111111111", "production"),
    region="eu-central-1",
    resource=ResourceRef("arn:aws:s3:::b", "AWS::S3::Bucket", "b"),
    title="t",
    detail="d",
    state=State.OPEN,
)


def excepted(effect: str) -> Finding:
    return msgspec.structs.replace(FINDING, state=State.EXCEPTED, exception=ExceptionRef("e", effect, "because"))


UNKNOWN = msgspec.structs.replace(FINDING, status=Status.UNKNOWN, state=None)


class TestCounts:
    def test_an_acknowledged_problem_counts_and_an_excluded_one_does_not(self):
        assert severity_counts([FINDING, excepted("Acknowledge"), excepted("Exclude")]) == SeverityCounts(high=2)

    def test_what_could_not_be_judged_is_counted_apart(self):
        assert severity_counts([UNKNOWN]).total == 0
        assert unknown_count([UNKNOWN, FINDING]) == 1

    def test_people_are_told_of_open_problems_only(self):
        assert open_counts([FINDING, excepted("Acknowledge"), UNKNOWN]) == {"High": 1}


class TestResult:
    @pytest.mark.parametrize(
        ("high", "unknown", "reached", "unreached", "incomplete", "result"),
        [
            (0, 0, 3, 0, False, "Clean"),
            (1, 0, 3, 0, False, "Findings"),
            (0, 1, 3, 0, False, "Partial"),
            (1, 0, 2, 1, False, "Partial"),
            (0, 0, 3, 0, True, "Partial"),
            (0, 0, 0, 3, False, "Error"),
        ],
    )
    def test_says_clean_only_if_everything_was_judged(self, high, unknown, reached, unreached, incomplete, result):
        counts = SeverityCounts(high=high)
        assert result_of(counts, unknown=unknown, reached=reached, unreached=unreached, incomplete=incomplete) == result


class TestErrors:
    def test_are_the_auditors_own_troubles(self):
        trouble = msgspec.structs.replace(
            FINDING,
            check="AUDIT_ACCOUNT_UNREACHABLE",
            detail="could not be audited",
            evidence={"message": "AccessDenied"},
        )
        assert audit_errors([FINDING, trouble]) == ("production: could not be audited: AccessDenied",)

    def test_of_the_schedule_itself_bear_its_name(self):
        trouble = msgspec.structs.replace(
            FINDING, check="AUDIT_DISCOVERY_INCOMPLETE", account=AccountRef(""), detail="not all are known",
            resource=ResourceRef("auditschedule/security/nightly", "AuditSchedule", "nightly"),
        )  # fmt: skip
        assert audit_errors([trouble]) == ("nightly: not all are known",)
