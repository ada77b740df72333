"""Whether GuardDuty watches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_LIST: Final = "guardduty.list_detectors"
_GET: Final = "guardduty.get_detector"


@check(
    "GUARDDUTY_OFF",
    kind=ACCOUNT_REGION,
    needs=(_LIST, _GET),
    title="GuardDuty is off in a region",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Stolen credentials, mining and calls to known malicious hosts go unnoticed there; attackers prefer regions that nobody "
    "watches, and switch the watching off where they can.",
    remediation="Console: GuardDuty > Settings, in the region: enable it; better, from the delegated administrator with auto-enable "
    "for all accounts. CLI: aws guardduty create-detector --enable --region REGION, or update-detector --detector-id ID "
    "--enable. Accounts meant to be without are listed in the schedule's expect.accountsWithoutGuardDuty.",
    terraform="""resource "aws_guardduty_detector" "this" {
  enable = true # one a region
}""",
    parameters=("expect.accountsWithoutGuardDuty",),
    references=("https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_settingup.html",),
)
def guardduty_off(resource: Resource, context: Context) -> Iterator[Result]:
    """The account has no detector in the region, or only suspended ones. One finding for each account and region."""
    data, region = context.data, resource.region
    if data.account.id in context.settings.accounts_without_guardduty:
        return
    require_open(data, region, _LIST)
    detectors = (data.answer(_LIST, region) or {}).get("DetectorIds", [])
    if not detectors:
        yield Fail(f"there is no detector in {region}")
        return
    statuses = {
        detector: (data.answer(_GET, region, {"DetectorId": detector}) or {}).get("Status") for detector in detectors
    }
    if "ENABLED" in statuses.values():
        return
    if all(status == "DISABLED" for status in statuses.values()):
        yield Fail(f"the detector in {region} is suspended", "", {"detectors": statuses})
    else:
        yield Unknown(f"the status of the detectors is {statuses}, which is neither ENABLED nor DISABLED", _GET)
