"""`nightaudit validate`: what the API server would say, and what has no effect of that which is said of checks, said offline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nightaudit_auditor.cli.console import EXIT_CONFIGURATION, say

if TYPE_CHECKING:
    from nightaudit_auditor.manifests import Document, Problem


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate_command(files: tuple[Path, ...]) -> None:
    """Check AuditSchedules, AuditExceptions and AuditRuns in FILES (YAML or JSON, or folders) against the CRDs, and the checks
    that they name against the catalogue of this version."""
    from nightaudit_auditor.manifests import ManifestError, read_documents  # noqa: PLC0415
    from nightaudit_auditor.manifests.documents import SUFFIXES  # noqa: PLC0415

    bad = False
    for file in (found for path in files for found in _below(path, SUFFIXES)):
        try:
            documents = read_documents(file)
        except ManifestError as error:
            say(str(error))
            bad = True
            continue
        for document in documents:
            problems = _problems(document)
            for problem in problems:
                say(str(problem.within(document.source)))
            bad = bad or bool(problems)
            if not problems:
                click.echo(f"{document.source}: ok")
    if bad:
        sys.exit(EXIT_CONFIGURATION)


def _problems(document: Document) -> list[Problem]:
    from nightaudit_auditor.checks.catalogue import load  # noqa: PLC0415
    from nightaudit_auditor.checks.names import name_problems  # noqa: PLC0415
    from nightaudit_auditor.manifests import typed, validate  # noqa: PLC0415

    problems = validate(document.body)
    if problems:
        return problems
    manifest = typed(document)
    return [*name_problems(load(), manifest)] if manifest is not None else []


def _below(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(suffixes))
