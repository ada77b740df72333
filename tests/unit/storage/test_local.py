"""A local folder keeps the promises of the store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nightaudit_auditor.manifests.types import S3Storage
from nightaudit_auditor.storage import AlreadyExists, Conflict, Layout, StorageError, open_store
from nightaudit_auditor.storage.layout import content_type


@pytest.fixture
def store(tmp_path):
    return open_store(S3Storage(bucket="unused"), (tmp_path / "results").as_uri())


class TestWriteOnce:
    def test_a_run_object_is_created(self, store):
        store.create("a/b/report.html", b"one")
        assert store.read("a/b/report.html")[0] == b"one"

    def test_and_never_overwritten(self, store):
        store.create("a/report.html", b"one")
        with pytest.raises(AlreadyExists):
            store.create("a/report.html", b"two")
        assert store.read("a/report.html")[0] == b"one"

    def test_a_file_is_copied(self, store, tmp_path):
        source = tmp_path / "source"
        source.write_bytes(b"data")
        store.create("a/findings.jsonl.gz", source)
        assert store.read("a/findings.jsonl.gz")[0] == b"data"


class TestReplace:
    def test_the_version_that_was_read_is_replaced(self, store):
        first = store.replace("latest.json", b"1", None)
        store.replace("latest.json", b"2", first)
        assert store.read("latest.json")[0] == b"2"

    def test_a_stale_version_is_a_conflict(self, store):
        first = store.replace("latest.json", b"1", None)
        store.replace("latest.json", b"2", first)
        with pytest.raises(Conflict):
            store.replace("latest.json", b"3", first)

    def test_creating_what_exists_is_a_conflict(self, store):
        store.replace("latest.json", b"1", None)
        with pytest.raises(Conflict):
            store.replace("latest.json", b"2", None)

    def test_what_does_not_exist_reads_as_none(self, store):
        assert store.read("latest.json") is None


class TestTrouble:
    def test_a_folder_that_is_a_file_is_named(self, tmp_path):
        (tmp_path / "results").write_text("")
        store = open_store(S3Storage(bucket="unused"), (tmp_path / "results").as_uri())
        with pytest.raises(StorageError, match="results/x"):
            store.create("x/y.json", b"")

    def test_a_folder_open_to_everybody_is_said(self, tmp_path):
        (tmp_path / "results").mkdir(mode=0o755)
        (tmp_path / "results").chmod(0o755)
        store = open_store(S3Storage(bucket="unused"), (tmp_path / "results").as_uri())
        assert "open to every user" in store.posture()[0]

    def test_a_folder_that_the_store_makes_is_closed(self, store):
        store.create("a/manifest.json", b"{}")
        assert store.posture() == ()

    @pytest.mark.parametrize("address", ["results", "http://x/y", "file://host/x", "s3://"])
    def test_an_address_of_another_form_is_refused(self, address):
        with pytest.raises(StorageError, match="--storage") as caught:
            open_store(S3Storage(bucket="unused"), address)
        assert caught.value.configuration


class TestLayout:
    def test_runs_lie_by_day_in_utc(self):
        layout = Layout("security", "nightly")
        time = datetime(2026, 1, 2, 23, 59, tzinfo=UTC)
        assert layout.folder("nightly-1-x", time) == "security/nightly/runs/2026/01/02/nightly-1-x"
        assert layout.latest == "security/nightly/latest.json"

    def test_every_name_has_a_media_type(self):
        assert content_type("a/metadata/1.jsonl.gz") == "application/gzip"
        with pytest.raises(ValueError, match="no media type"):
            content_type("a/b.exe")
