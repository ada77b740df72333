"""`nightaudit inventory`: the same counts as a table, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.snapshot import GLOBAL, Account, Outcome, Record, SnapshotWriter

OWN = Account(id="111111111111", name="prod")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot with two VPCs, and functions that nobody could list."""
    writer = SnapshotWriter(tmp_path, "run-1").account(
        OWN, regions=["eu-west-1"], reachable=True, time="2026-01-01T00:00:00Z"
    )
    with writer:
        writer.write(Record(OWN.id, "ec2", "describe_vpcs", "eu-west-1", Outcome.OK, answer={"Vpcs": [{}, {}]}))
        writer.write(Record(OWN.id, "lambda", "list_functions", "eu-west-1", Outcome.DENIED))
        writer.write(
            Record(OWN.id, "iam", "list_saml_providers", GLOBAL, Outcome.OK, answer={"SAMLProviderList": [{}]})
        )
    return tmp_path


def _run(folder: Path, output: str) -> str:
    result = CliRunner().invoke(cli, ["inventory", str(folder), "-o", output])
    assert result.exit_code == 0, result.stderr
    return result.stdout


EXPECTED = {
    ("eu-west-1", "AWS::EC2::VPC"): 2,
    ("eu-west-1", "AWS::Lambda::Function"): None,
    (GLOBAL, "AWS::IAM::SAMLProvider"): 1,
}


def test_json_has_null_for_what_is_not_known(folder: Path) -> None:
    rows = {(row["region"], row["type"]): row["count"] for row in json.loads(_run(folder, "json"))}
    assert {key: rows[key] for key in EXPECTED} == EXPECTED


@pytest.mark.parametrize("output", ["csv", "table"])
def test_csv_and_table_say_unknown(folder: Path, output: str) -> None:
    text = _run(folder, output)
    lines = list(csv.reader(io.StringIO(text))) if output == "csv" else [line.split() for line in text.splitlines()]
    assert [cell.lower() for cell in lines[0]] == ["account", "region", "type", "count"]
    rows = {(region, kind): count for _, region, kind, count in lines[1:]}
    assert {key: rows[key] for key in EXPECTED} == {
        key: "UNKNOWN" if count is None else str(count) for key, count in EXPECTED.items()
    }


def test_a_snapshot_that_is_cut_off_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "metadata" / f"{OWN.id}.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-20])
    result = CliRunner().invoke(cli, ["inventory", str(folder)])
    assert result.exit_code == 2
    assert f"{path}:" in result.stderr
