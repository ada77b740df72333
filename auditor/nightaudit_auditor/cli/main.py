"""The command group. Commands import what they need when they run: `nightaudit --help` costs nothing else."""

from __future__ import annotations

import click

from nightaudit_auditor import __version__
from nightaudit_auditor.cli.catalogue import checks_group
from nightaudit_auditor.cli.manifests import validate_command
from nightaudit_auditor.cli.night import announce_command, run_command
from nightaudit_auditor.cli.parts import audit_command, collect_command, diff_command, report_command
from nightaudit_auditor.cli.policy import policy_command
from nightaudit_auditor.cli.views import (
    admins_command,
    inventory_command,
    public_command,
    trust_command,
    unused_command,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nightaudit")
def cli() -> None:
    """Audit AWS accounts as an AuditSchedule declares it: in a pod or on a laptop, with the same manifests."""


for command in (
    run_command,
    announce_command,
    collect_command,
    audit_command,
    report_command,
    diff_command,
    inventory_command,
    public_command,
    admins_command,
    trust_command,
    unused_command,
    checks_group,
    validate_command,
    policy_command,
):
    cli.add_command(command)


def main() -> None:
    """Exit status: 0 it ran; 1 it could not finish or deliver; 2 bad configuration; 3 findings, with --fail-on."""
    cli(prog_name="nightaudit")
