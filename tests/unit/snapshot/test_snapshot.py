"""A snapshot reads back as it was written, and says with file and line what is wrong when it was cut or is not one."""

from __future__ import annotations

import contextlib
import gzip
import json
import weakref
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.snapshot import (
    GLOBAL,
    Account,
    DeniedBy,
    Outcome,
    Record,
    SnapshotError,
    SnapshotWriter,
    Unreadable,
    open_organization,
    open_snapshot,
    read_account,
)

TIME = "2026-11-23T03:17:00Z"
ACCOUNT = Account(id="111111111111", name="production", partition="aws", labels={"env": "prod"})


def _record(operation: str = "describe_vpcs", *, account: str = ACCOUNT.id, **fields: object) -> Record:
    values: dict[str, object] = {
        "account": account, "service": "ec2", "operation": operation, "region": "eu-central-1", "outcome": Outcome.OK, "answer": {"Vpcs": []},
    }  # fmt: skip
    return Record(**{**values, **fields})  # type: ignore[arg-type]


def _write(folder: Path, *records: Record, account: Account = ACCOUNT, complete: bool = True) -> Path:
    writer = SnapshotWriter(folder, "run-1").account(
        account, regions=["us-east-1", "eu-central-1"], reachable=True, time=TIME
    )
    for record in records:
        writer.write(record)
    writer.close(complete=complete, reason="" if complete else "Interrupted")
    return writer.path


def _rewrite(path: Path, lines: list[bytes]) -> None:
    path.write_bytes(gzip.compress(b"".join(lines)))


def _lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


class TestRoundTrip:
    def test_by_what_a_call_was_denied_is_kept_and_else_not_mentioned(self, tmp_path: Path) -> None:
        denied = _record("describe_volumes", outcome=Outcome.DENIED, denied_by=DeniedBy.BOUNDARY, answer=None)
        path = _write(tmp_path, denied, _record())
        assert [json.loads(line).get("deniedBy", "-") for line in _lines(path)[1:3]] == ["boundary", "-"]
        record = read_account(path).record("ec2.describe_volumes", "eu-central-1")
        assert record is not None
        assert record.denied_by is DeniedBy.BOUNDARY

    def test_the_account_and_its_records_come_back(self, tmp_path: Path) -> None:
        denied = _record(
            "describe_volumes", outcome=Outcome.DENIED, code="UnauthorizedOperation", message="no", answer=None
        )
        data = read_account(_write(tmp_path, _record(), denied))
        assert data.account == ACCOUNT
        assert data.regions == ("eu-central-1", "us-east-1")
        assert (data.reachable, data.complete, data.run, data.time) == (True, True, "run-1", TIME)
        assert data.answer("ec2.describe_vpcs", "eu-central-1") == {"Vpcs": []}
        with pytest.raises(Unreadable, match="UnauthorizedOperation"):
            data.answer("ec2.describe_volumes", "eu-central-1")

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(Outcome), st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.text())
            ),
            max_size=5,
        )
    )
    def test_any_record_comes_back_as_it_was(
        self, tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[Outcome, dict[str, str], dict[str, str]]]
    ) -> None:
        records = [
            _record(f"op_{n}", outcome=outcome, parameters=parameters, answer=answer)
            for n, (outcome, parameters, answer) in enumerate(drawn)
        ]
        data = read_account(_write(tmp_path_factory.mktemp("snapshot"), *records))
        assert [record for name in data.operations() for record in data.records(name)] == records

    def test_the_same_records_give_the_same_bytes(self, tmp_path: Path) -> None:
        assert _write(tmp_path / "a", _record()).read_bytes() == _write(tmp_path / "b", _record()).read_bytes()

    def test_a_folder_yields_its_accounts_by_id(self, tmp_path: Path) -> None:
        other = Account(id="000000000001")
        _write(tmp_path, _record())
        _write(tmp_path, _record(account=other.id), account=other)
        for folder in (tmp_path, tmp_path / "metadata"):
            snapshot = open_snapshot(folder)
            assert list(snapshot) == [id_ for id_, _ in snapshot.items()] == ["000000000001", "111111111111"]
            assert [data.account.id for data in snapshot.values()] == ["000000000001", "111111111111"]

    def test_only_the_account_that_was_looked_up_last_is_in_memory(self, tmp_path: Path) -> None:
        other = Account(id="000000000001")
        _write(tmp_path, _record())
        _write(tmp_path, _record(account=other.id), account=other)
        snapshot = open_snapshot(tmp_path)
        first = weakref.ref(snapshot["000000000001"])
        assert first() is snapshot["000000000001"]
        assert snapshot["111111111111"].account.id == "111111111111"
        assert first() is None

    def test_what_was_derived_of_an_account_does_not_keep_it_in_memory(self, tmp_path: Path) -> None:
        other = Account(id="000000000001")
        _write(tmp_path, _record())
        _write(tmp_path, _record(account=other.id), account=other)
        snapshot = open_snapshot(tmp_path)
        first = weakref.ref(snapshot["000000000001"])
        snapshot["000000000001"].derived["the account itself"] = snapshot["000000000001"]
        assert snapshot["111111111111"].account.id == "111111111111"
        assert first() is None

    def test_what_is_kept_of_an_account_is_what_was_asked_for(self, tmp_path: Path) -> None:
        data = read_account(_write(tmp_path, _record("describe_vpcs"), _record("describe_regions"), complete=False))
        kept = data.only(["ec2.describe_vpcs", "ec2.nothing"])
        assert kept.operations() == ("ec2.describe_vpcs",)
        assert (kept.account, kept.regions, kept.complete, kept.run, kept.time) == (
            data.account, data.regions, False, data.run, data.time,
        )  # fmt: skip

    def test_a_file_under_another_accounts_name_is_refused(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record())
        path.rename(path.with_name("000000000001.jsonl.gz"))
        with pytest.raises(SnapshotError, match="holds account 111111111111, its name says 000000000001"):
            open_snapshot(tmp_path)["000000000001"]

    def test_an_interrupted_collection_is_readable_and_says_that_it_is_incomplete(self, tmp_path: Path) -> None:
        assert not read_account(_write(tmp_path, _record(), complete=False)).complete

    def test_a_writer_left_by_an_error_closes_as_incomplete(self, tmp_path: Path) -> None:
        writer = SnapshotWriter(tmp_path, "run-1").account(ACCOUNT, regions=[], reachable=True, time=TIME)
        with contextlib.suppress(ZeroDivisionError), writer:
            writer.write(_record())
            raise ZeroDivisionError
        assert not read_account(writer.path).complete
        assert json.loads(_lines(writer.path)[-1])["reason"] == "ZeroDivisionError"

    def test_the_trailer_counts_records_by_outcome(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record(), _record("b", outcome=Outcome.GONE, answer=None), _record("c"))
        trailer = json.loads(_lines(path)[-1])
        assert (trailer["records"], trailer["outcomes"]) == (3, {"gone": 1, "ok": 2})


