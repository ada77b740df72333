"""A whole night, from the schedule to the bucket, of a schedule whose accounts are discovered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import msgspec

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.collect import collect
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.documents.manifest import RunManifest
from nightaudit_auditor.documents.summary import RunSummary
from nightaudit_auditor.findings.latest import Latest, decode
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.manifests import AuditSchedule
from nightaudit_auditor.manifests.types import Checks
from nightaudit_auditor.run import night
from nightaudit_auditor.snapshot import Record, SnapshotWriter, open_organization, open_snapshot
from nightaudit_auditor.steps.keep import FINDINGS, MANIFEST, read_findings
from nightaudit_auditor.steps.task import Task
from tests.fault.night import CALM, UNHURRIED, Manner, Stage, records_of
from tests.fault.oracles import needs
from tests.fault.organization import Wish
from tests.fault.stand_in import Handler, serve

_SERVICES = {"organizations", "iam", "sts"}
_REGIONS = "ec2.describe_regions"


@dataclass(frozen=True)
class Kept:
    """What a night left in its bucket. Records are as `records_of` gives them, of `accounts` by account id."""

    summary: RunSummary
    manifest: RunManifest
    organization: dict[str, Record]
    accounts: dict[str, dict[str, Record]]
    findings: tuple[Finding, ...]
    latest: Latest
    seconds: float


def few(catalogue: Catalogue) -> Catalogue:
    """What an account is asked here: little, as the matrix has the rest, but of everything that the organization decides.

    What is read in turn is left out: of two nights the second reads on where the first stopped.
    """
    entries = {
        id_: one
        for id_, one in catalogue.entries.items()
        if (one.service in _SERVICES and not one.cap) or id_ == _REGIONS
    }
    return msgspec.structs.replace(catalogue, entries=entries)


def schedule_of(stage: Stage, wish: Wish) -> AuditSchedule:
    """The schedule of the matrix for the accounts that are wished for, with all checks that need nothing but `few`."""
    asked = few(stage.whole).entries.keys()
    checks = tuple(check.id for check in load().checks.values() if needs(check) - {_REGIONS} <= asked)
    spec = msgspec.structs.replace(
        stage.schedule.spec, accounts=wish.accounts, organization=wish.organization, checks=Checks(include=checks),
        notifications=(), errors=None,
    )  # fmt: skip
    return msgspec.structs.replace(stage.schedule, spec=spec)


async def spend(
    stage: Stage, handler: Handler, wish: Wish, bucket: Path, *, number: int, within: float = 60, manner: Manner = CALM
) -> Kept:
    """The run with this number, at the time of all nights, so that ages are the same in each.

    Raises TimeoutError if it takes longer than `within` seconds.
    """
    task = Task(
        schedule=schedule_of(stage, wish), exceptions=(), exceptions_digest="", run=f"night-{number}", started=stage.now,
        token=lambda _: "", slack_api_url="", storage=bucket.as_uri(),
    )  # fmt: skip
    patient = partial(
        collect, session=stage.session, patience=manner.patience, timeouts=manner.timeouts, in_flight=manner.in_flight
    )
    keyed = partial(SnapshotWriter, key=b"the same in every run")
    async with serve(handler) as url:
        with (
            stage.facing(url, few(stage.whole)),
            patch("nightaudit_auditor.run.collect", patient),
            patch("nightaudit_auditor.run.SnapshotWriter", keyed),
        ):
            began = time.monotonic()
            ended = await asyncio.wait_for(night(task, asyncio.Event(), quotas=UNHURRIED), within)
            seconds = time.monotonic() - began
    return _kept(task, bucket, ended.summary, seconds)


def _kept(task: Task, bucket: Path, summary: RunSummary, seconds: float) -> Kept:
    folder = bucket / task.folder
    if not (folder / MANIFEST).exists():
        raise AssertionError(f"the run died: {summary.errors}")
    organization = open_organization(folder)
    metadata = task.schedule.metadata
    return Kept(
        summary=summary,
        manifest=msgspec.json.decode((folder / MANIFEST).read_bytes(), type=RunManifest),
        organization=records_of(organization) if organization else {},
        accounts={id_: records_of(data) for id_, data in open_snapshot(folder).items()},
        findings=read_findings(folder / FINDINGS),
        latest=decode((bucket / task.layout.latest).read_bytes(), metadata.namespace, metadata.name),
        seconds=seconds,
    )
