"""What the operator writes into a status is in the CRDs, field by field, and what is in the CRDs it knows."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft7Validator

from nightaudit_auditor.cli.inputs import exceptions_digest
from nightaudit_auditor.documents.summary import (
    SCHEMA,
    AccountTotals,
    ExceptionMatches,
    RunSummary,
    SeverityCounts,
    encode,
)
from nightaudit_auditor.manifests import validate
from nightaudit_operator.api.conditions import Condition
from nightaudit_operator.api.manifests import ExceptionStatus, LastRun, RunStatus, ScheduleStatus
from nightaudit_operator.cluster import intake
from nightaudit_operator.plan.run_status import Link, observe

from .conftest import ROOT, Json, World
from .test_summary import SUMMARIES

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
READY = Condition(
    type="Ready",
    status="True",
    reason="Scheduled",
    message="the CronJob is up to date",
    observed_generation=3,
    last_transition_time="2026-01-02T03:00:00Z",
)
STATUSES: dict[str, msgspec.Struct] = {
    "AuditSchedule": ScheduleStatus(
        observed_generation=3,
        conditions=(READY,),
        cron_job_name="nightly",
        config_map_name="nightly-0123456789",
        active_exceptions=2,
        last_schedule_time="2026-01-02T03:00:00Z",
        last_successful_time="2026-01-02T03:10:00Z",
        next_schedule_time="2026-01-03T03:00:00Z",
        missed_runs=0,
        last_run=LastRun(
            name="nightly-1", result="Findings", completion_time="2026-11-23T03:18:05Z", critical=1, high=2, new=0
        ),
    ),
    "AuditException": ExceptionStatus(
        observed_generation=3,
        state="Expiring",
        matched_findings=4,
        last_match_time="2026-01-02T03:00:00Z",
        conditions=(READY,),
    ),
}
TYPES = {"AuditSchedule": ScheduleStatus, "AuditException": ExceptionStatus, "AuditRun": RunStatus}
EXAMPLES = {"AuditSchedule": "schedule-least", "AuditException": "exception-least", "AuditRun": "run-now"}


def status_schema(kind: str) -> Json:
    crd = yaml.safe_load((ROOT / "crds" / f"{kind.lower()}.yaml").read_text())
    (version,) = crd["spec"]["versions"]
    schema: Json = version["schema"]["openAPIV3Schema"]["properties"]["status"]
    return schema


def closed(schema: Any) -> Any:
    """The schema with every object closed: the API server would drop an unknown field without a word."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | ({"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {})


@cache
def validator(kind: str) -> Draft7Validator:
    return Draft7Validator(closed(status_schema(kind)))


def problems(kind: str, status: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(kind).iter_errors(status)]


def declared(schema: Json, path: str = "") -> Iterator[str]:
    """Every field of a structural schema, as a path."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from declared(inner, f"{path}.{name}")
    if "items" in schema:
        yield from declared(schema["items"], f"{path}[]")


def written(kind: Any, path: str = "") -> Iterator[str]:
    """Every field of a struct as it is encoded, as a path."""
    if get_origin(kind) in (Union, types.UnionType):
        for option in get_args(kind):
            yield from written(option, path)
    elif get_origin(kind) is tuple:
        yield from written(get_args(kind)[0], f"{path}[]")
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield f"{path}.{field.encode_name}"
            yield from written(field.type, f"{path}.{field.encode_name}")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_the_operator_and_the_crd_name_the_same_fields(kind: str) -> None:
    assert set(written(TYPES[kind])) == set(declared(status_schema(kind)))


@pytest.mark.parametrize("kind", sorted(STATUSES))
def test_a_full_status_is_valid(kind: str, world: World) -> None:
    full = as_json(STATUSES[kind])
    assert set(full) == {field.encode_name for field in msgspec.structs.fields(type(STATUSES[kind]))}
    assert problems(kind, full) == []
    assert validate(world.manifest(EXAMPLES[kind]) | {"status": full}) == []


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_field_that_the_crd_does_not_know_would_be_noticed(kind: str) -> None:
    assert problems(kind, {"unheardOf": 1})


@settings(max_examples=40, deadline=None)
@given(SUMMARIES)
def test_whatever_a_run_says_becomes_a_valid_status(summary: RunSummary) -> None:
    status = told(summary)
    assert problems("AuditRun", status) == []
    assert status["result"] == summary.result
    assert status["findings"] == msgspec.to_builtins(summary.findings)
    assert {"Succeeded", "ReportStored", "Notified"} == {condition["type"] for condition in status["conditions"]}


def test_the_counts_of_exceptions_reach_the_status_by_name(world: World, tmp_path: Path) -> None:
    exceptions = [world.manifest("exception-full"), world.manifest("exception-least")]
    mounted = world.mount(tmp_path, world.manifest("schedule-least"), exceptions)
    names = mounted.seen.exceptions
    summary = msgspec.structs.replace(
        least_summary(),
        findings=SeverityCounts(high=3),
        exceptions=ExceptionMatches(exceptions_digest((mounted.exceptions,)), (0, 7)),
    )
    status = told(summary, mounted.seen)
    assert status["exceptionMatches"] == [{"name": names[1], "count": 7}]
    assert status["exceptionsMatched"] == 1


def least_summary() -> RunSummary:
    return RunSummary(
        schema=SCHEMA, run="pod", result="Findings", start_time="2026-01-02T03:00:00Z",
        completion_time="2026-01-02T03:05:00Z", accounts=AccountTotals(1, 1, 0), findings=SeverityCounts(), new=0,
        reopened=0, resolved=0, excepted=0, unknown=0, baseline=False, report=None, notifications=(), errors=(),
        error_count=0,
    )  # fmt: skip


def told(summary: RunSummary, config_map: Any = None) -> Json:
    """The status that the operator writes when the auditor's pod has left this summary."""
    meta = {"namespace": "security", "uid": "uid", "generation": 1, "creationTimestamp": "2026-01-02T03:00:00Z"}
    run = intake.run(json.dumps({"metadata": meta | {"name": "now"}, "spec": {"scheduleName": "nightly"}}).encode())
    volumes = [{"name": "config", "configMap": {"name": config_map.name if config_map else "gone"}}]
    complete = {"type": "Complete", "status": "True", "lastTransitionTime": "2026-01-02T03:06:00Z"}
    job = intake.job(
        json.dumps(
            {
                "metadata": meta | {"name": "job", "uid": "uid-job"},
                "spec": {"template": {"spec": {"volumes": volumes}}},
                "status": {"conditions": [complete]},
            }
        ).encode()
    )
    owner = {"uid": "uid-job", "controller": True, "kind": "Job", "name": "job"}
    ended = {"terminated": {"exitCode": 0, "reason": "Completed", "message": encode(summary).decode()}}
    pod = intake.pod(
        json.dumps(
            {
                "metadata": meta | {"name": summary.run, "ownerReferences": [owner]},
                "status": {"phase": "Succeeded", "containerStatuses": [{"name": "auditor", "state": ended}]},
            }
        ).encode()
    )
    link = Link("https://x/{bucket}/{key}", "eu-central-1")
    seen = observe(run, job, [pod], [config_map] if config_map else [], link, audible=True, now=NOW)
    return as_json(seen.status)


def as_json(status: msgspec.Struct) -> Json:
    """The status as it goes over the wire."""
    sent: Json = json.loads(msgspec.json.encode(status))
    return sent