class TestSecrets:
    PLANTED = ("ghp_" + "a1B2" * 9, "AKIA" + "IOSFODNN7EXAMPLE", "hunter2-is-my-password", "plain value")

    def test_no_planted_secret_is_anywhere_in_the_output_folder(self, tmp_path: Path) -> None:
        variables = {f"V{n}": value for n, value in enumerate(self.PLANTED)}
        answer = {"Functions": [{"FunctionName": "f", "Environment": {"Variables": variables}}]}
        writer = SnapshotWriter(tmp_path, "run-1", key=b"k" * 32).account(
            ACCOUNT, regions=[], reachable=True, time=TIME
        )
        record = _record("list_functions", service="lambda", answer=answer)
        writer.write(record, secrets=("Functions[].Environment.Variables.*",))
        writer.close()
        written = b"".join(gzip.decompress(file.read_bytes()) for file in tmp_path.rglob("*") if file.is_file())
        assert written
        for secret in (*self.PLANTED, "k" * 32):
            assert secret.encode() not in written
        redacted = read_account(writer.path).answer("lambda.list_functions", "eu-central-1")
        assert redacted is not None
        assert redacted["Functions"][0]["Environment"]["Variables"]["V0"]["detector"] == "github-token"


class TestRefusals:
    def test_truncated_gzip_is_refused_with_the_line(self, tmp_path: Path) -> None:
        path = _write(tmp_path, *(_record(f"op_{n}", message=str(n) * 50) for n in range(200)))
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(SnapshotError, match=rf"{path}:\d+: truncated"):
            read_account(path)

    def test_a_missing_trailer_is_refused(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record())
        _rewrite(path, _lines(path)[:-1])
        with pytest.raises(SnapshotError, match=f"{path}:3: truncated: the trailer is missing"):
            read_account(path)

    def test_a_lost_record_is_refused(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record(), _record("b"))
        lines = _lines(path)
        _rewrite(path, [lines[0], lines[1], lines[3]])
        with pytest.raises(SnapshotError, match=f"{path}:3: the trailer counts 2 records, the file holds 1"):
            read_account(path)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (b"{not json}\n", ":2: not a "),
            (b'{"account":"111111111111"}\n', ":2: not a record: .*missing required field"),
            (
                b'{"account":"111111111111","service":"a","operation":"b","region":"c","outcome":"fine"}\n',
                ":2: not a record: Invalid enum",
            ),
            (
                b'{"account":"999999999999","service":"a","operation":"b","region":"c","outcome":"ok"}\n',
                ":2: a record of account 999999999999",
            ),
            (b'{"schema":"someone.else/v1"}\n', ":2: a line of schema 'someone.else/v1'"),
        ],
    )
    def test_a_foreign_line_is_refused_with_its_number(self, tmp_path: Path, line: bytes, message: str) -> None:
        path = _write(tmp_path, _record())
        lines = _lines(path)
        _rewrite(path, [lines[0], line, lines[2]])
        with pytest.raises(SnapshotError, match=str(path) + message):
            read_account(path)

    def test_a_line_after_the_trailer_is_refused(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record())
        _rewrite(path, [*_lines(path), b'{"schema":""}\n'])
        with pytest.raises(SnapshotError, match=":4: a line after the trailer"):
            read_account(path)

    def test_a_cut_line_is_refused(self, tmp_path: Path) -> None:
        path = _write(tmp_path, _record())
        _rewrite(path, [*_lines(path)[:1], b'{"account":'])
        with pytest.raises(SnapshotError, match=":2: truncated: the line has no end"):
            read_account(path)

    def test_a_foreign_file_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "111111111111.jsonl.gz"
        _rewrite(path, [b'{"results": []}\n'])
        with pytest.raises(SnapshotError, match=":1: not a snapshot: the first line must have schema "):
            read_account(path)
        path.write_text("no gzip at all")
        with pytest.raises(SnapshotError, match=":1: truncated or not gzip"):
            read_account(path)
        with pytest.raises(SnapshotError, match="cannot be read: No such file"):
            read_account(tmp_path / "none.jsonl.gz")

    def test_a_folder_without_snapshots_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SnapshotError, match="holds no snapshot"):
            open_snapshot(tmp_path)

    def test_a_full_disk_is_said_with_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "metadata").mkdir()
        (tmp_path / "metadata" / "111111111111.jsonl.gz").symlink_to("/dev/full")
        writer = SnapshotWriter(tmp_path, "run-1").account(ACCOUNT, regions=[], reachable=True, time=TIME)
        with pytest.raises(SnapshotError, match=r"111111111111\.jsonl\.gz: cannot be written: No space left on device"):
            writer.close()

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(SnapshotError, match="cannot be created: Not a directory"):
            SnapshotWriter(tmp_path / "file", "run-1")


