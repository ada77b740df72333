"""`nightaudit iam-policy`: what the role in an audited account must be allowed, and nothing else."""

from __future__ import annotations

import click

from nightaudit_auditor.cli.console import fail, show_json


@click.command("iam-policy")
@click.option("--terraform", "form", flag_value="terraform", help="The role and its policies as a Terraform module.")
@click.option("--cloudformation", "form", flag_value="cloudformation", help="The same as a CloudFormation template.")
def policy_command(form: str | None) -> None:
    """Print the least privilege of the audit role, from the catalogue of what is collected.

    Without an option: the policy documents as one JSON object by name, as many of read-1, read-2, … as IAM's limit of 6,144
    characters makes; `organization` for the account that lists the others; and `deny-data`, which denies the reading of data
    whatever else the role is given. Each action is one that AWS's Service Authorization Reference calls List or Read.
    """
    import botocore.session  # noqa: PLC0415

    from nightaudit_auditor.collect import load_catalogue  # noqa: PLC0415
    from nightaudit_auditor.collect.models import Models  # noqa: PLC0415
    from nightaudit_auditor.views.policy import UnfitAction, cloudformation, role_policies, terraform  # noqa: PLC0415

    models = Models(botocore.session.get_session().get_component("data_loader"))
    try:
        policies = role_policies(load_catalogue(models))
    except UnfitAction as error:
        fail(str(error))
    if form is None:
        show_json(policies)
    else:
        click.echo({"terraform": terraform, "cloudformation": cloudformation}[form](policies), nl=False)
