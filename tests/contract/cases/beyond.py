"""The cases that no AWS can bring about: they are held to the engine alone (`tests/unit/checks/test_cases.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.scheduler import PARENT_NOT_READ, REGIONS_UNKNOWN
from nightaudit_auditor.snapshot import Outcome
from nightaudit_auditor.snapshot.redact import Redactor
from tests.contract.cases.sent import sent
from tests.contract.cases.stage import records
from tests.unit.checks.build import Case

_LACKING = "whether a region has a service is for botocore's data to say, and it has all of them in the cases' region"
_NOT_ASKED = "nobody asked, as at the end of a run that was interrupted"
_KEPT_WHOLE = "a value that the redaction would not have left as it is"
_OTHER_TIME = "the collector writes all times in UTC"
BEYOND = {
    "ACM_CERT_EXPIRING: planted: in time by the clock on the wall there, too late by that of UTC": _OTHER_TIME,
    "BEDROCK_AGENTCORE_NO_AUTH: hardened: the region lacks the service": _LACKING,
    "CFN_OUTPUT_SECRET: unreadable: a value that was not examined": _KEPT_WHOLE,
    "CLOUDTRAIL_STOPPED: planted: another trail goes on, stopped yesterday, said without an offset": _OTHER_TIME,
    "CODEBUILD_ENV_SECRET: unreadable: not examined": _KEPT_WHOLE,
    "COGNITO_GUEST_ACCESS: unreadable: its roles were not asked for": _NOT_ASKED,
    "CONFIG_RECORDER_OFF: hardened: there is no such service": _LACKING,
    "DYNAMODB_POLICY_PUBLIC: unreadable: not asked about this night": _NOT_ASKED,
    "EC2_USERDATA_SECRET: unreadable: never examined": _KEPT_WHOLE,
    "EC2_USERDATA_SECRET: unreadable: never examined, and has a word of secrets in it": _KEPT_WHOLE,
    "ECS_TASK_ENV_SECRET: unreadable: not examined": _KEPT_WHOLE,
    "LAMBDA_ENV_SECRET: unreadable: not examined": _KEPT_WHOLE,
    "LIGHTSAIL_IN_USE: hardened: the region lacks Lightsail": _LACKING,
    "SNS_SUBSCRIPTION_FOREIGN: planted: an endpoint that was kept whole": _KEPT_WHOLE,
}
"""Case → why not."""
UNKEPT = frozenset({"CFN_TEMPLATE_SECRET"})
"""Checks of texts of which the snapshot keeps none, so that nothing is there to be served. tests/unit/snapshot/test_templates.py has
the texts, and tests/contract/truth puts some of them through the collector."""
_CONCLUDED = {PARENT_NOT_READ, REGIONS_UNKNOWN}
"""Codes of calls that the collector skips because of what AWS answered to others."""


def obstacles(catalogue: Catalogue, models: Models, case: Case) -> Iterator[str]:
    """The records of a case that nothing that AWS answers makes the collector write."""
    for record in records(case):
        entry = catalogue.entries[record.name]
        name = f"{record.name} in {record.region}"
        if record.outcome is Outcome.SKIPPED and record.code not in _CONCLUDED:
            yield f"{name}: skipped ({record.code})"
        answer = record.answer or {}
        if Redactor(b"k").redact(answer, entry.secrets) != answer:
            yield f"{name}: holds what would have been redacted"
        if record.outcome is Outcome.OK:
            yield from (f"{name}: {what}" for what in sent(models, entry, answer).impossible)
