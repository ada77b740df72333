"""One recorded answer of AWS, or the reason why there is none."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

GLOBAL = "global"
"""The region under which answers of services without regions (IAM, Organizations, Route 53 …) are recorded."""


SERVICE_NOT_IN_REGION = "ServiceNotInRegion"
"""The code of a call that was skipped because the region does not have the service: nothing of it can exist there."""

REGION_CLOSED = "RegionClosed"
"""The code of a call that ended as BLOCKED without being made: an organization's policy had denied all that was tried first."""


class Outcome(StrEnum):
    """How one call ended. Only OK and ABSENT are knowledge; GONE takes a resource out of scope; the rest is not known."""

    OK = "ok"
    ABSENT = "absent"  # AWS said that the thing is not configured: an answer, not a failure
    GONE = "gone"  # the resource vanished between being listed and being read
    DENIED = "denied"
    BLOCKED = "blocked"  # denied by an organization's policy: the region or service is switched off on purpose
    THROTTLED = "throttled"
    ERROR = "error"
    SKIPPED = "skipped"  # never asked: deadline, unreachable account, failed parent


class DeniedBy(StrEnum):
    """Which policy refused a call, as far as AWS's message says; `unknown` if it does not."""

    SCP = "scp"
    RCP = "rcp"
    BOUNDARY = "boundary"
    IDENTITY = "identity"
    RESOURCE = "resource"
    SESSION = "session"
    ENDPOINT = "endpoint"
    UNKNOWN = "unknown"


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a snapshot: (account, service, operation, region, parameters) and what came back.

    `operation` is boto3's snake_case name, `answer` has the shape that boto3 returns (all pages merged, without
    ResponseMetadata, timestamps as RFC 3339 strings, policy documents as AWS sent them but URL-decoded). `denied_by` is set
    for the outcomes DENIED and BLOCKED.
    """

    account: str
    service: str
    operation: str
    region: str
    outcome: Outcome
    parameters: dict[str, str] = {}
    time: str = ""
    code: str = ""
    message: str = ""
    answer: dict[str, Any] | None = None
    denied_by: DeniedBy | None = msgspec.field(default=None, name="deniedBy")

    @property
    def name(self) -> str:
        """The operation as checks name it: `service.operation`, e.g. `ec2.describe_instances`."""
        return f"{self.service}.{self.operation}"

    @property
    def known_empty(self) -> bool:
        """Whether it is known, without asking, that there is nothing: the region lacks the service."""
        return self.outcome is Outcome.SKIPPED and self.code == SERVICE_NOT_IN_REGION
