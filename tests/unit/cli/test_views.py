"""`nightaudit public|admins|trust|unused`: the same rows as a table, as JSON, as CSV, and the trust graph for Graphviz."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.snapshot import Account, AccountData, Record, SnapshotWriter
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, STRANGER, denied, ok
from tests.unit.checks.ec2.cases import SSH, instance, world
from tests.unit.checks.iam.build import ADMIN_ARN, ADMINISTRATOR_ACCESS, attached, details, role, trusting, user
from tests.unit.cli.test_command import SCHEDULE

DATADOG = "464622532012"
HOSTILE = 'a"b\\N\n<b>bold</b>[red]\x1b[31mred\u202e'
VIEWS = {
    "public": ("account", "region", "type", "name", "status", "family", "protocol", "ports", "detail"),
    "admins": ("account", "type", "name", "status", "expected", "why"),
    "trust": ("account", "type", "resource", "party", "relation", "name", "external id", "principals", "detail"),
    "unused": ("account", "region", "type", "name", "status", "why"),
}


def written(folder: Path, *records: Record, name: str = "prod") -> Path:
    writer = SnapshotWriter(folder, "run-1").account(
        Account(id=OWN, name=name), regions=[REGION], reachable=True, time="2026-01-01T00:00:00Z"
    )
    with writer:
        for record in records:
            writer.write(record)
    return folder


def records(data: AccountData) -> list[Record]:
    return [record for name in data.operations() for record in data.records(name)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot in which every view finds something, called by a hostile name, and cannot read something else."""
    named = instance(Tags=[{"Key": "Name", "Value": HOSTILE}])
    boss = user(HOSTILE, Arn=f"arn:aws:iam::{OWN}:user/x", AttachedManagedPolicies=[attached(ADMIN_ARN)])
    return written(
        tmp_path,
        *records(world(SSH, instances=[named])),
        details(boss, role(trusting({"AWS": [STRANGER, DATADOG]}), name=HOSTILE), ADMINISTRATOR_ACCESS),
        ok("ec2.describe_volumes", REGION, {"Volumes": [{"VolumeId": HOSTILE, "State": "available"}]}),
        denied("rds.describe_db_instances", REGION),
        denied("lambda.list_functions", REGION),
        denied("ec2.describe_addresses", REGION),
        denied("sqs.list_queues", REGION),
        *NO_ORGANIZATION,
    )


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.stderr
    return result


