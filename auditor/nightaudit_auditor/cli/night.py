"""`nightaudit run`: the whole night; `nightaudit announce`: a run that died is spoken for by another."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nightaudit_auditor.cli.console import (
    EXIT_CONFIGURATION,
    EXIT_FAILED,
    EXIT_FINDINGS,
    EXIT_OK,
    OUTPUTS,
    calm_garbage_collector,
    configure_logging,
    fail,
    printable,
    say,
    show,
    show_json,
)
from nightaudit_auditor.cli.inputs import (
    exceptions_digest,
    exceptions_option,
    make_task,
    read_exceptions,
    read_schedule,
    schedule_option,
    storage_option,
)
from nightaudit_auditor.cli.interrupts import stop_on_signals

if TYPE_CHECKING:
    from nightaudit_auditor.documents import RunSummary
    from nightaudit_auditor.run import Ended
    from nightaudit_auditor.steps.task import Task

log = logging.getLogger(__name__)

SEVERITIES = ("Critical", "High", "Medium", "Low", "Info")


@click.command("run")
@schedule_option
@exceptions_option
@storage_option
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES, case_sensitive=False), help="Exit with 3 if findings are this grave."
)
@click.option("-o", "--output", type=click.Choice(OUTPUTS), default="table", show_default=True)
def run_command(
    schedule_file: Path, exception_files: tuple[Path, ...], storage: str | None, fail_on: str | None, output: str
) -> None:
    """Collect, audit, compare with the last run, store and tell."""
    configure_logging()
    schedule = read_schedule(schedule_file)
    exceptions = read_exceptions(exception_files, schedule)
    task = make_task(schedule, exceptions, digest=exceptions_digest(exception_files), storage=storage, run=None)
    ended = asyncio.run(_until_the_end(task))
    if os.environ.get("NIGHTAUDIT_LOG_FORMAT") != "json":
        _print(ended.summary, output)
    sys.exit(exit_status(ended, fail_on))


@click.command("announce")
@schedule_option
@exceptions_option
@click.option("--run", required=True, help="The name of the run that died.")
@click.option("--reason", required=True, help="Kubernetes' word for it, e.g. OOMKilled.")
@click.option("--message", default="", help="What else is known.")
def announce_command(
    schedule_file: Path, exception_files: tuple[Path, ...], run: str, reason: str, message: str
) -> None:
    """Tell the notifications and the errors topic that a run died before it could speak."""
    from nightaudit_auditor.steps.tell import alarm, announce_death  # noqa: PLC0415

    configure_logging()
    schedule = read_schedule(schedule_file)
    task = make_task(schedule, read_exceptions(exception_files, schedule), digest="", storage=None, run=run)
    deliveries = announce_death(task, reason, message)
    topic = alarm(task, (f"{reason}: {message}" if message else reason,), "Error")
    undelivered = [f"notification {d.name}: {d.reason}: {d.message}" for d in deliveries if not d.delivered]
    if topic is not None and not topic.delivered:
        undelivered.append(f"errors topic: {topic.message}")
    if undelivered:
        fail("; ".join(undelivered), EXIT_FAILED)


def exit_status(ended: Ended, fail_on: str | None) -> int:
    """The exit status of a run: it ran, it could not finish or deliver, its configuration is wrong, it found too much."""
    if ended.configuration:
        return EXIT_CONFIGURATION
    if ended.summary.result == "Error" or not ended.delivered:
        return EXIT_FAILED
    if fail_on is not None:
        grave = SEVERITIES[: [s.lower() for s in SEVERITIES].index(fail_on.lower()) + 1]
        if any(getattr(ended.summary.findings, severity.lower()) for severity in grave):
            return EXIT_FINDINGS
    return EXIT_OK


async def _until_the_end(task: Task) -> Ended:
    """SIGTERM and an interrupt stop the collection; what was collected is still audited, stored and told, as Partial."""
    from nightaudit_auditor.cli.progress import make_progress  # noqa: PLC0415
    from nightaudit_auditor.run import night  # noqa: PLC0415

    calm_garbage_collector()
    stop = stop_on_signals()
    with make_progress() as progress:
        ended = await night(task, stop, progress)
    # Here and not later: leaving the loop waits for what botocore may still be asking in a thread.
    _leave_summary(ended.summary)
    return ended


def _leave_summary(summary: RunSummary) -> None:
    """Write the termination message, where Kubernetes told us to."""
    from nightaudit_auditor.documents.summary import encode  # noqa: PLC0415

    path = os.environ.get("NIGHTAUDIT_TERMINATION_LOG")
    if not path:
        return
    try:
        Path(path).write_bytes(encode(summary))
    except OSError as error:
        log.error("%s: the run summary could not be written: %s", path, error.strerror)


def _print(summary: RunSummary, output: str) -> None:
    if output == "json":
        show_json(summary)
        return
    counts = summary.findings
    show(
        [
            [
                summary.run, summary.result, str(counts.critical), str(counts.high), str(summary.new),
                str(summary.resolved), str(summary.unknown), f"{summary.accounts.succeeded}/{summary.accounts.total}",
            ]
        ],
        ("run", "result", "critical", "high", "new", "resolved", "unknown", "accounts"),
    )  # fmt: skip
    for error in summary.errors:
        say(printable(f"error: {error}"))
    if summary.report is not None:
        click.echo(f"report: {summary.report.uri}")
