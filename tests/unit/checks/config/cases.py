"""What the check of AWS Config finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import REGION, Case, denied, failed, ok, switched_off
from tests.unit.checks.shapes import hardened, planted, unreadable

RECORDERS, STATUS = "config.describe_configuration_recorders", "config.describe_configuration_recorder_status"
OFF = "CONFIG_RECORDER_OFF"


def recorders(*found: dict[str, Any]) -> tuple[Record, ...]:
    """Recorders with their status, which is asked for only where there are some."""
    keys = ("name", "servicePrincipal")
    listed = ok(RECORDERS, REGION, {"ConfigurationRecorders": [{k: one[k] for k in keys if k in one} for one in found]})
    return (listed, ok(STATUS, REGION, {"ConfigurationRecordersStatus": list(found)})) if found else (listed,)


def recorder(*, recording: bool = True, status: str = "Success", **more: Any) -> dict[str, Any]:
    return {"name": "default", "recording": recording, "lastStatus": status, **more}


SERVICES = recorder(servicePrincipal="securityhub.amazonaws.com")
CASES: list[Case] = [
    planted(OFF, "no recorder", recorders()),
    planted(OFF, "stopped", recorders(recorder(recording=False))),
    planted(OFF, "recording, but nothing arrives", recorders(recorder(status="Failure", lastErrorCode="AccessDenied"))),
    planted(OFF, "only a service's recorder", recorders(SERVICES)),
    hardened(OFF, "recording", recorders(recorder(), SERVICES)),
    hardened(OFF, "recording, nothing delivered yet", recorders(recorder(status="Pending"))),
    hardened(OFF, "there is no such service", (failed(RECORDERS, REGION, Outcome.SKIPPED, code="ServiceNotInRegion"),)),
    hardened(OFF, "the organization switched the region off", (switched_off(),)),
    unreadable(OFF, "it does not say whether it records", recorders({"name": "default"})),
    unreadable(OFF, "nothing is said of the one that there is", (recorders(recorder())[0], ok(STATUS, REGION, {"ConfigurationRecordersStatus": []}))),
    unreadable(OFF, "the recorders are denied", (denied(RECORDERS, REGION),)),
    unreadable(OFF, "their status is denied", (recorders(recorder())[0], denied(STATUS, REGION))),
]  # fmt: skip