def test_records_of_services_without_regions_are_found_under_global(tmp_path: Path) -> None:
    data = read_account(_write(tmp_path, _record("describe_regions", region=GLOBAL, answer={"Regions": []})))
    assert data.answer("ec2.describe_regions") == {"Regions": []}


class TestTheOrganizationsOwnAnswers:
    def test_are_no_accounts_and_come_back_by_themselves(self, tmp_path: Path) -> None:
        _write(tmp_path, _record())
        assert open_organization(tmp_path) is None
        with SnapshotWriter(tmp_path, "run-1").organization(ACCOUNT, reachable=True, time=TIME) as writer:
            writer.write(_record("list_accounts", service="organizations", region=GLOBAL))
        found = open_organization(tmp_path)
        assert found is not None
        assert (found.account.id, found.operations()) == (ACCOUNT.id, ("organizations.list_accounts",))
        assert [data.operations() for data in open_snapshot(tmp_path).values()] == [("ec2.describe_vpcs",)]
        assert open_organization(tmp_path / "metadata") is not None

    def test_are_a_snapshot_without_any_account(self, tmp_path: Path) -> None:
        with SnapshotWriter(tmp_path, "run-1").organization(ACCOUNT, reachable=False, time=TIME):
            pass
        assert list(open_snapshot(tmp_path)) == []
