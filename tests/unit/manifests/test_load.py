"""Files become typed manifests, or an error that names the file, the document, the line and the fix."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.manifests import ManifestError, load_exceptions, load_schedule, validate
from nightaudit_auditor.manifests.crds import crds_folder, definition

SPEC_FIELDS = sorted(definition("AuditSchedule").schema["properties"]["spec"]["properties"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9000) | st.floats(0, 9000) | st.sampled_from(["name", "A", "a-b", "*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["include", "name", "id"]), inner),
    max_leaves=6,
)

# Nine levels of nine aliases each: small on disk, hundreds of millions of nodes when written out.
BOMB = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)
)


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(ManifestError) as error:
        call(*args)
    assert error.value.problems
    return str(error.value)


def named(exception: dict[str, Any], name: str) -> dict[str, Any]:
    return {**exception, "metadata": {"name": name}}


class TestSchedule:
    def test_is_read_from_yaml_and_json_alike(self, tmp_path: Path, schedule: dict[str, Any]) -> None:
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(schedule))
        (tmp_path / "a.json").write_text(json.dumps(schedule))
        assert load_schedule(tmp_path / "a.yaml") == load_schedule(tmp_path / "a.json")
        assert load_schedule(tmp_path / "a.yaml").spec.accounts[0].labels == {"env": "prod", "team": ""}

    def test_is_read_as_the_operator_writes_it(self, tmp_path: Path, schedule: dict[str, Any]) -> None:
        metadata = {"name": "n", "namespace": "security", "uid": "6f1c", "generation": 3, "labels": {"a": "b"}}
        (tmp_path / "schedule.json").write_text(json.dumps({**schedule, "metadata": metadata}))
        assert load_schedule(tmp_path / "schedule.json").metadata.generation == 3

    def test_must_be_alone_in_its_file(
        self, tmp_path: Path, schedule: dict[str, Any], exception: dict[str, Any]
    ) -> None:
        (tmp_path / "both.yaml").write_text(yaml.safe_dump_all([schedule, exception]))
        assert "must hold one AuditSchedule and nothing else, but holds: AuditSchedule, AuditException" in refused(
            load_schedule, tmp_path / "both.yaml"
        )
        (tmp_path / "none.yaml").write_text("---\n# nothing\n---\n")
        assert "but holds: nothing" in refused(load_schedule, tmp_path / "none.yaml")

    def test_must_be_a_schedule(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        (tmp_path / "x.yaml").write_text(yaml.safe_dump(exception))
        assert "kind: must be AuditSchedule here, not AuditException" in refused(load_schedule, tmp_path / "x.yaml")

    def test_of_another_version_is_refused(self, tmp_path: Path, schedule: dict[str, Any]) -> None:
        (tmp_path / "x.yaml").write_text(yaml.safe_dump({**schedule, "apiVersion": "nightaudit.dev/v2"}))
        assert "apiVersion: must be nightaudit.dev/v1alpha1" in refused(load_schedule, tmp_path / "x.yaml")

    def test_all_its_problems_are_told_at_once_with_file_and_line(
        self, tmp_path: Path, schedule: dict[str, Any]
    ) -> None:
        schedule["spec"]["schedule"] = "sometimes"
        schedule["spec"]["accounts"][1]["id"] = "444444444444"
        (tmp_path / "x.yaml").write_text("# a comment\n---\n" + yaml.safe_dump(schedule))
        text = refused(load_schedule, tmp_path / "x.yaml").splitlines()
        source = f"{tmp_path}/x.yaml, document 1 (line 3), AuditSchedule nightly"
        assert [line.removeprefix(source).split(": must be")[0] for line in text] == [
            ": spec.accounts[1].roleARN",
            ": spec.schedule",
        ]

    def test_a_whole_number_may_be_written_with_a_point_as_the_api_server_lets_it(
        self, tmp_path: Path, schedule: dict[str, Any]
    ) -> None:
        schedule["spec"]["runDeadlineSeconds"] = 600.0
        (tmp_path / "x.json").write_text(json.dumps(schedule))
        assert load_schedule(tmp_path / "x.json").spec.run_deadline_seconds == 600

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(field=st.sampled_from(SPEC_FIELDS), value=JSON)
    def test_what_is_valid_can_be_loaded(self, tmp_path: Path, schedule: Any, field: str, value: Any) -> None:
        body = {**schedule, "spec": {**schedule["spec"], field: value}}
        (tmp_path / "x.json").write_text(json.dumps(body))
        if validate(body):
            assert f"spec.{field}" in refused(load_schedule, tmp_path / "x.json")
        else:
            assert load_schedule(tmp_path / "x.json").metadata.name == "nightly"


class TestUnreadableFiles:
    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.yaml", b"a: [1, 2\nb: 3\n", "document 1 is not YAML: did not find expected"),
            ("a.yaml", b"a: 1\n---\nb: {\n", "document 2 is not YAML"),
            ("a.yaml", b"a: 1\nb: 2\na: 3\n", "the key 'a' is given twice in line 3, column 1"),
            ("a.yaml", b"a: \x00\n", "is not YAML"),
            ("a.yaml", b"!!python/object:os.system {}\n", "is not YAML: could not determine a constructor"),
            ("a.yaml", b"just words\n", "must be an object with apiVersion"),
            ("a.yaml", b"- 1\n", "item 0: must be an object"),
            ("a.yaml", b"a: &a [*a]\n", "document 1 is too large, or refers to itself"),
            ("a.yaml", b"a: &a {b: 1, c: *a}\n", "refers to itself"),
            ("a.yaml", BOMB, "document 1 is too large"),
            ("a.yaml", b"a: .nan\n", "document 1 has a value that JSON has not"),
            ("a.yaml", b"a: !!binary aGk=\n", "document 1 has a value that JSON has not"),
            ("a.yaml", b"{[1]: 2}: 3\n", "document 1"),
            ("a.yaml", b"a: \xff\xfe\n", "is not UTF-8 text (byte 3)"),
            ("a.yaml", b"[" * 5000, "a.yaml"),
            ("a.json", b'{"a": 1,}', "is not JSON: "),
            ("a.json", b'{"a": 1, "a": 2}', "has the key 'a' twice"),
            ("a.json", b"[" * 100_000, "is nested too deeply"),
            ("a.json.gz", gzip.compress(b"[]" * 1000)[:-9], "is cut short"),
            ("a.json.gz", b"[]", "is not gzip data"),
            ("a.json.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff" * 20, "is not gzip data, or damaged"),
            ("a.json.gz", gzip.compress(b"{"), "is not JSON"),
            ("a.txt", b"", "its name must end with one of .yaml, .yml, .json, .json.gz"),
        ],
        ids=str,
    )
    def test_are_named_with_what_is_wrong(self, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        text = refused(load_exceptions, [path])
        assert text.startswith(str(path))
        assert message in text

    def test_a_file_that_does_not_exist_is_named(self, tmp_path: Path) -> None:
        assert "gone.yaml: does not exist" in refused(load_exceptions, [tmp_path / "gone.yaml"])
        assert "gone.yaml: does not exist" in refused(load_schedule, tmp_path / "gone.yaml")

    def test_a_folder_is_no_schedule(self, tmp_path: Path) -> None:
        (tmp_path / "x.yaml").mkdir()
        assert "cannot be read: Is a directory" in refused(load_schedule, tmp_path / "x.yaml")


class TestExceptions:
    def test_are_read_from_a_folder_with_subfolders_by_name(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "x.yml").write_text(yaml.safe_dump_all([named(exception, "three"), named(exception, "four")]))
        (tmp_path / "a.yaml").write_text(yaml.safe_dump_all([named(exception, "one"), None, named(exception, "two")]))
        (tmp_path / "c.json").write_text(json.dumps(named(exception, "five")))
        (tmp_path / ".hidden").mkdir()
        (tmp_path / ".hidden" / "x.yaml").write_text("{")
        (tmp_path / "README.md").write_text("# not a manifest")
        names = [one.metadata.name for one in load_exceptions([tmp_path])]
        assert names == ["one", "two", "three", "four", "five"]

    def test_are_read_as_the_operator_writes_them_in_its_order(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        content = json.dumps([named(exception, "z"), named(exception, "a")]).encode()
        (tmp_path / "exceptions.json.gz").write_bytes(gzip.compress(content, mtime=0))
        assert [one.metadata.name for one in load_exceptions([tmp_path / "exceptions.json.gz"])] == ["z", "a"]

    def test_none_is_a_fine_number_of_them(self, tmp_path: Path) -> None:
        (tmp_path / "exceptions.json.gz").write_bytes(gzip.compress(b"[]"))
        assert load_exceptions([tmp_path / "exceptions.json.gz"]) == ()
        assert load_exceptions([]) == ()

    def test_are_read_from_the_list_that_kubectl_prints(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        server = {"uid": "1", "resourceVersion": "2", "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": []}
        item = {**exception, "metadata": {"name": "one", **server}, "status": {"state": "Active", "matchedFindings": 3}}
        (tmp_path / "list.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [item]}))
        assert [one.metadata.name for one in load_exceptions([tmp_path / "list.yaml"])] == ["one"]

    def test_aliases_are_written_out(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        exception["spec"]["match"]["accounts"] = ["111111111111"]
        text = yaml.safe_dump_all([named(exception, "one")]) + "  ticket: &ticket SEC-1\n  owner: *ticket\n"
        (tmp_path / "x.yaml").write_text(text)
        assert load_exceptions([tmp_path / "x.yaml"])[0].spec.owner == "SEC-1"

    def test_a_time_without_quotes_stays_what_was_written(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        text = yaml.safe_dump(exception) + "  expiryTime: 2027-03-31T00:00:00Z\n"
        (tmp_path / "x.yaml").write_text(text)
        assert load_exceptions([tmp_path / "x.yaml"])[0].spec.expiry_time == "2027-03-31T00:00:00Z"

    def test_other_objects_in_a_folder_are_left_alone(self, tmp_path: Path, schedule: Any, exception: Any) -> None:
        kustomization = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
        (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        (tmp_path / "all.yaml").write_text(yaml.safe_dump_all([schedule, exception]))
        assert len(load_exceptions([tmp_path])) == 1

    @pytest.mark.parametrize("field", ["apiVersion", "kind"])
    def test_an_object_in_a_folder_that_does_not_say_what_it_is_stops_the_reading(
        self, tmp_path: Path, exception: dict[str, Any], field: str
    ) -> None:
        del exception[field]
        (tmp_path / "x.yaml").write_text(yaml.safe_dump(exception))
        assert f"{field}: must be" in refused(load_exceptions, [tmp_path])

    @pytest.mark.parametrize("kind", ["AuditExceptions", "auditexception"])
    def test_a_misspelt_kind_in_a_folder_stops_the_reading(
        self, tmp_path: Path, exception: dict[str, Any], kind: str
    ) -> None:
        (tmp_path / "x.yaml").write_text(yaml.safe_dump({**exception, "kind": kind}))
        assert "kind: must be one of AuditSchedule, AuditException, AuditRun" in refused(load_exceptions, [tmp_path])

    def test_a_schedule_named_as_exceptions_is_refused(self, tmp_path: Path, schedule: dict[str, Any]) -> None:
        (tmp_path / "x.yaml").write_text(yaml.safe_dump(schedule))
        assert "kind: must be AuditException here, not AuditSchedule" in refused(load_exceptions, [tmp_path / "x.yaml"])

    def test_the_same_name_twice_is_refused(self, tmp_path: Path, exception: dict[str, Any]) -> None:
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(exception))
        (tmp_path / "b.yaml").write_text(yaml.safe_dump(exception))
        text = refused(load_exceptions, [tmp_path])
        assert "b.yaml, document 1 (line 1), AuditException public-logs: metadata.name: must be unique" in text
        assert "a.yaml, document 1 (line 1) has the same name" in text

    def test_the_problems_of_all_files_are_told_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("a: [")
        (tmp_path / "b.json").write_text("{")
        text = refused(load_exceptions, [tmp_path])
        assert "a.yaml" in text
        assert "b.json" in text


class TestCRDsOnDisk:
    def test_are_found_in_the_installed_package_first(self, tmp_path: Path) -> None:
        (tmp_path / "installed").mkdir()
        (tmp_path / "checkout").mkdir()
        assert crds_folder((tmp_path / "installed", tmp_path / "checkout")) == tmp_path / "installed"
        assert crds_folder((tmp_path / "gone", tmp_path / "checkout")) == tmp_path / "checkout"

    def test_missing_they_are_an_error_that_says_where_they_should_be(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="incomplete, install nightaudit again"):
            crds_folder((tmp_path / "gone",))