@pytest.mark.parametrize("view", VIEWS)
class TestEveryView:
    def test_csv_has_the_columns_of_the_table(self, view: str, folder: Path) -> None:
        header = next(csv.reader(io.StringIO(run(view, str(folder), "-o", "csv").stdout)))
        assert tuple(header) == VIEWS[view]
        table = run(view, str(folder)).stdout.splitlines()[0]
        assert re.split(r"\s{2,}", table.strip()) == [column.upper() for column in VIEWS[view]]

    def test_all_forms_have_as_many_rows(self, view: str, folder: Path) -> None:
        found = len(json.loads(run(view, str(folder), "-o", "json").stdout))
        assert found > 1
        assert len(list(csv.reader(io.StringIO(run(view, str(folder), "-o", "csv").stdout)))) == found + 1
        assert len(run(view, str(folder)).stdout.splitlines()) == found + 1

    @pytest.mark.parametrize("output", ["table", "csv", "json"])
    def test_what_was_not_read_is_said_with_its_operation(self, view: str, output: str, folder: Path) -> None:
        text = run(view, str(folder), "-o", output).stdout
        assert "UNKNOWN" in text
        operation = {
            "public": "rds.describe_db_instances", "admins": "lambda.list_functions",
            "trust": "sqs.list_queues", "unused": "ec2.describe_addresses",
        }[view]  # fmt: skip
        assert operation in text

    @pytest.mark.parametrize("output", ["table", "csv"])
    def test_hostile_names_are_shown_and_not_obeyed(self, view: str, output: str, folder: Path) -> None:
        text = run(view, str(folder), "-o", output).stdout
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\\x0a<b>bold</b>[red]\\x1b[31mred\\u202e" in text

    def test_what_is_known_comes_first(self, view: str, folder: Path) -> None:
        found = [
            row.get("status") or row["relation"] for row in json.loads(run(view, str(folder), "-o", "json").stdout)
        ]
        unknown = [status == "UNKNOWN" for status in found]
        assert unknown == sorted(unknown)

    def test_a_folder_without_a_snapshot_is_refused(self, view: str, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        result = CliRunner().invoke(cli, [view, str(tmp_path / "empty")])
        assert result.exit_code == 2
        assert "holds no snapshot" in result.stderr

    def test_a_bad_schedule_is_refused(self, view: str, folder: Path) -> None:
        result = CliRunner().invoke(cli, [view, str(folder), "-f", str(folder / "nowhere.yaml")])
        assert result.exit_code == 2
        assert "nowhere.yaml" in result.stderr


class TestSchedule:
    @staticmethod
    def file(folder: Path, **spec: Any) -> str:
        path = folder / "schedule.yaml"
        path.write_text(yaml.safe_dump(SCHEDULE | {"spec": {**SCHEDULE["spec"], **spec}}))  # type: ignore[dict-item]
        return str(path)

    def test_its_trust_counts(self, folder: Path) -> None:
        file = self.file(folder, trust={"accounts": [STRANGER], "knownVendors": False})
        found = json.loads(run("trust", str(folder), "-f", file, "-o", "json").stdout)
        assert {row["party"]: row["relation"] for row in found if row["party"]} == {
            STRANGER: "trusted",
            DATADOG: "stranger",
        }

    def test_its_expected_administrators_are_marked(self, folder: Path) -> None:
        file = self.file(folder, expect={"admins": [f"arn:aws:iam::{OWN}:user/x"]})
        found = json.loads(run("admins", str(folder), "-f", file, "-o", "json").stdout)
        assert [row["expected"] for row in found if row["status"] == "ADMINISTRATOR"] == [True]

    def test_its_known_networks_are_not_the_internet(self, folder: Path) -> None:
        everything = [f"{first << 4}.0.0.0/4" for first in range(16)]
        file = self.file(folder, expect={"knownCIDRs": everything})
        found = json.loads(run("public", str(folder), "-f", file, "-o", "json").stdout)
        assert not [row for row in found if row["status"] == "OPEN"]


class TestGraph:
    def test_an_arrow_leads_from_each_party_and_says_what_lets_it_in(self, folder: Path) -> None:
        drawn = run("trust", str(folder), "-o", "dot").stdout
        assert f'"{DATADOG}" -> "{OWN}" [color=blue, label="1 AWS::IAM::Role\\nexternal id: none"]' in drawn
        assert f'"{STRANGER}" -> "{OWN}" [color=red' in drawn
        assert 'label="Datadog' in drawn

    def test_what_was_not_read_is_drawn_too(self, folder: Path) -> None:
        drawn = run("trust", str(folder), "-o", "dot").stdout
        assert re.search(r'"UNKNOWN: AWS::SQS::Queue .*sqs\.list_queues.*" -> "111111111111" \[style=dashed', drawn)

    def test_no_name_ends_its_string_or_makes_a_line(self, tmp_path: Path) -> None:
        hostile = role(AssumeRolePolicyDocument="no JSON", name=HOSTILE)
        drawn = run("trust", str(written(tmp_path, details(hostile), *NO_ORGANIZATION)), "-o", "dot").stdout
        string = r'"(?:[^"\\\n]|\\.)*"'
        (line,) = [line for line in drawn.splitlines() if "bold" in line and "->" not in line]
        assert re.fullmatch(rf"  {string} \[shape=note, color=orange\];", line)
        assert 'a\\"b\\\\N\\\\x0a<b>bold</b>[red]\\\\x1b' in line
        assert "\x1b" not in drawn

    def test_every_line_is_of_the_language(self, folder: Path) -> None:
        string = r'"(?:[^"\\\n]|\\.)*"'
        attributes = rf"\[\w+=(?:{string}|\w+)(?:, \w+=(?:{string}|\w+))*\]"
        first, *lines, last = run("trust", str(folder), "-o", "dot").stdout.splitlines()
        assert (first, lines.pop(0), last) == ("digraph trust {", "  rankdir=LR;", "}")
        assert lines
        for line in lines:
            assert re.fullmatch(rf"  {string}(?: -> {string})? {attributes};", line), line

    def test_other_views_have_no_graph(self, folder: Path) -> None:
        assert CliRunner().invoke(cli, ["public", str(folder), "-o", "dot"]).exit_code == 2
