"""Every rule of the API refuses its bad object offline, naming the field and the fix; every good object passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightaudit_auditor.manifests import load_exceptions, load_schedule, read_documents, validate

FIXTURES = Path(__file__).parents[2] / "fixtures" / "manifests"
BAD = sorted((FIXTURES / "bad").rglob("*.yaml"))
GOOD = sorted((FIXTURES / "good").glob("*.yaml"))


def expected(path: Path) -> dict[str, str]:
    lines = [line.removeprefix("# ").split(": ", 1) for line in path.read_text().splitlines() if line.startswith("# ")]
    return dict(lines)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_refuses_the_bad_object_naming_the_field_and_the_fix(path: Path) -> None:
    (document,) = read_documents(path)
    problems = list(map(str, validate(document.body)))
    want = expected(path)
    assert any(want["field"] in problem and want["message"] in problem for problem in problems), problems


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_finds_nothing_else_wrong_with_it(path: Path) -> None:
    (document,) = read_documents(path)
    field = expected(path)["field"].split("[")[0]
    assert [problem for problem in map(str, validate(document.body)) if field not in problem] == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_accepts_the_good_object(path: Path) -> None:
    (document,) = read_documents(path)
    assert validate(document.body) == []


def test_every_good_object_that_the_auditor_reads_becomes_a_typed_one() -> None:
    for path in GOOD:
        if path.name.startswith("schedule"):
            assert load_schedule(path).kind == "AuditSchedule"
        elif path.name.startswith("exception"):
            assert [exception.kind for exception in load_exceptions([path])] == ["AuditException"]
