"""From options and environment to what the rooms take: manifests, tokens, names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from nightaudit_auditor.cli.console import fail

if TYPE_CHECKING:
    from nightaudit_auditor.manifests import AuditException, AuditSchedule
    from nightaudit_auditor.manifests.types import Notification
    from nightaudit_auditor.snapshot import AccountData, Snapshot
    from nightaudit_auditor.steps.task import Task

SLACK_API_URL = "https://slack.com/api/"

schedule_option = click.option(
    "-f", "--filename", "schedule_file", required=True, type=click.Path(path_type=Path), help="The AuditSchedule (YAML or JSON)."
)  # fmt: skip
exceptions_option = click.option(
    "-x", "--exceptions", "exception_files", multiple=True, type=click.Path(path_type=Path),
    help="AuditExceptions: a folder, a YAML file, or the .json.gz of the operator. Repeatable.",
)  # fmt: skip
snapshot_argument = click.argument("snapshot", type=click.Path(path_type=Path, exists=True, file_okay=False))
storage_option = click.option(
    "--storage", default=None, metavar="URL", help="file:///folder or s3://bucket/prefix instead of the schedule's bucket."
)  # fmt: skip


@contextmanager
def reading(snapshot: Path) -> Iterator[Snapshot]:
    """The snapshot's accounts; a file that cannot be read, at whichever of them, ends the command with its name and line."""
    from nightaudit_auditor.snapshot import SnapshotError, open_snapshot  # noqa: PLC0415

    try:
        yield open_snapshot(snapshot)
    except SnapshotError as error:
        fail(str(error))


def organization_of(snapshot: Path) -> AccountData | None:
    """What was read of the organization when its accounts were discovered, or the end of the program."""
    from nightaudit_auditor.snapshot import SnapshotError, open_organization  # noqa: PLC0415

    try:
        return open_organization(snapshot)
    except SnapshotError as error:
        fail(str(error))


def read_schedule(path: Path) -> AuditSchedule:
    """The schedule, or the end of the program with every problem and exit status 2."""
    from nightaudit_auditor.manifests import ManifestError, load_schedule  # noqa: PLC0415

    try:
        return load_schedule(path)
    except ManifestError as error:
        fail(str(error))


def read_exceptions(paths: tuple[Path, ...], schedule: AuditSchedule) -> tuple[AuditException, ...]:
    """The exceptions that the schedule selects, or the end of the program: it never runs without those it was given."""
    from nightaudit_auditor.manifests import ManifestError, load_exceptions, selects  # noqa: PLC0415

    try:
        loaded = load_exceptions(paths)
    except ManifestError as error:
        fail(str(error))
    selector = schedule.spec.exception_selector
    return tuple(e for e in loaded if selector is None or selects(selector, e.metadata.labels))


def exceptions_digest(paths: tuple[Path, ...]) -> str:
    """sha256 of the one file that the operator made; empty for anything else: then positions mean nothing to it."""
    if len(paths) == 1 and paths[0].suffixes[-2:] == [".json", ".gz"]:
        return sha256(paths[0].read_bytes()).hexdigest()
    return ""


def token_reader() -> Callable[[Notification], str]:
    """A notification's Slack token: its file in NIGHTAUDIT_TOKEN_DIR, or on a laptop SLACK_BOT_TOKEN; empty if missing."""
    folder = os.environ.get("NIGHTAUDIT_TOKEN_DIR")

    def read(notification: Notification) -> str:
        if folder is None:
            return os.environ.get("SLACK_BOT_TOKEN", "")
        try:
            return (Path(folder) / notification.name).read_text().strip()
        except FileNotFoundError:
            return ""

    return read


def make_task(
    schedule: AuditSchedule,
    exceptions: tuple[AuditException, ...],
    *,
    digest: str,
    storage: str | None,
    run: str | None,
) -> Task:
    """The run's task from the environment that the operator, or a person, gives it."""
    from nightaudit_auditor.steps.task import Task  # noqa: PLC0415

    started = datetime.now(UTC)
    deadline = os.environ.get("NIGHTAUDIT_DEADLINE_SECONDS")
    try:
        seconds = float(deadline) if deadline else None
    except ValueError:
        fail(f"NIGHTAUDIT_DEADLINE_SECONDS: must be a number of seconds, not {deadline!r}")
    return Task(
        schedule=schedule,
        exceptions=exceptions,
        exceptions_digest=digest,
        run=run or os.environ.get("NIGHTAUDIT_RUN") or f"{schedule.metadata.name}-{started:%H%M%S}-{uuid4().hex[:5]}",
        started=started,
        token=token_reader(),
        slack_api_url=os.environ.get("NIGHTAUDIT_SLACK_API_URL") or SLACK_API_URL,
        storage=storage,
        deadline_seconds=seconds,
        report_url_template=os.environ.get("NIGHTAUDIT_REPORT_URL_TEMPLATE", ""),
        image=os.environ.get("NIGHTAUDIT_IMAGE", ""),
    )
