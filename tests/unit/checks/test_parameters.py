"""A check says which fields of a schedule it honours: those that it reads while it is run over all of its cases."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from nightaudit_auditor.aws.trust import TrustModel, build_trust
from nightaudit_auditor.checks import engine
from nightaudit_auditor.checks.registry import Registry
from nightaudit_auditor.manifests import CheckSettings
from nightaudit_auditor.manifests.types import ScheduleSpec
from tests.unit.checks.build import judge
from tests.unit.checks.test_cases import CASES

HONOURED = ("checks.", "trust.", "expect.")
MADE_OF = {"trusted": ("trusted_accounts", "trusted_organizational_units"), "known": ("known_vendors",)}
"""The parts of the trust model that are made of settings."""

Note = Callable[[str], None]


class Noting:
    """Stands for `thing` and notes the names of the attributes that are read."""

    def __init__(self, thing: object, note: Note) -> None:
        self.thing, self.note = thing, note

    def __getattr__(self, name: str) -> Any:
        self.note(name)
        return getattr(self.thing, name)


class Spec:
    """A part of a schedule's spec, at a path, that notes the paths of the fields that are read."""

    def __init__(self, part: msgspec.Struct, note: Note, path: str = "") -> None:
        self.part, self.note, self.path = part, note, path

    def __getattr__(self, name: str) -> Any:
        (written,) = (f.encode_name for f in msgspec.structs.fields(self.part) if f.name == name)
        value = getattr(self.part, name)
        if isinstance(value, msgspec.Struct):
            return Spec(value, self.note, f"{self.path}{written}.")
        self.note(self.path + written)
        return value


def fields_of(setting: str) -> set[str]:
    """The fields of a schedule that one of the settings is read from."""
    seen: set[str] = set()
    spec = msgspec.convert({"schedule": "@daily", "storage": {"s3": {"bucket": "audit"}}}, ScheduleSpec)
    getattr(CheckSettings(Spec(spec, seen.add)), setting)  # type: ignore[arg-type]
    return {field for field in seen if field.startswith(HONOURED)}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Check id → the settings that it read in its cases, of the schedule or as a part of the trust model."""
    settings: dict[str, set[str]] = defaultdict(set)
    at_hand: set[str] = set()

    class NotingTrust(TrustModel):
        def __getattribute__(self, name: str) -> Any:
            at_hand.update(MADE_OF.get(name, ()))
            return super().__getattribute__(name)

    def noting_trust(*arguments: Any, **options: Any) -> TrustModel:
        model = build_trust(*arguments, **options)
        at_hand.clear()  # what the engine read to build it
        return NotingTrust(**{field.name: getattr(model, field.name) for field in dataclasses.fields(model)})

    monkeypatch.setattr(engine, "build_trust", noting_trust)
    for case in CASES:
        judge(case.check, *case.accounts, settings=Noting(case.settings, at_hand.add))  # type: ignore[arg-type]
        settings[case.check] |= at_hand
    return settings


def test_what_a_check_declares_is_what_it_reads(read: dict[str, set[str]], registry: Registry) -> None:
    honoured = {id_: {field for setting in settings for field in fields_of(setting)} for id_, settings in read.items()}
    declared = {id_: set(check.parameters) for id_, check in registry.checks.items() if check.parameters}
    assert declared == {id_: fields for id_, fields in honoured.items() if fields}


def test_every_field_that_checks_may_honour_is_honoured_by_one(registry: Registry) -> None:
    properties = [name for name, value in vars(CheckSettings).items() if isinstance(value, property)]
    declared = {field for check in registry.checks.values() for field in check.parameters}
    assert declared == {field for name in properties for field in fields_of(name)}
