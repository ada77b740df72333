"""What the auditor says: the accounts collected by its own command, and asked by `nightaudit admins`' own function."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from bench.escalation.accounts import Account
from bench.escalation.planting import member
from bench.escalation.verdicts import Said, Verdict
from demo.aws import facts
from nightaudit_auditor.aws.principals import WORKLOAD_LISTS
from nightaudit_auditor.checks.foreign import TRUST
from nightaudit_auditor.checks.iam.kinds import REPORT
from nightaudit_auditor.checks.registry import Settings
from nightaudit_auditor.manifests import load_schedule
from nightaudit_auditor.manifests.settings import CheckSettings
from nightaudit_auditor.snapshot import AccountData, open_snapshot
from nightaudit_auditor.views.admins import ADMINISTRATOR, CAN_BECOME, CONTROLS_IAM, admins
from nightaudit_auditor.views.asking import UNKNOWN

DETAILS = "iam.get_account_authorization_details"
_VERDICTS: Final = {
    ADMINISTRATOR: Verdict.ADMIN,
    CONTROLS_IAM: Verdict.ADMIN,
    CAN_BECOME: Verdict.ESCALATES,
    UNKNOWN: Verdict.UNKNOWN,
}


def collect(endpoint: str, corpus: Iterable[Account], folder: Path) -> tuple[Settings, Mapping[str, AccountData]]:
    """Run `nightaudit collect` over the accounts. Raises RuntimeError with what it said if it fails."""
    schedule = folder / "schedule.json"
    schedule.write_text(json.dumps(_schedule(corpus)))
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NIGHTAUDIT_"))}
    environment = own | {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": facts.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": facts.SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": facts.HOME_REGION,
    }  # fmt: skip
    snapshot = folder / "snapshot"
    argv = [sys.executable, "-m", "nightaudit_auditor", "collect", "-f", str(schedule), str(snapshot)]
    ran = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(
            f"nightaudit collect ended with status {ran.returncode}:\n{(ran.stdout + ran.stderr)[-4000:]}"
        )
    wanted = (DETAILS, REPORT, *WORKLOAD_LISTS, *TRUST)
    kept = {id_: data.only(wanted) for id_, data in open_snapshot(snapshot).items()}
    return CheckSettings(load_schedule(schedule).spec), kept


def _schedule(corpus: Iterable[Account]) -> dict[str, object]:
    accounts = [
        {"id": one.id, "name": one.name, "roleARN": one.role_arn, "externalID": one.external_id}
        for one in map(member, corpus)
    ]
    spec = {
        "schedule": "17 3 * * *",
        "accounts": accounts,
        # The role that Organizations makes: whether it still is that one is a question to the organization.
        "expect": {"admins": ["arn:aws:iam::*:role/OrganizationAccountAccessRole"]},
        "storage": {"s3": {"bucket": "bench-results", "region": facts.HOME_REGION}},
    }
    metadata = {"name": "escalation", "namespace": "bench"}
    return {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": metadata, "spec": spec}


def ask(data: AccountData, settings: Settings) -> dict[str, Said]:
    """What it says of an account's users and roles, by `user/NAME` and `role/NAME`; who is not there is NEITHER to it.

    Raises RuntimeError if it could not read something of the account, so that every user and role is in doubt.
    """
    found: dict[str, Said] = {}
    for row in admins({data.account.id: data}, settings):
        kind, _, name = row.arn.rpartition(":")[2].partition("/")
        if kind not in ("user", "role"):
            raise RuntimeError(f"account {data.account.id}: {row.why}")
        path = tuple(f"{step['from']} -- {step['by']} -> {step['to']}" for step in row.path) or (row.why,)
        found[f"{kind}/{name.rpartition('/')[2]}"] = Said(_VERDICTS[row.status], path)
    return found
