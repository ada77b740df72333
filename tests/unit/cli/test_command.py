"""The command line: what a person gets for good and for bad input."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.cli.night import exit_status
from nightaudit_auditor.documents.summary import NotificationOutcome, SeverityCounts, TopicOutcome
from nightaudit_auditor.run import Ended
from nightaudit_auditor.snapshot import Account, SnapshotWriter
from tests.unit.documents.test_summary import summary

SCHEDULE = {
    "apiVersion": "nightaudit.dev/v1alpha1",
    "kind": "AuditSchedule",
    "metadata": {"name": "nightly", "namespace": "security"},
    "spec": {
        "schedule": "17 3 * * *",
        "accounts": [{"id": "111111111111", "roleARN": "arn:aws:iam::111111111111:role/nightaudit"}],
        "storage": {"s3": {"bucket": "nightaudit-results"}},
    },
}
EXCEPTION = {
    "apiVersion": "nightaudit.dev/v1alpha1",
    "kind": "AuditException",
    "metadata": {"name": "known"},
    "spec": {"match": {"checks": ["KMS_*"]}, "reason": "known and accepted"},
}


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


@pytest.fixture
def schedule(tmp_path) -> Path:
    path = tmp_path / "schedule.yaml"
    path.write_text(yaml.safe_dump(SCHEDULE))
    return path


class TestValidate:
    def test_a_good_schedule_is_said_to_be_good(self, run, schedule):
        result = run("validate", str(schedule))
        assert result.exit_code == 0
        assert "schedule.yaml" in result.stdout
        assert "ok" in result.stdout

    def test_a_bad_field_is_named_and_the_exit_status_is_2(self, run, tmp_path):
        bad = json.loads(json.dumps(SCHEDULE))
        bad["spec"]["accounts"][0]["roleARN"] = "arn:aws:iam::222222222222:role/nightaudit"
        path = tmp_path / "bad.yaml"
        path.write_text(yaml.safe_dump(bad))
        result = run("validate", str(path))
        assert result.exit_code == 2
        assert "spec.accounts[0].roleARN" in result.stderr

    def test_a_folder_is_read_whole_and_every_problem_is_told(self, run, tmp_path):
        (tmp_path / "a.yaml").write_text("- not\n- an object\n")
        (tmp_path / "b.yaml").write_text("kind: [unclosed")
        result = run("validate", str(tmp_path))
        assert result.exit_code == 2
        assert "a.yaml" in result.stderr
        assert "b.yaml" in result.stderr

    @pytest.mark.parametrize(
        ("checks", "said"),
        [
            (
                {"include": ["S3_BUKET_*", "S3_*"]},
                "spec.checks.include[0]: 'S3_BUKET_*' matches no check: did you mean S3_BUCKET_*?",
            ),
            (
                {"severityOverrides": [{"check": "IAM_USER_TWO_KEY", "severity": "Low"}]},
                "spec.checks.severityOverrides[0].check: 'IAM_USER_TWO_KEY' is not the name of a check: did you mean IAM_USER_TWO_KEYS?",
            ),
            (
                {
                    "severityOverrides": [
                        {"check": name, "severity": "Low"} for name in ("ES_PUBLIC", "OPENSEARCH_PUBLIC")
                    ]
                },
                (
                    "spec.checks.severityOverrides[1].check: 'OPENSEARCH_PUBLIC' and 'ES_PUBLIC' (spec.checks.severityOverrides[0].check) "
                    "are one check, OPENSEARCH_PUBLIC: keep one of them"
                ),
            ),
            (
                {"include": ["KMS_ROTATION_OFF"], "minimumSeverity": "Critical"},
                (
                    "spec.checks: leaves no check to run but those that always run: name more in include or less in exclude, or "
                    "lower minimumSeverity"
                ),
            ),
            (
                {"parameters": {"unusedDays": 3651}},
                "spec.checks.parameters.unusedDays: must be less than or equal to 3650",
            ),
        ],
    )
    def test_what_a_schedule_says_of_checks_in_vain_is_refused(self, run, tmp_path, checks, said):
        bad = SCHEDULE | {"spec": SCHEDULE["spec"] | {"checks": checks}}
        (tmp_path / "bad.yaml").write_text(yaml.safe_dump(bad))
        result = run("validate", "bad.yaml")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"bad.yaml, document 1 (line 1): {said}\n"

    def test_an_exception_that_names_no_check_is_refused(self, run, tmp_path):
        exception = EXCEPTION | {"spec": EXCEPTION["spec"] | {"match": {"checks": ["KMS_*", "KMZ_*"]}}}
        (tmp_path / "bad.yaml").write_text(yaml.safe_dump_all([EXCEPTION, exception]))
        result = run("validate", "bad.yaml")
        assert (result.exit_code, result.stdout) == (2, "bad.yaml, document 1 (line 1): ok\n")
        assert "document 2" in result.stderr
        assert "spec.match.checks[1]: 'KMZ_*' matches no check: did you mean KMS_*?" in result.stderr


class TestRun:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("exceptions.yaml", b"kind: [unclosed", "exceptions.yaml"),
            ("exceptions.json.gz", gzip.compress(b"[]")[:-5], "exceptions.json.gz"),
            ("exceptions.txt", b"", "exceptions.txt"),
        ],
    )
    def test_never_starts_without_the_exceptions_it_was_given(self, run, schedule, tmp_path, name, content, said):
        (tmp_path / name).write_bytes(content)
        result = run("run", "-f", str(schedule), "-x", str(tmp_path / name))
        assert result.exit_code == 2
        assert said in result.stderr

    def test_a_missing_schedule_is_named(self, run):
        result = run("run", "-f", "nowhere.yaml")
        assert result.exit_code == 2
        assert "nowhere.yaml" in result.stderr

    def test_a_deadline_that_is_no_number_is_refused(self, run, schedule, monkeypatch):
        monkeypatch.setenv("NIGHTAUDIT_DEADLINE_SECONDS", "soon")
        result = run("run", "-f", str(schedule))
        assert result.exit_code == 2
        assert "NIGHTAUDIT_DEADLINE_SECONDS" in result.stderr


class TestExitStatus:
    @pytest.mark.parametrize(
        ("fields", "configuration", "fail_on", "status"),
        [
            ({}, False, None, 0),
            ({"result": "Partial"}, False, None, 0),
            ({"result": "Error"}, False, None, 1),
            ({"result": "Error"}, True, None, 2),
            ({"notifications": (NotificationOutcome("a", False, "Rejected"),)}, False, None, 1),
            ({"errors_topic": TopicOutcome(False, "gone")}, False, None, 1),
            ({"findings": SeverityCounts(critical=1)}, False, "High", 3),
            ({"findings": SeverityCounts(high=1)}, False, "high", 3),
            ({"findings": SeverityCounts(medium=1)}, False, "High", 0),
        ],
    )
    def test_says_how_the_run_ended(self, fields, configuration, fail_on, status):
        fields = {"findings": SeverityCounts()} | fields
        assert exit_status(Ended(summary(**fields), configuration), fail_on) == status


class TestChecks:
    def test_list_names_every_check_once(self, run):
        listed = json.loads(run("checks", "list", "-o", "json").stdout)
        ids = [check["id"] for check in listed]
        assert len(ids) == len(set(ids)) >= 25

    def test_show_understands_cloudmappers_names(self, run):
        assert "EBS_SNAPSHOT_PUBLIC" in run("checks", "show", "ebs_snapshot_public").stdout
        assert "GUARDDUTY_OFF" in run("checks", "show", "GUARDDUTY_OFF", "-o", "json").stdout

    def test_show_says_which_fields_the_check_honours_with_unit_default_and_bounds(self, run):
        shown = run("checks", "show", "IAM_ROOT_USED").stdout
        field = (
            "checks.parameters.rootUsedDays (integer, 1 to 3650; default 7): A use of the root user within so many days"
        )
        assert f"parameters:   {field}" in shown
        told = json.loads(run("checks", "show", "IAM_ROOT_USED", "-o", "json").stdout)
        assert [(p["path"], p["form"], p["default"]) for p in told["parameters"]] == [
            ("checks.parameters.rootUsedDays", "integer, 1 to 3650", "7")
        ]

    def test_show_says_how_it_is_set_right_with_terraform(self, run):
        shown = run("checks", "show", "GUARDDUTY_OFF").stdout
        assert 'terraform:    resource "aws_guardduty_detector" "this" {\n                enable = true' in shown

    def test_show_says_what_has_to_be_asked_for(self, run):
        assert "only if checks.include names it" in run("checks", "show", "EC2_INSTANCE_OLD").stdout
        assert "by default" in run("checks", "show", "GUARDDUTY_OFF").stdout

    def test_an_unknown_id_is_refused(self, run):
        result = run("checks", "show", "NO_SUCH_CHECK")
        assert result.exit_code == 2
        assert "NO_SUCH_CHECK" in result.stderr


class TestSnapshots:
    def test_a_folder_without_a_snapshot_is_refused(self, run, schedule, tmp_path):
        (tmp_path / "empty").mkdir()
        result = run("audit", str(tmp_path / "empty"), "-f", str(schedule))
        assert result.exit_code == 2
        assert "holds no snapshot" in result.stderr

    def test_findings_that_are_none_are_refused(self, run, tmp_path):
        (tmp_path / "a.gz").write_bytes(b"no gzip")
        result = run("diff", str(tmp_path / "a.gz"), str(tmp_path / "a.gz"))
        assert result.exit_code == 2
        assert "a.gz:1" in result.stderr


def test_help_loads_nothing_that_costs_time():
    code = (
        "import sys; from nightaudit_auditor.cli.main import cli; "
        "heavy = {'boto3', 'botocore', 'aiohttp', 'rich', 'jinja2', 'yaml', 'slack_sdk'} & set(sys.modules); "
        "sys.exit(f'loaded: {sorted(heavy)}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-Ic", code], check=True)


class TestWhatIsSaidOfChecksInVain:
    @pytest.fixture
    def asked(self, tmp_path) -> tuple[str, str]:
        """An empty snapshot, and a schedule that gives one check two severities."""
        account = Account(id="111111111111", name="prod")
        with SnapshotWriter(tmp_path / "snapshot", "run-1").account(
            account, regions=[], reachable=True, time="2026-01-01T00:00:00Z"
        ):
            pass
        overrides = [{"check": check, "severity": "Low"} for check in ("KMS_PUBLIC", "KMS_KEY_PUBLIC")]
        spec = SCHEDULE["spec"] | {"checks": {"severityOverrides": overrides}}
        (tmp_path / "twice.yaml").write_text(yaml.safe_dump(SCHEDULE | {"spec": spec}))
        return str(tmp_path / "snapshot"), str(tmp_path / "twice.yaml")

    def test_is_a_warning_of_an_audit(self, run, asked):
        snapshot, schedule = asked
        result = run("audit", snapshot, "-f", schedule)
        assert result.exit_code == 0
        assert "warning: spec.checks.severityOverrides[1].check: 'KMS_KEY_PUBLIC' and 'KMS_PUBLIC'" in result.stderr

    def test_is_among_the_errors_in_a_report(self, run, asked, tmp_path):
        snapshot, schedule = asked
        result = run("report", snapshot, "-f", schedule, "report.html")
        assert result.exit_code == 0, result.stderr
        assert "<li>spec.checks.severityOverrides[1].check: " in (tmp_path / "report.html").read_text()
