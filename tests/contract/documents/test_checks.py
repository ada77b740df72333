"""The operator knows the names of checks that the auditor has, and judges as the auditor does which of them have no effect."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.manifests import AuditException, AuditSchedule, glob_matches
from nightaudit_auditor.manifests.crds import definition
from nightaudit_operator.api.checks import CATALOGUE, named
from nightaudit_operator.api.manifests import ExceptionSpec, ScheduleSpec
from nightaudit_operator.plan import recognition

from .conftest import Json

NAMES = sorted(name for check in load().checks.values() for name in (check.id, *check.aliases))
LEAST: Json = {"schedule": "17 3 * * *", "storage": {"s3": {"bucket": "b"}}}
SLACK = {"channel": "#security", "tokenSecretRef": {"name": "slack", "key": "token"}}


def checks_of(kind: str, *path: str) -> Any:
    """The schema of the items of a list of checks in a spec."""
    field: Any = definition(kind).schema["properties"]["spec"]
    for name in path:
        field = field["items"] if name == "[]" else field["properties"][name]
    return field["items"]


ITEMS = (
    checks_of("AuditSchedule", "checks", "include"),
    checks_of("AuditSchedule", "checks", "exclude"),
    checks_of("AuditSchedule", "notifications", "[]", "match", "checks"),
    checks_of("AuditException", "match", "checks"),
)


@st.composite
def bent(draw: st.DrawFn) -> str:
    """A name of the catalogue in which something was replaced by a wildcard, or went wrong."""
    name = draw(st.sampled_from(NAMES))
    start = draw(st.integers(0, len(name)))
    end = draw(st.integers(start, len(name)))
    return name[:start] + draw(st.sampled_from(["*", "?", "**", "", "_", "X", ".", "*?"])) + name[end:] or "*"


GLOBS = bent() | st.one_of([st.from_regex(item["pattern"], fullmatch=True) for item in ITEMS])
OVERRIDES = bent().filter(lambda name: not {"*", "?"} & set(name))


def test_the_operator_knows_every_check_and_no_other() -> None:
    checks = load().checks
    assert CATALOGUE.aliases == {id_: check.aliases for id_, check in checks.items()}


@given(GLOBS)
def test_a_glob_means_the_same_checks_to_both(glob: str) -> None:
    checks = load().checks.values()
    assert named(glob) == {
        check.id for check in checks if any(glob_matches(glob, name) for name in (check.id, *check.aliases))
    }


def test_no_name_of_a_check_has_a_separator_at_which_a_star_would_end() -> None:
    assert [name for name in NAMES if "/" in name or ":" in name] == []


@given(
    include=st.lists(GLOBS, max_size=3),
    exclude=st.lists(GLOBS | st.sampled_from(["AUDIT_*", "EXCEPTION", "A*"]), max_size=3),
    overrides=st.lists(OVERRIDES, max_size=3),
    matches=st.lists(st.lists(GLOBS, max_size=2), max_size=3),
)
def test_both_find_the_same_wrong_with_a_schedule(
    include: list[str], exclude: list[str], overrides: list[str], matches: list[list[str]]
) -> None:
    checks = {
        "include": include,
        "exclude": exclude,
        "severityOverrides": [{"check": check, "severity": "Low"} for check in overrides],
    }
    notifications = [{"name": "n", "slack": SLACK, "match": {"checks": globs}} for globs in matches]
    spec = LEAST | {"checks": checks, "notifications": notifications}
    schedule = msgspec.convert({"metadata": {"name": "nightly"}, "spec": spec}, AuditSchedule)
    assert said_by_the_auditor(schedule) == [
        str(name) for name in recognition.of_schedule(msgspec.convert(spec, ScheduleSpec))
    ]


@given(st.lists(GLOBS, min_size=1, max_size=4))
def test_both_find_the_same_wrong_with_an_exception(globs: list[str]) -> None:
    spec = {"match": {"checks": globs}, "reason": "known and accepted"}
    exception = msgspec.convert({"metadata": {"name": "known"}, "spec": spec}, AuditException)
    assert said_by_the_auditor(exception) == [
        str(name) for name in recognition.of_exception(msgspec.convert(spec, ExceptionSpec))
    ]


@pytest.mark.parametrize(
    ("glob", "meant"),
    [
        ("KMS_KEY_P*", {"KMS_KEY_PENDING_DELETION", "KMS_KEY_PUBLIC"}),
        ("KMS_PUBLIC", {"KMS_KEY_PUBLIC"}),
        ("KMS_KEY_PUBLI?", {"KMS_KEY_PUBLIC"}),
        ("kms_*", set()),
        ("KMS", set()),
        ("MS_KEY_PUBLIC", set()),
        ("KMS.KEY.PUBLIC", set()),
    ],
)
def test_examples(glob: str, meant: set[str]) -> None:
    assert named(glob) == meant


def said_by_the_auditor(manifest: AuditSchedule | AuditException) -> list[str]:
    """Without what it suggests."""
    return [f"{problem.path}: {problem.message.rpartition(': ')[0]}" for problem in name_problems(load(), manifest)]
