"""Every condition of every check decides some case: turned over, it makes at least one of them fail."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from nightaudit_auditor import checks
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Check, Context, Fail, Registry, Resource, Result
from nightaudit_auditor.checks.results import Evaluation
from nightaudit_auditor.snapshot import Gone
from tests.unit.checks import build
from tests.unit.checks.build import Case, assert_case, judge
from tests.unit.checks.inversion import Variant, functions, installed, variants, written_in
from tests.unit.checks.inversion_reasons import EXCUSED, NEVER_ASKED, Excused
from tests.unit.checks.inversion_words import WORDS, Said, assert_said
from tests.unit.checks.test_cases import CASES

MACHINERY = ("audit", "catalogue", "engine", "names", "registry", "results", "selection", "troubles")
"""What runs the checks is tested by itself."""

BY_CHECK: dict[str, list[Case]] = defaultdict(list)
for _case in CASES:
    BY_CHECK[_case.check].append(_case)
SAID: dict[tuple[str, str], list[Said]] = defaultdict(list)
for _row in WORDS:
    SAID[_row.check, _row.why].append(_row)
ORDINARY: list[Check] = [check for id_, check in sorted(load().checks.items()) if id_ in BY_CHECK]


def fresh(case: Case) -> Case:
    """The case with accounts of which nothing has been derived yet."""
    return dataclasses.replace(case, accounts=tuple(data.only(data.operations()) for data in case.accounts))


def judged(case: Case) -> Evaluation:
    return judge(case.check, *case.accounts, settings=case.settings, known=case.known, discovery=case.discovery)


def assert_whole(case: Case) -> None:
    """The case, and what is said in it. Raises AssertionError."""
    assert_case(fresh(case))
    for row in SAID[case.check, case.why]:
        assert_said(row, judged(fresh(case)))


def decides(variant: Variant, cases: Iterable[Case]) -> bool:
    """Whether one of the cases fails with the condition turned over."""
    with installed(variant.function, variant.code):
        for case in cases:
            try:
                assert_whole(case)
            except AssertionError:
                return True
    return False


def excused(variant: Variant, check: str = "") -> list[Excused]:
    return [
        one
        for one in EXCUSED
        if (one.file, one.function, one.condition) == variant.key and (check in one.checks or not one.checks)
    ]


def _shared() -> dict[str, list[FunctionType]]:
    """Module → its functions that belong to no single check."""
    own = {function for check in ORDINARY for function in functions(check.evaluate)}
    found: dict[str, list[FunctionType]] = {}
    for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."):
        name = module.name.removeprefix(f"{checks.__name__}.")
        if name.partition(".")[0] not in MACHINERY:
            mine = [f for f in written_in(importlib.import_module(module.name)) if f not in own and variants(f)]
            if mine:
                found[name] = mine
    return found


SHARED = _shared()


@pytest.fixture(scope="module")
def ran() -> dict[FunctionType, list[Case]]:
    """Function that checks share → the cases in which it runs."""
    wanted: dict[CodeType, FunctionType] = {f.__code__: f for mine in SHARED.values() for f in mine}
    found: dict[FunctionType, list[Case]] = defaultdict(list)
    for case in CASES:
        called: set[CodeType] = set()

        def note(frame: FrameType, event: str, _argument: Any, called: set[CodeType] = called) -> None:
            if event == "call":
                called.add(frame.f_code)

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            judged(fresh(case))
        finally:
            sys.setprofile(before)
        for code in called & wanted.keys():
            found[wanted[code]].append(case)
    return found


@pytest.mark.parametrize("check", ORDINARY, ids=lambda check: check.id)
def test_every_condition_of_a_check_decides_one_of_its_cases(check: Check) -> None:
    cases = BY_CHECK[check.id]
    undecided = {v for f in functions(check.evaluate) for v in variants(f) if not decides(v, cases)}
    assert [f"{check.id}: {v}" for v in sorted(undecided, key=str) if not excused(v, check.id)] == []


@pytest.mark.parametrize("module", SHARED)
def test_every_condition_that_checks_share_decides_a_case_of_one(
    module: str, ran: dict[FunctionType, list[Case]]
) -> None:
    undecided = [v for f in SHARED[module] for v in variants(f) if not decides(v, ran[f])]
    assert [str(v) for v in undecided if not excused(v)] == []


@pytest.mark.parametrize("one", EXCUSED, ids=lambda one: f"{one.file}: {one.function}: {one.condition}")
def test_an_excuse_is_needed(one: Excused, ran: dict[FunctionType, list[Case]]) -> None:
    reached = [(f, id_) for id_ in one.checks for f in functions(load().checks[id_].evaluate)] or [
        (f, "") for mine in SHARED.values() for f in mine
    ]
    found = [(v, id_) for f, id_ in reached for v in variants(f) if v.key == (one.file, one.function, one.condition)]
    assert found, "there is no such condition"
    assert {id_ for _, id_ in found} == set(one.checks or ("",)), "one of the checks does not ask it"
    for variant, id_ in found:
        assert not decides(variant, BY_CHECK[id_] if id_ else ran[variant.function]), f"{id_} has a case that fails"


@pytest.mark.parametrize("row", WORDS, ids=lambda row: f"{row.check}: {row.why}")
def test_the_run_says_so(row: Said) -> None:
    (case,) = [case for case in BY_CHECK[row.check] if case.why == row.why]
    assert_said(row, judged(case))


def turned_over(check: Check, asked: list[str]) -> Check:
    """The check with a problem wherever it finds none, and none where it finds one; `asked` grows each time it is asked."""

    def evaluate(resource: Resource, context: Context) -> Iterator[Result]:
        asked.append(check.id)
        try:
            found = list(check.evaluate(resource, context))
        except Gone:
            yield Fail("out of scope", "gone")
            return
        fails = [result for result in found if isinstance(result, Fail)]
        yield from (result for result in found if not isinstance(result, Fail))
        if not fails:
            yield Fail("turned over")

    return dataclasses.replace(check, evaluate=evaluate)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every verdict of the catalogue is turned over; the ids of the checks that were asked, once for each resource."""
    ids: list[str] = []
    registry = Registry({id_: turned_over(check, ids) for id_, check in load().checks.items()})
    monkeypatch.setattr(build, "load", lambda: registry)
    return ids


