"""The steps of a night one by one: collect, audit, report, diff."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from nightaudit_auditor.cli.console import (
    EXIT_FAILED,
    OUTPUTS,
    configure_logging,
    fail,
    printable,
    say,
    show,
    show_json,
)
from nightaudit_auditor.cli.inputs import (
    exceptions_option,
    make_task,
    organization_of,
    read_exceptions,
    read_schedule,
    reading,
    schedule_option,
    snapshot_argument,
)
from nightaudit_auditor.cli.interrupts import stop_on_signals

if TYPE_CHECKING:
    from nightaudit_auditor.collect import Collection
    from nightaudit_auditor.findings.model import Finding
    from nightaudit_auditor.manifests import AuditSchedule

output_option = click.option("-o", "--output", type=click.Choice(OUTPUTS), default="table", show_default=True)


@click.command("collect")
@schedule_option
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def collect_command(schedule_file: Path, folder: Path) -> None:
    """Collect the metadata of the schedule's accounts into FOLDER. Interrupted, it keeps what it has and says what is missing."""
    configure_logging()
    schedule = read_schedule(schedule_file)
    collection = asyncio.run(_collect(schedule, folder))
    show(
        [
            [a.account, a.name, "yes" if a.reachable else "no", str(len(a.regions)), a.error]
            for a in collection.accounts
        ],
        ("account", "name", "reached", "regions", "error"),
    )
    for one in collection.roster.left_out:
        say(printable(f"not audited: {one.id} {one.name}: {one.reason}: {one.detail}"))
    for trouble in collection.roster.troubles:
        say(printable(f"error: {trouble.detail}{f': {trouble.message}' if trouble.message else ''}"))
    if collection.halted:
        fail(f"{folder}: the collection ended early ({collection.halted}): the snapshot is not complete", EXIT_FAILED)
    if not any(a.reachable for a in collection.accounts):
        sys.exit(EXIT_FAILED)


@click.command("audit")
@snapshot_argument
@schedule_option
@exceptions_option
@output_option
def audit_command(snapshot: Path, schedule_file: Path, exception_files: tuple[Path, ...], output: str) -> None:
    """Audit a SNAPSHOT with the checks that the schedule selects."""
    from nightaudit_auditor.steps.audit import audit  # noqa: PLC0415

    configure_logging()
    schedule = read_schedule(schedule_file)
    exceptions = read_exceptions(exception_files, schedule)
    with reading(snapshot) as accounts:
        judgement = audit(accounts, schedule, exceptions, datetime.now(UTC), {}, organization_of(snapshot))
    for warning in judgement.warnings:
        say(printable(f"warning: {warning}"))
    _show_findings(judgement.findings, output)


@click.command("report")
@snapshot_argument
@schedule_option
@exceptions_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def report_command(snapshot: Path, schedule_file: Path, exception_files: tuple[Path, ...], file: Path) -> None:
    """Audit a SNAPSHOT and write the HTML report to FILE. Without memory everything in it is a baseline."""
    from nightaudit_auditor.documents.manifest import AccountOutcome  # noqa: PLC0415
    from nightaudit_auditor.findings.memory import compare  # noqa: PLC0415
    from nightaudit_auditor.steps.audit import audit  # noqa: PLC0415
    from nightaudit_auditor.steps.count import audit_errors, result_of, severity_counts, unknown_count  # noqa: PLC0415
    from nightaudit_auditor.steps.keep import write_report  # noqa: PLC0415
    from nightaudit_auditor.steps.present import report_model  # noqa: PLC0415

    configure_logging()
    schedule = read_schedule(schedule_file)
    exceptions = read_exceptions(exception_files, schedule)
    task = make_task(schedule, exceptions, digest="", storage=None, run=None)
    with reading(snapshot) as accounts:
        judgement = audit(accounts, schedule, exceptions, task.started, {}, organization_of(snapshot))
        comparison = compare(None, judgement.findings, judgement.judged, task.started)
        outcomes = tuple(AccountOutcome.of(data) for data in accounts.values())
        reached = sum(outcome.reachable for outcome in outcomes)
        result = result_of(
            severity_counts(comparison.findings),
            unknown=unknown_count(comparison.findings),
            reached=reached,
            unreached=len(outcomes) - reached,
            incomplete=bool(judgement.roster.troubles)
            or not all(data.complete for data in judgement.evaluation.facts.values()),
        )
        model = report_model(
            task, judgement, comparison, accounts, outcomes,
            result=result, errors=(*audit_errors(comparison.findings), *judgement.warnings), completed=datetime.now(UTC),
        )  # fmt: skip
    try:
        write_report(model, file)
    except OSError as error:
        fail(f"{file}: {error.strerror}", EXIT_FAILED)
    click.echo(f"report: {file.absolute().as_uri()}")


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@output_option
def diff_command(old: Path, new: Path, output: str) -> None:
    """What is NEW and RESOLVED between two findings.jsonl.gz, OLD and NEW."""
    from nightaudit_auditor.findings.diff import difference  # noqa: PLC0415
    from nightaudit_auditor.steps.keep import read_findings  # noqa: PLC0415

    try:
        changed = difference(read_findings(old), read_findings(new))
    except ValueError as error:
        fail(str(error))
    _show_findings(changed, output)


async def _collect(schedule: AuditSchedule, folder: Path) -> Collection:
    from nightaudit_auditor.cli.progress import make_progress  # noqa: PLC0415
    from nightaudit_auditor.collect import collect  # noqa: PLC0415
    from nightaudit_auditor.snapshot import SnapshotError, SnapshotWriter  # noqa: PLC0415

    run = f"collect-{uuid4().hex[:8]}"
    stop = stop_on_signals()
    try:
        with make_progress() as progress:
            sink = SnapshotWriter(folder, run)
            return await collect(schedule, sink, run=run, deadline=None, stop=stop, progress=progress)
    except SnapshotError as error:
        fail(str(error), EXIT_FAILED)


def _show_findings(findings: tuple[Finding, ...], output: str) -> None:
    if output == "json":
        show_json(findings)
        return
    show(
        [
            [
                f.state or f.status,
                f.severity,
                f.check,
                f.account.name or f.account.id,
                f.region,
                f.resource.name,
                f.detail,
            ]
            for f in findings
        ],
        ("state", "severity", "check", "account", "region", "resource", "detail"),
    )
