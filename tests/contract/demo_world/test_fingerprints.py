"""The identities of the demo organization's problems are for ever: exceptions, memory and everybody's links hang on them.

`fingerprints.txt` holds, sorted, a line for each problem: check, account, region, ARN, discriminator (`-` if it has none), and
fingerprint. Where AWS chooses an id at random the ARN has the resource's name instead (`instance/web-1`) and the fingerprint is
that of the ARN as it stands there; for resources that have no name the end of the ARN is `*` and the last word how many there are.

A line that changes means that everybody's finding is RESOLVED and NEW at once. If that is meant (another demo, a new check), write the
file anew and read the difference: NIGHTAUDIT_WRITE_FINGERPRINTS=1 pytest tests/contract/demo_world/test_fingerprints.py
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.aws import facts
from demo.aws.planted import named
from demo.aws.seeding.cloud import Cloud
from demo.world import MANIFESTS, World
from nightaudit_auditor.findings.model import fingerprint
from nightaudit_auditor.manifests import load_schedule
from nightaudit_auditor.snapshot import open_snapshot
from nightaudit_auditor.steps.audit import audit
from tests.contract.demo_world.nights import Finding, newest

HELD = Path(__file__).with_name("fingerprints.txt")
_NAMELESS = re.compile(r"(?<=:)(volume|vpc)/[a-z]+-[0-9a-f]+$")
_ORGANIZATION = re.compile(r"/o-[a-z0-9]+/")


@pytest.fixture(scope="module")
def problems(audited: list[Finding]) -> list[Finding]:
    return [one for one in audited if one["status"] == "FAIL"]


@pytest.fixture(scope="module")
def names(world: World) -> dict[str, str]:
    """ARN with a random id → ARN with the resource's name."""
    cloud = Cloud(world.aws_url)
    found = {}
    for account in (facts.PRODUCTION, facts.STAGING):
        found |= {
            arn: f"{arn.rpartition('/')[0].rpartition(':')[0]}:{name}" for name, arn in named(cloud, account).items()
        }
    return found


def coordinates(finding: Finding) -> tuple[str, str, str, str, str]:
    account, arn = finding["account"]["id"], finding["resource"]["arn"]
    return finding["check"], account, finding["region"], arn, finding.get("discriminator", "")


def lines(problems: list[Finding], names: dict[str, str]) -> Iterator[str]:
    nameless: Counter[tuple[str, ...]] = Counter()
    for check, account, region, arn, discriminator in map(coordinates, problems):
        fixed = _ORGANIZATION.sub("/o-demo/", names.get(arn, arn))
        if _NAMELESS.search(fixed):
            nameless[check, account, region, _NAMELESS.sub(r"\1/*", fixed), discriminator or "-"] += 1
            continue
        identity = fingerprint(check, account, region, fixed, discriminator)
        yield " ".join((check, account, region, fixed, discriminator or "-", identity))
    yield from (" ".join((*place, str(count))) for place, count in nameless.items())


def test_they_are_those_that_are_held(problems: list[Finding], names: dict[str, str]) -> None:
    found = "".join(f"{line}\n" for line in sorted(lines(problems, names)))
    if os.environ.get("NIGHTAUDIT_WRITE_FINGERPRINTS"):
        HELD.write_text(found)
    assert found.splitlines() == HELD.read_text().splitlines()


def test_they_are_those_of_the_five_coordinates(problems: list[Finding]) -> None:
    assert {one["fingerprint"]: coordinates(one) for one in problems} == {
        fingerprint(*coordinates(one)): coordinates(one) for one in problems
    }


def test_no_two_problems_share_one(problems: list[Finding]) -> None:
    assert len({one["fingerprint"] for one in problems}) == len(problems)


def shuffled(answer: Any, order: random.Random) -> Any:
    """The same answer with every list and every object in another order."""
    if isinstance(answer, dict):
        items = [(key, shuffled(value, order)) for key, value in answer.items()]
        return dict(order.sample(items, len(items)))
    if isinstance(answer, list):
        return order.sample([shuffled(value, order) for value in answer], len(answer))
    return answer


def judged(snapshot: dict[str, bytes], folder: Path, order: random.Random | None) -> set[tuple[str, str, str]]:
    """(fingerprint, status, severity) of what a snapshot's audit finds, its records in this order."""
    for name, content in snapshot.items():
        header, *records, trailer = [json.loads(line) for line in gzip.decompress(content).splitlines()]
        if order is not None:
            records = [
                {**one, "answer": shuffled(one.get("answer"), order)} for one in order.sample(records, len(records))
            ]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(
            gzip.compress(b"\n".join(json.dumps(one).encode() for one in (header, *records, trailer)) + b"\n")
        )
    schedule = load_schedule(MANIFESTS / "schedule.yaml")
    found = audit(open_snapshot(folder / "metadata"), schedule, (), datetime.now(UTC), {}).findings
    return {(one.fingerprint, one.status, one.severity) for one in found}


@pytest.mark.parametrize("seed", range(3))
def test_they_stay_whatever_the_order_of_what_aws_answers(
    audited: list[Finding], world: World, tmp_path: Path, seed: int
) -> None:
    assert audited
    snapshot = newest(world, "metadata/")
    as_answered = judged(snapshot, tmp_path / "answered", None)
    assert len(as_answered) > 100
    assert judged(snapshot, tmp_path / "shuffled", random.Random(seed)) == as_answered  # noqa: S311
