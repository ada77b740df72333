"""The API server refuses what `nightaudit validate` refuses, with the same words, and admits what it admits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.cluster import Cluster, ClusterError
from nightaudit_auditor.manifests import read_documents

FIXTURES = Path(__file__).parents[2] / "fixtures" / "manifests"
BAD = sorted((FIXTURES / "bad").glob("*.yaml"))
BEYOND_ADMISSION = sorted((FIXTURES / "bad" / "offline").glob("*.yaml"))
GOOD = sorted((FIXTURES / "good").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_refuses_the_bad_object_naming_the_field_and_the_fix(path: Path, ask: Callable[[dict[str, Any]], str]) -> None:
    lines = [line.removeprefix("# ").split(": ", 1) for line in path.read_text().splitlines() if line.startswith("# ")]
    want = dict(lines)
    (document,) = read_documents(path)
    refusal = ask(document.body)
    assert want["field"] in refusal
    assert want.get("admission", want["message"]) in refusal


@pytest.mark.parametrize("path", [*GOOD, *BEYOND_ADMISSION], ids=lambda path: path.stem)
def test_admits_the_good_object_and_what_only_the_calendar_can_refuse(
    path: Path, ask: Callable[[dict[str, Any]], str]
) -> None:
    (document,) = read_documents(path)
    assert ask(document.body) == ""


def test_the_largest_schedule_and_exception_stay_within_the_cost_that_rules_may_have(
    ask: Callable[[dict[str, Any]], str],
) -> None:
    def names(prefix: str, count: int, length: int) -> list[str]:
        return [f"{prefix}{number:04d}".ljust(length, "x") for number in range(count)]

    role = "arn:aws:iam::{}:role/" + "r" * 200
    ids = [f"{number:012d}" for number in range(200)]
    tags = dict.fromkeys(names("tag", 50, 128), "v" * 256)
    schedule = {
        "schedule": "0,15,30,45 0,1,2,3,4,5,6,7,8,9,10,11 1,2,3,4,5,6,7,8,9,10 JAN,FEB,MAR,APR MON,TUE,WED,THU,FRI",
        "accounts": [
            {"id": one, "roleARN": role.format(one), "externalID": "e" * 1224, "sessionTags": dict.fromkeys(tags, "v")}
            for one in ids
        ],
        "organization": {
            "memberRoleName": "p/" * 255 + "r" * 64,
            "roleARN": role.format(ids[0]),
            "externalID": "e" * 1224,
            "sessionTags": tags,
            "include": {"accounts": ids, "organizationalUnits": names("ou-abcd-1111i", 100, 40)},
            "exclude": {
                "accounts": [f"9{one[1:]}" for one in ids],
                "organizationalUnits": names("ou-abcd-1111e", 100, 40),
            },
            "tagSelector": [{"key": key, "values": names("v", 20, 256)} for key in names("k", 10, 128)],
        },
        "checks": {"include": names("I", 200, 128), "exclude": names("E", 200, 128)},
        "storage": {"s3": {"bucket": "night-audit"}},
    }
    match = {"checks": names("C", 100, 128), "accounts": ids, "resources": names("arn:aws:", 200, 2048)}
    for kind, spec in (("AuditSchedule", schedule), ("AuditException", {"match": match, "reason": "r" * 2048})):
        body = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": kind, "metadata": {"name": "large"}, "spec": spec}
        assert ask(body) == ""


def test_a_run_may_not_be_pointed_at_another_schedule(api_server: Cluster, namespace: str) -> None:
    def run(schedule: str) -> str:
        spec = {"scheduleName": schedule}
        metadata = {"name": "immutable", "namespace": namespace}
        return json.dumps(
            {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditRun", "metadata": metadata, "spec": spec}
        )

    api_server.kubectl("apply", "--server-side", "-f", "-", input=run("nightly"))
    with pytest.raises(ClusterError, match="must not be changed after creation; create another AuditRun"):
        api_server.kubectl("apply", "--server-side", "-f", "-", input=run("weekly"))


@pytest.mark.parametrize("field", ["auditschedule.spec.accounts", "aex.spec.match", "arun.status"])
def test_explains_its_fields(field: str, api_server: Cluster, namespace: str) -> None:
    assert "<no description>" not in api_server.kubectl("explain", field, "--recursive=false")


def test_lists_all_its_kinds_by_category(api_server: Cluster, namespace: str) -> None:
    kinds = api_server.kubectl("api-resources", "--categories=nightaudit", "--output=name").split()
    assert kinds == ["auditexceptions.nightaudit.dev", "auditruns.nightaudit.dev", "auditschedules.nightaudit.dev"]
