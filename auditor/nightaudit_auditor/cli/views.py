"""Views over a snapshot: inventory, public, admins, trust, unused; as a table, JSON, CSV, and the trust graph for Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from nightaudit_auditor.cli.console import OUTPUTS, show, show_csv, show_json
from nightaudit_auditor.cli.inputs import organization_of, read_schedule, reading, snapshot_argument

if TYPE_CHECKING:
    from nightaudit_auditor.manifests import CheckSettings

_Command = TypeVar("_Command", bound=Callable[..., None])
_OUTPUTS = (*OUTPUTS, "csv")


def _output(*more: str) -> Callable[[_Command], _Command]:
    return click.option("-o", "--output", type=click.Choice((*_OUTPUTS, *more)), default="table", show_default=True)


_settings_option = click.option(
    "-f", "--filename", "schedule_file", type=click.Path(path_type=Path),
    help="An AuditSchedule (YAML or JSON) whose trust, expect and thresholds count; else the defaults.",
)  # fmt: skip


@click.command("inventory")
@snapshot_argument
@_output()
def inventory_command(snapshot: Path, output: str) -> None:
    """Count the resources in a SNAPSHOT by account, region and type; what could not be listed is UNKNOWN, not 0."""
    from nightaudit_auditor.views import inventory  # noqa: PLC0415

    with reading(snapshot) as accounts:
        rows = inventory(accounts.values())
    cells = ([r.account, r.region, r.type, "UNKNOWN" if r.count is None else str(r.count)] for r in rows)
    _show(rows, cells, ("account", "region", "type", "count"), output)


@click.command("public")
@snapshot_argument
@_settings_option
@_output()
def public_command(snapshot: Path, schedule_file: Path | None, output: str) -> None:
    """List what in a SNAPSHOT the Internet can connect to, with its ports; JSON adds the paths, hop by hop."""
    from nightaudit_auditor.views.public import public  # noqa: PLC0415

    with reading(snapshot) as accounts:
        rows = public(accounts, _settings(schedule_file))
    cells = (
        [r.account, r.region, r.type, r.name, r.status, r.family, r.protocol, _ports(r.ports), r.detail] for r in rows
    )
    columns = ("account", "region", "type", "name", "status", "family", "protocol", "ports", "detail")
    _show(rows, cells, columns, output)


@click.command("admins")
@snapshot_argument
@_settings_option
@_output()
def admins_command(snapshot: Path, schedule_file: Path | None, output: str) -> None:
    """List who in a SNAPSHOT is an administrator, or can become one, and why: the policies, or the path step by step."""
    from nightaudit_auditor.views.admins import admins  # noqa: PLC0415

    with reading(snapshot) as accounts:
        rows = admins(accounts, _settings(schedule_file), organization_of(snapshot))
    cells = ([r.account, r.type, r.name, r.status, "yes" if r.expected else "no", r.why] for r in rows)
    _show(rows, cells, ("account", "type", "name", "status", "expected", "why"), output)


@click.command("trust")
@snapshot_argument
@_settings_option
@_output("dot")
def trust_command(snapshot: Path, schedule_file: Path | None, output: str) -> None:
    """List which accounts, organizations and vendors the resources in a SNAPSHOT let in; `-o dot` draws them (Graphviz)."""
    from nightaudit_auditor.cli.graph import dot  # noqa: PLC0415
    from nightaudit_auditor.views.trust import trust  # noqa: PLC0415

    with reading(snapshot) as accounts:
        rows = trust(accounts, _settings(schedule_file), organization_of(snapshot))
        if output == "dot":
            click.echo(dot(rows, accounts), nl=False)
            return
    cells = (
        [r.account, r.type, r.resource, r.party, r.relation, r.name, r.external_id, ", ".join(r.principals), r.detail]
        for r in rows
    )
    columns = ("account", "type", "resource", "party", "relation", "name", "external id", "principals", "detail")
    _show(rows, cells, columns, output)


@click.command("unused")
@snapshot_argument
@_settings_option
@_output()
def unused_command(snapshot: Path, schedule_file: Path | None, output: str) -> None:
    """List what in a SNAPSHOT nobody uses: addresses, volumes, interfaces, groups, load balancers, roles, passwords, keys, and
    the services that users and roles may use and do not, as far as IAM tracks it: 400 days at most."""
    from nightaudit_auditor.views.unused import unused  # noqa: PLC0415

    with reading(snapshot) as accounts:
        rows = unused(accounts, _settings(schedule_file), datetime.now(UTC).timestamp())
    cells = ([r.account, r.region, r.type, r.name, r.status, r.why] for r in rows)
    _show(rows, cells, ("account", "region", "type", "name", "status", "why"), output)


def _settings(schedule_file: Path | None) -> CheckSettings:
    from nightaudit_auditor.manifests import UNSAID, CheckSettings  # noqa: PLC0415

    return CheckSettings(read_schedule(schedule_file).spec) if schedule_file else UNSAID


def _ports(ranges: Iterable[tuple[int, int]]) -> str:
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def _show(rows: object, cells: Iterable[Sequence[str]], columns: Sequence[str], output: str) -> None:
    if output == "json":
        show_json(rows)
    elif output == "csv":
        show_csv(cells, columns)
    else:
        show(cells, columns)
