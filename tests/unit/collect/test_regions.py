"""Which regions are audited."""

from __future__ import annotations

import pytest

from nightaudit_auditor.collect.regions import enabled, named, select, unmatched
from nightaudit_auditor.manifests.types import AccountTarget, Regions

KNOWN = ("ap-south-1", "eu-central-1", "eu-west-1", "us-east-1")


def _account(*regions: str) -> AccountTarget:
    return AccountTarget(id="111111111111", regions=regions)


def test_enabled_are_those_opted_in_or_that_need_no_opt_in() -> None:
    states = {"a": "opt-in-not-required", "b": "opted-in", "c": "not-opted-in", "d": "ENABLING"}
    answer = {
        "Regions": [{"RegionName": name, "OptInStatus": state} for name, state in states.items()]
        + [{"RegionName": "e"}]
    }
    assert enabled(answer) == ("a", "b", "e")
    assert enabled({}) == ()


@pytest.mark.parametrize(
    ("account", "include", "exclude", "selected"),
    [
        ((), (), (), KNOWN),
        ((), ("eu-*",), (), ("eu-central-1", "eu-west-1")),
        ((), (), ("*-1",), ()),
        ((), ("eu-*", "us-*"), ("eu-west-*",), ("eu-central-1", "us-east-1")),
        (("us-east-1",), ("eu-*",), (), ("us-east-1",)),
        (("us-*",), (), ("us-east-1",), ()),
        ((), ("mars-*",), (), ()),
    ],
)
def test_the_schedule_selects_by_globs(
    account: tuple[str, ...], include: tuple[str, ...], exclude: tuple[str, ...], selected: tuple[str, ...]
) -> None:
    assert select(KNOWN, _account(*account), Regions(include=include, exclude=exclude)) == selected


def test_regions_named_in_full_are_known_without_asking() -> None:
    assert named(_account("us-east-1", "eu-*"), Regions()) == ("us-east-1",)
    assert named(_account(), Regions(include=("eu-west-1", "eu-central-1"), exclude=("eu-west-1",))) == (
        "eu-central-1",
    )
    assert named(_account(), Regions()) == ()


@pytest.mark.parametrize(
    ("account", "include", "exclude", "missing"),
    [
        ((), (), (), ()),
        ((), ("eu-*", "us-east-1"), (), ()),
        ((), ("eu-*", "us-east-9"), (), ("us-east-9",)),
        ((), ("mars-*", "eu-*"), (), ("mars-*",)),
        (("us-east-9",), ("eu-*",), (), ("us-east-9",)),
        ((), ("eu-west-1", "us-*"), ("eu-*",), ()),
        ((), ("eu-west-1",), ("eu-*",), ("eu-west-1",)),
        ((), (), ("*",), ("*",)),
    ],
)
def test_what_the_schedule_names_in_vain_is_told(
    account: tuple[str, ...], include: tuple[str, ...], exclude: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert tuple(unmatched(KNOWN, _account(*account), Regions(include=include, exclude=exclude))) == missing


def test_what_is_named_in_vain_is_told_with_the_place_to_correct() -> None:
    assert unmatched(KNOWN, _account("mars-1"), Regions()) == {
        "mars-1": "no region that account 111111111111 has enabled matches mars-1: enable the region in the account, "
        "or correct accounts[111111111111].regions"
    }
    (message,) = unmatched(KNOWN, _account(), Regions(include=("eu-west-1",), exclude=("eu-*",))).values()
    assert message.endswith("that matches eu-west-1 is excluded: correct regions.exclude")
