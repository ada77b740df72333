"""The ConfigMap that the operator renders is read by the auditor, and says what the user said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.cli.inputs import exceptions_digest, read_exceptions
from nightaudit_auditor.manifests import load_exceptions, load_schedule, read_documents, validate
from nightaudit_auditor.manifests.selector import selects
from nightaudit_auditor.manifests.types import LabelSelector
from nightaudit_operator.api.manifests import LabelSelector as OperatorSelector
from nightaudit_operator.plan.selection import matches

from .conftest import GOOD, Json, World

KEYS, VALUES = st.sampled_from(["team", "env", "example.com/tier"]), st.sampled_from(["", "a", "b", "c"])
LABELS = st.dictionaries(KEYS, VALUES)
REQUIREMENTS = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": values},
        KEYS, st.sampled_from(["In", "NotIn"]), st.lists(VALUES, min_size=1, unique=True),
    ),
    st.builds(lambda key, operator: {"key": key, "operator": operator}, KEYS, st.sampled_from(["Exists", "DoesNotExist"])),
)  # fmt: skip
SELECTORS = st.fixed_dictionaries({}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(REQUIREMENTS)})


@pytest.mark.parametrize("name", sorted(path.stem for path in GOOD.glob("schedule-*.yaml")))
def test_a_schedule_arrives_as_it_was_declared(name: str, world: World, tmp_path: Path) -> None:
    declared, mounted = load_schedule(GOOD / f"{name}.yaml"), world.mount(tmp_path, world.manifest(name))
    arrived = load_schedule(mounted.schedule)
    assert arrived.spec == declared.spec
    assert (arrived.metadata.name, arrived.metadata.labels) == (declared.metadata.name, declared.metadata.labels)
    assert (arrived.metadata.namespace, arrived.metadata.generation) == ("security", 3)
    assert arrived.metadata.uid == f"uid-{declared.metadata.name}"


@pytest.mark.parametrize("name", sorted(path.stem for path in GOOD.glob("exception-*.yaml")))
def test_an_exception_arrives_as_it_was_declared(name: str, world: World, tmp_path: Path) -> None:
    (declared,) = load_exceptions([GOOD / f"{name}.yaml"])
    mounted = world.mount(tmp_path, world.manifest("schedule-least"), [world.manifest(name)])
    (arrived,) = load_exceptions([mounted.exceptions])
    assert arrived.spec == declared.spec
    assert arrived.metadata.labels == declared.metadata.labels


def test_every_document_in_it_is_a_valid_object_of_the_api(world: World, tmp_path: Path) -> None:
    least = world.manifest("schedule-full")
    del least["spec"]["exceptionSelector"]
    exceptions = [world.manifest(path.stem) for path in sorted(GOOD.glob("exception-*.yaml"))]
    mounted = world.mount(tmp_path, least, exceptions)
    documents = [*read_documents(mounted.schedule), *read_documents(mounted.exceptions)]
    assert len(documents) == 1 + len(exceptions)
    assert [problem for document in documents for problem in validate(document.body)] == []


def test_the_schedule_carries_neither_status_nor_the_bookkeeping_of_the_server(world: World, tmp_path: Path) -> None:
    (document,) = read_documents(world.mount(tmp_path, world.manifest("schedule-full")).schedule)
    assert set(document.body) == {"apiVersion", "kind", "metadata", "spec"}
    assert set(document.body["metadata"]) == {"name", "namespace", "labels", "uid", "generation"}


def test_positions_mean_the_same_to_both(world: World, exception: Callable[..., Json], tmp_path: Path) -> None:
    exceptions = [exception(name) for name in ("zebra", "aardvark", "b-2", "b-10")]
    mounted = world.mount(tmp_path, world.manifest("schedule-least"), exceptions)
    arrived = load_exceptions([mounted.exceptions])
    assert (
        mounted.seen.exceptions == tuple(one.metadata.name for one in arrived) == ("aardvark", "b-10", "b-2", "zebra")
    )


@pytest.mark.parametrize("count", [0, 1, 300])
def test_both_compute_the_same_digest(count: int, world: World, exception: Callable[..., Json], tmp_path: Path) -> None:
    exceptions = [exception(f"e-{number}") for number in range(count)]
    mounted = world.mount(tmp_path, world.manifest("schedule-least"), exceptions)
    assert mounted.seen.exceptions_digest == exceptions_digest((mounted.exceptions,))
    assert mounted.manifest["metadata"]["name"] == f"nightly-{mounted.seen.digest}"


@given(SELECTORS, LABELS)
def test_a_selector_selects_the_same_for_both(selector: Json, labels: dict[str, str]) -> None:
    assert matches(msgspec.convert(selector, OperatorSelector), labels) == selects(
        msgspec.convert(selector, LabelSelector), labels
    )


@settings(max_examples=25)
@given(SELECTORS, st.lists(LABELS, max_size=8))
def test_the_auditor_leaves_out_none_of_those_that_the_operator_selected(selector: Json, labels: list[Json]) -> None:
    world = World()
    schedule = world.manifest("schedule-least")
    schedule["spec"]["exceptionSelector"] = selector
    exceptions = [
        {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditException",
            "metadata": {"name": f"e-{number}", "labels": those},
            "spec": {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"},
        }
        for number, those in enumerate(labels)
    ]
    with TemporaryDirectory() as folder:
        mounted = world.mount(Path(folder), schedule, exceptions)
        read = read_exceptions((mounted.exceptions,), load_schedule(mounted.schedule))
        assert tuple(one.metadata.name for one in read) == mounted.seen.exceptions
