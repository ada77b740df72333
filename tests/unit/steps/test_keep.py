"""What a run writes can be read again, and damage is named."""

from __future__ import annotations

import gzip

import pytest

from nightaudit_auditor.steps.keep import read_findings, store_objects, write_findings
from nightaudit_auditor.storage.local import LocalStore
from tests.unit.steps.test_count import FINDING


class TestFindings:
    def test_are_read_back_as_they_were(self, tmp_path):
        write_findings([FINDING], tmp_path / "findings.jsonl.gz")
        assert read_findings(tmp_path / "findings.jsonl.gz") == (FINDING,)

    def test_the_same_findings_give_the_same_bytes(self, tmp_path):
        for name in ("a", "b"):
            write_findings([FINDING], tmp_path / name)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_a_truncated_file_is_refused_by_line(self, tmp_path):
        path = tmp_path / "findings.jsonl.gz"
        write_findings([FINDING] * 500, path)
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(ValueError, match=r"findings\.jsonl\.gz:\d+: truncated"):
            read_findings(path)

    def test_a_foreign_line_is_refused_by_line(self, tmp_path):
        path = tmp_path / "findings.jsonl.gz"
        path.write_bytes(gzip.compress(b'{"fingerprint": 1}\n'))
        with pytest.raises(ValueError, match=r"findings\.jsonl\.gz:1: not a finding"):
            read_findings(path)


def test_every_object_is_stored_with_its_digest(tmp_path):
    local = tmp_path / "local"
    (local / "metadata").mkdir(parents=True)
    (local / "metadata" / "1.jsonl.gz").write_bytes(b"x")
    (local / "report.html").write_bytes(b"")
    store = LocalStore(tmp_path / "results")
    stored = store_objects(store, "folder", local)
    assert [(o.name, o.size) for o in stored] == [("metadata/1.jsonl.gz", 1), ("report.html", 0)]
    assert stored[1].sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert store.read("folder/metadata/1.jsonl.gz") is not None
