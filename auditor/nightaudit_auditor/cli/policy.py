"""`nightaudit iam-policy`: what the role in an audited account must be allowed, and nothing else."""

from __future__ import annotations

import click

from nightaudit_auditor.cli.console import show_json


@click.command("iam-policy")
def policy_command() -> None:
    """Print the least-privilege policy of the audit role, from the catalogue of operations.

    One JSON document a managed policy: there are several only if the actions do not fit into 6,144 characters.
    """
    import botocore.session  # noqa: PLC0415

    from nightaudit_auditor.collect import load_catalogue  # noqa: PLC0415
    from nightaudit_auditor.collect.models import Models  # noqa: PLC0415
    from nightaudit_auditor.views.policy import iam_policies  # noqa: PLC0415

    models = Models(botocore.session.get_session().get_component("data_loader"))
    for document in iam_policies(load_catalogue(models)):
        show_json(document)
