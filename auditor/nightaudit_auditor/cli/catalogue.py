"""`nightaudit checks`: the catalogue on the terminal."""

from __future__ import annotations

import click

from nightaudit_auditor.cli.console import OUTPUTS, fail, show, show_json

_INDENT = 14
_OF_ITS_OWN_LINE = ("parameters",)


@click.group("checks")
def checks_group() -> None:
    """The catalogue of checks."""


@checks_group.command("list")
@click.option("-o", "--output", type=click.Choice(OUTPUTS), default="table", show_default=True)
def list_command(output: str) -> None:
    """All checks with severity, tier and title."""
    from nightaudit_auditor.checks.catalogue import load  # noqa: PLC0415

    checks = [check for _, check in sorted(load().checks.items())]
    if output == "json":
        show_json([_plain(check.id) for check in checks])
        return
    show([[c.id, c.severity, c.tier, c.title] for c in checks], ("id", "severity", "tier", "title"))


@checks_group.command("show")
@click.argument("check_id")
@click.option("-o", "--output", type=click.Choice(OUTPUTS), default="table", show_default=True)
def show_command(check_id: str, output: str) -> None:
    """One check, whole. CloudMapper's ids are understood."""
    from nightaudit_auditor.checks.catalogue import load  # noqa: PLC0415

    named = [c.id for c in load().checks.values() if check_id.upper() in (c.id, *c.aliases)]
    if not named:
        fail(f"no check is called {check_id!r}; `nightaudit checks list` shows them all")
    for name in named:
        plain = _plain(name)
        if output == "json":
            show_json(plain)
            continue
        for key, value in plain.items():
            between = "\n" if key in _OF_ITS_OWN_LINE else ", "
            text = between.join(map(str, value)) if isinstance(value, tuple) else str(value)
            if text:
                click.echo(f"{key + ':':{_INDENT}}{text}".replace("\n", "\n" + " " * _INDENT))
        click.echo()


def _plain(id_: str) -> dict[str, object]:
    from nightaudit_auditor.checks.catalogue import load  # noqa: PLC0415
    from nightaudit_auditor.manifests.parameters import parameter  # noqa: PLC0415

    check = load().checks[id_]
    return {
        "id": check.id,
        "title": check.title,
        "severity": check.severity.value,
        "worst": check.worst.value if check.worst else "",
        "tier": check.tier.value,
        "scope": check.scope.value,
        "runs": "by default" if check.enabled else "only if checks.include names it",
        "resource": check.kind.type,
        "description": check.description,
        "risk": check.risk,
        "remediation": check.remediation,
        "terraform": check.terraform,
        "parameters": tuple(map(parameter, check.parameters)),
        "operations": (*check.kind.needs, *check.needs),
        "compliance": check.compliance,
        "aliases": check.aliases,
        "references": check.references,
    }
