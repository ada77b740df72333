"""What changed since the run before: the news that notifications carry, also across runs that could not deliver it."""

from __future__ import annotations

from typing import Literal

import msgspec

from nightaudit_auditor.findings.model import AccountRef, Finding, ResourceRef, State

ChangeKind = Literal["new", "reopened", "resolved"]

_KINDS: dict[State, ChangeKind] = {State.NEW: "new", State.REOPENED: "reopened", State.RESOLVED: "resolved"}


class Change(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One finding that came, came back or went, in `run` at `time` (RFC 3339, UTC)."""

    fingerprint: str
    kind: ChangeKind
    check: str
    severity: str
    tier: str
    account: AccountRef
    region: str
    resource: ResourceRef
    title: str
    detail: str
    run: str
    time: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same news of the same run is said once."""
        return (self.fingerprint, self.kind, self.run)


def change_of(finding: Finding, run: str, time: str) -> Change | None:
    """The change that a finding's state announces; None for what is merely open, or excepted."""
    kind = _KINDS.get(finding.state) if finding.state is not None else None
    if kind is None:
        return None
    return Change(
        fingerprint=finding.fingerprint,
        kind=kind,
        check=finding.check,
        severity=finding.severity,
        tier=finding.tier,
        account=finding.account,
        region=finding.region,
        resource=finding.resource,
        title=finding.title,
        detail=finding.detail,
        run=run,
        time=time,
    )


def merge(missed: tuple[Change, ...], fresh: tuple[Change, ...]) -> tuple[Change, ...]:
    """What a notification that failed before still has to say, once `fresh` is known.

    A problem that came and went again while nobody could be told is told as both: silence about it would be a loss.
    The same change is kept once.
    """
    seen: dict[tuple[str, str, str], Change] = {}
    for change in (*missed, *fresh):
        seen.setdefault(change.identity, change)
    return tuple(seen.values())
