"""`nightaudit validate`: what the API server would say, said offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nightaudit_auditor.cli.console import EXIT_CONFIGURATION, fail


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate_command(files: tuple[Path, ...]) -> None:
    """Check AuditSchedules, AuditExceptions and AuditRuns in FILES (YAML or JSON, or folders) against the CRDs."""
    from nightaudit_auditor.manifests import ManifestError, read_documents, validate  # noqa: PLC0415

    bad = 0
    for file in files:
        try:
            documents = read_documents(file)
        except ManifestError as error:
            fail(str(error))
        for document in documents:
            problems = validate(document.content)
            for problem in problems:
                click.echo(f"{document.where}: {problem.path}: {problem.message}", err=True)
            bad += bool(problems)
            if not problems:
                click.echo(f"{document.where}: ok")
    if bad:
        sys.exit(EXIT_CONFIGURATION)