VERDICTS = [case for case in CASES if case.shape != "unreadable"]


@pytest.mark.parametrize("case", [c for c in VERDICTS if c.why not in NEVER_ASKED.get(c.check, ())], ids=str)
def test_the_verdict_turned_over_fails_the_case(case: Case, asked: list[str]) -> None:
    """If a planted case passes, it does not say whose problem it is: a row in `inversion_words.WHOSE` does."""
    with pytest.raises(AssertionError):
        assert_whole(case)
    assert asked, "the check was never asked: see inversion_reasons.NEVER_ASKED"


@pytest.mark.parametrize(("check", "why"), [(check, why) for check, whys in NEVER_ASKED.items() for why in whys])
def test_a_check_is_not_asked_of_what_the_list_leaves_out(check: str, why: str, asked: list[str]) -> None:
    (case,) = [case for case in BY_CHECK[check] if case.why == why]
    assert_whole(case)
    assert asked == []


MODULE = """
def asked(a, b, c):
    while a:
        a = None
    if b and not (c or a):
        return [n for n in b if n if n > 1]
    elif all(n is c for n in b):
        return 1 if c else 2
    match b:
        case [n] if n == c:
            return helper(n)
    return any(c for c in b)

def helper(n):
    return n < 3

def unasked():
    return not helper(1)
"""
CONDITIONS = [
    "a", "b and (not (c or a))", "b", "not (c or a)", "c", "a", "n", "n > 1", "all((n is c for n in b))", "n is c", "c", "n == c", "c",
]  # fmt: skip


class TestTheConditions:
    @pytest.fixture
    def module(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
        (tmp_path / "written_for_a_test.py").write_text(MODULE, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        yield importlib.import_module("written_for_a_test")
        del sys.modules["written_for_a_test"]

    def test_are_all_that_a_function_asks(self, module: ModuleType) -> None:
        assert [variant.condition for variant in variants(module.asked)] == CONDITIONS

    def test_are_those_of_the_functions_that_it_reaches(self, module: ModuleType) -> None:
        assert functions(module.asked) == [module.asked, module.helper]
        assert functions(module.unasked) == [module.unasked, module.helper]

    def test_are_turned_over_while_a_variant_is_installed(self, module: ModuleType) -> None:
        (variant,) = variants(module.helper)
        with installed(module.helper, variant.code):
            assert (module.asked(None, [1], 1.0), module.unasked()) == (False, True)
        assert (module.asked(None, [1], 1.0), module.unasked()) == (True, False)

    def test_are_as_they_were_whatever_happens_meanwhile(self, module: ModuleType) -> None:
        (variant,) = variants(module.helper)
        with pytest.raises(ZeroDivisionError), installed(module.helper, variant.code):
            raise ZeroDivisionError
        assert module.helper(1) is True

    def test_say_where_they_stand(self, module: ModuleType) -> None:
        assert str(variants(module.helper)[0]) == "written_for_a_test.py:15: helper: n < 3"
