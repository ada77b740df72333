"""The recorder of each region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_RECORDERS: Final = "config.describe_configuration_recorders"
_STATUS: Final = "config.describe_configuration_recorder_status"


@check(
    "CONFIG_RECORDER_OFF",
    kind=ACCOUNT_REGION,
    needs=(_RECORDERS, _STATUS),
    title="AWS Config does not record a region",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="After an incident nobody can say what a resource looked like before, or when it was changed.",
    remediation=(
        "Console: AWS Config > Settings, in the region: recording on. CLI: aws configservice start-configuration-recorder "
        "--configuration-recorder-name NAME; for a new one put-configuration-recorder and put-delivery-channel come first."
    ),
    compliance=(
        "CIS-AWS-3.0:3.3", "CIS-AWS-4.0:3.3", "CIS-AWS-5.0:3.3", "CIS-AWS-6.0:4.3", "CIS-AWS-7.0:4.3", "AWS-FSBP:Config.1",
    ),
    references=("https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",),
)  # fmt: skip
def recorder_off(resource: Resource, context: Context) -> Iterator[Result]:
    """The region has no recorder of the customer's, or none that is recording and whose last delivery did not fail. Recorders that
    belong to a service do not count. One finding for each account and region."""
    region = resource.region
    require_open(context.data, region, _RECORDERS)
    listed = (context.data.answer(_RECORDERS, region) or {}).get("ConfigurationRecorders", [])
    if not _own(listed):
        yield Fail(f"there is no recorder in {region}")
        return
    own = _own((context.data.answer(_STATUS, region) or {}).get("ConfigurationRecordersStatus", []))
    states = [(recorder.get("recording"), str(recorder.get("lastStatus", ""))) for recorder in own]
    if any(recording and status.lower() != "failure" for recording, status in states):
        return
    evidence = {
        "recorders": [
            {key: recorder.get(key, "") for key in ("name", "recording", "lastStatus", "lastErrorCode")}
            for recorder in own
        ]
    }
    if any(recording for recording, _ in states):
        yield Fail(f"the recorder in {region} fails to deliver", "", evidence)
    elif states and all(recording is False for recording, _ in states):
        yield Fail(f"the recorder in {region} is stopped", "", evidence)
    else:
        yield Unknown("the answer does not say whether the recorder records", _STATUS)


def _own(recorders: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The customer's, not those that a service made for itself."""
    return [recorder for recorder in recorders if not recorder.get("servicePrincipal")]
