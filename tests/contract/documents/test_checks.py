"""The operator knows the names of checks that the auditor has, and judges as the auditor does which of them have no effect."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.checks.selection import select
from nightaudit_auditor.manifests import AuditException, AuditSchedule, glob_matches
from nightaudit_auditor.manifests.crds import definition
from nightaudit_auditor.manifests.types import Checks, SeverityName
from nightaudit_operator.api.checks import CATALOGUE, named, selected
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
SEVERITIES = st.sampled_from(get_args(SeverityName))
TWO_NAMES = [name for check in load().checks.values() if len(check.aliases) > 1 for name in (check.id, *check.aliases)]
OVERRIDES = bent().filter(lambda name: not {"*", "?"} & set(name))


@given(
    include=st.lists(st.sampled_from(NAMES), max_size=3),
    exclude=st.lists(GLOBS, max_size=2),
    overrides=st.dictionaries(st.sampled_from(NAMES), SEVERITIES, max_size=3),
    minimum=SEVERITIES,
)
def test_a_schedule_selects_the_same_checks_to_both(
    include: list[str], exclude: list[str], overrides: dict[str, str], minimum: str
) -> None:
    wanted = {
        "include": include,
        "exclude": exclude,
        "minimumSeverity": minimum,
        "severityOverrides": [{"check": check, "severity": severity} for check, severity in overrides.items()],
    }
    chosen = {check.id for check in select(load(), msgspec.convert(wanted, Checks)).checks}
    severities = {id_: severity for check, severity in overrides.items() for id_ in named(check)}
    assert selected(tuple(include), tuple(exclude), severities, minimum) == chosen - CATALOGUE.always_run


def test_the_operator_knows_every_check_and_no_other() -> None:
    checks = load().checks
    assert CATALOGUE.aliases == {id_: check.aliases for id_, check in checks.items()}
    assert CATALOGUE.gravest.keys() == checks.keys()


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
    overrides=st.lists(st.tuples(OVERRIDES | st.sampled_from(TWO_NAMES), SEVERITIES), max_size=3),
    minimum=SEVERITIES,
    matches=st.lists(st.lists(GLOBS, max_size=2), max_size=3),
)
def test_both_find_the_same_wrong_with_a_schedule(
    include: list[str],
    exclude: list[str],
    overrides: list[tuple[str, str]],
    minimum: str,
    matches: list[list[str]],
) -> None:
    checks = {
        "include": include,
        "exclude": exclude,
        "minimumSeverity": minimum,
        "severityOverrides": [{"check": check, "severity": severity} for check, severity in overrides],
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
