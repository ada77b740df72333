"""A finding: one problem, or one thing that could not be judged, of one resource."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec


class Status(StrEnum):
    """FAIL is a problem, UNKNOWN something that could not be judged. What passes is counted, not listed."""

    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class State(StrEnum):
    """What memory says about a finding, compared with the runs before."""

    NEW = "NEW"
    OPEN = "OPEN"
    REOPENED = "REOPENED"
    RESOLVED = "RESOLVED"
    EXCEPTED = "EXCEPTED"


class AccountRef(msgspec.Struct, frozen=True):
    """The account that a finding belongs to."""

    id: str
    name: str = ""
    labels: dict[str, str] = {}


class ResourceRef(msgspec.Struct, frozen=True):
    """The resource that a finding is about; `type` is CloudFormation's name of the type."""

    arn: str
    type: str
    name: str
    tags: dict[str, str] = {}


class ExceptionRef(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The AuditException that covers a finding."""

    name: str
    effect: str
    reason: str
    owner: str = ""
    ticket: str = ""
    expiry_time: str = ""


class Finding(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """DESIGN's document 4. Times are RFC 3339 in UTC; `title`, `severity` … repeat the check so that a line stands alone.

    `judged` is the ARN of the resource that was judged, where the problem is another one's.
    """

    fingerprint: str
    check: str
    severity: str
    tier: str
    status: Status
    account: AccountRef
    region: str
    resource: ResourceRef
    title: str
    detail: str
    discriminator: str = ""
    judged: str = ""
    state: State | None = None
    evidence: dict[str, Any] = {}
    remediation: str = ""
    compliance: tuple[str, ...] = ()
    first_seen: str = ""
    last_seen: str = ""
    exception: ExceptionRef | None = None


def fingerprint(check: str, account: str, region: str, arn: str, discriminator: str) -> str:
    """The identity of a finding: sha256 (hex) over its five coordinates, joined by a byte that none of them contains."""
    return sha256("\0".join((check, account, region, arn, discriminator)).encode()).hexdigest()
