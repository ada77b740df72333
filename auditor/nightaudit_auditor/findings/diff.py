"""The difference between two sets of findings, when there is no memory but two files."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nightaudit_auditor.findings.model import Finding, State, Status


def difference(old: Iterable[Finding], new: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is in `new` only (NEW) and in `old` only (RESOLVED), new first, each by fingerprint.

    A problem that `new` lists as UNKNOWN, by its fingerprint or for its (check, account, region, resource), is not RESOLVED.
    """
    before = {f.fingerprint: f for f in old if f.status is Status.FAIL and f.state is not State.RESOLVED}
    listed = [f for f in new if f.state is not State.RESOLVED]
    after = {f.fingerprint: f for f in listed if f.status is Status.FAIL}
    unknown = {_place(f) for f in listed if f.status is Status.UNKNOWN}
    appeared = (f for key, f in sorted(after.items()) if key not in before)
    vanished = (f for key, f in sorted(before.items()) if key not in after and _place(f) not in unknown)
    return (
        *(msgspec.structs.replace(f, state=State.NEW) for f in appeared),
        *(msgspec.structs.replace(f, state=State.RESOLVED) for f in vanished),
    )


def _place(finding: Finding) -> tuple[str, str, str, str]:
    return finding.check, finding.account.id, finding.region, finding.resource.arn
