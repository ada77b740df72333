"""What validation does beyond the table: robustness, and agreement of the cron rules with the cron library."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nightaudit_auditor.manifests import validate
from nightaudit_auditor.manifests.rules import rule_problems

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
FIELD = st.one_of(
    st.just("*"),
    st.integers(0, 70).map(str),
    st.tuples(st.integers(0, 70), st.integers(0, 70)).map(lambda ends: f"{ends[0]}-{ends[1]}"),
    st.integers(0, 70).map(lambda step: f"*/{step}"),
    st.sampled_from(["MON", "jan", "L", "?", "5#2", "1,2", "1,,2", "W", "sun-SAT"]),
)


def least(**spec: Any) -> dict[str, Any]:
    least = {"schedule": "17 3 * * *", "accounts": [{"id": "111111111111"}], "storage": {"s3": {"bucket": "audit"}}}
    return {
        "apiVersion": "nightaudit.dev/v1alpha1",
        "kind": "AuditSchedule",
        "metadata": {"name": "nightly"},
        "spec": {**least, **spec},
    }


@given(spec=JSON, metadata=JSON, kind=st.sampled_from(["AuditSchedule", "AuditException", "AuditRun"]))
def test_any_json_whatever_gets_an_answer_and_not_a_crash(spec: Any, metadata: Any, kind: str) -> None:
    body = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    assert all(problem.message for problem in validate(body))


@given(values=st.dictionaries(st.sampled_from(["schedule", "timeZone", "accounts", "checks", "expect", "trust"]), JSON))
@example(values={"checks": {"": -(2**63) - 1}})
@example(values={"checks": {"parameters": {"keyRotationDays": 10**400}}, "expect": {"": [2**63]}})
def test_any_value_in_a_field_gets_an_answer_that_names_it(values: dict[str, Any]) -> None:
    for problem in validate(least(**values)):
        assert problem.path.startswith("spec.")


@given(st.lists(FIELD, min_size=5, max_size=5).map(" ".join))
def test_what_is_refused_as_cron_is_refused_by_a_rule_of_the_crd_or_for_want_of_due_times(expression: str) -> None:
    for problem in validate(least(schedule=expression)):
        assert problem.path == "spec.schedule"
        assert problem.message.startswith(("must have", "must be five"))


@pytest.mark.parametrize("document", [{}, {"apiVersion": 1}, {"kind": ["AuditSchedule"]}, {"apiVersion": "v1"}])
def test_an_object_of_another_api_is_told_which_is_meant(document: dict[str, Any]) -> None:
    (problem,) = validate(document)
    assert str(problem) == "apiVersion: must be nightaudit.dev/v1alpha1"


def test_a_kind_that_cannot_be_hashed_is_refused_too() -> None:
    (problem,) = validate({"apiVersion": "nightaudit.dev/v1alpha1", "kind": {}})
    assert problem.path == "kind"


def test_a_misspelt_field_is_told_what_was_meant() -> None:
    (problem,) = validate(least(runDeadline=3))
    assert str(problem) == "spec.runDeadline: unknown field; did you mean runDeadlineSeconds?"


def test_a_number_where_text_belongs_is_told_to_be_quoted() -> None:
    problems = validate(least(accounts=[{"id": 111111111111}]))
    assert str(problems[0]) == "spec.accounts[0].id: must be of type string: put it in quotes"


def test_a_pattern_is_explained_by_the_field_s_description() -> None:
    (problem,) = validate(least(accounts=[{"id": "11111111111a"}]))
    assert problem.message == "must match '^[0-9]{12}$': The account's 12 digits. Quote them, YAML would read a number."


def test_a_label_s_key_is_named() -> None:
    body = least()
    body["metadata"]["labels"] = {"the team": "web"}
    (problem,) = validate(body)
    assert str(problem).startswith("metadata.labels: the key 'the team' must match '")


def test_a_newline_at_the_end_does_not_slip_through_a_pattern() -> None:
    (problem,) = validate(least(storage={"s3": {"bucket": "night-audit\n"}}))
    assert problem.path == "spec.storage.s3.bucket"


def test_a_rule_that_cannot_be_evaluated_is_a_problem_and_not_a_pass() -> None:
    (problem,) = rule_problems("AuditSchedule", {"metadata": {}})
    assert "cannot be evaluated" in problem.message


def test_importing_the_room_loads_neither_the_schema_nor_the_cel_library() -> None:
    code = "import sys, nightaudit_auditor.manifests; print({'jsonschema', 'cel_expr_python', 'cronsim'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
