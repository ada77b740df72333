"""`manifest.json`: written last, it commits the run. A folder without it is a run that died."""

from __future__ import annotations

from itertools import chain

import msgspec

from nightaudit_auditor.organization import LeftOut
from nightaudit_auditor.snapshot import AccountData, Outcome

SCHEMA = "nightaudit.dev/run-manifest/v1"


class StoredObject(msgspec.Struct, frozen=True, rename="camel"):
    """One object of the run: its name below the run's folder, size in bytes and sha256 (hex)."""

    name: str
    size: int
    sha256: str


class AccountOutcome(msgspec.Struct, frozen=True, rename="camel"):
    """What became of an account. `calls`: region → service → outcome → number of calls."""

    id: str
    name: str
    reachable: bool
    error: str
    regions: tuple[str, ...]
    calls: dict[str, dict[str, dict[str, int]]]

    @classmethod
    def of(cls, data: AccountData) -> AccountOutcome:
        """The outcome as a snapshot tells it. The reason why an account was not reached is in its records."""
        calls: dict[str, dict[str, dict[str, int]]] = {}
        errors = []
        for record in chain.from_iterable(data.records(operation) for operation in data.operations()):
            counts = calls.setdefault(record.region, {}).setdefault(record.service, {})
            counts[record.outcome.value] = counts.get(record.outcome.value, 0) + 1
            if record.service == "sts" and record.outcome is not Outcome.OK:
                errors.append(f"{record.name}: {record.message or record.code}")
        return cls(data.account.id, data.account.name, data.reachable, "; ".join(errors), data.regions, calls)


class RunManifest(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What ran and what it made. `catalogue` is the sha256 over the operations and checks of this version.

    `checks` are those that the schedule selected; `incomplete` says why the collection ended early, or is empty. `left_out`
    are the accounts of the organization that were not audited, each with the reason, if the schedule discovers accounts.
    """

    schema: str = SCHEMA
    namespace: str
    schedule: str
    generation: int
    run: str
    result: str
    start_time: str
    completion_time: str
    version: str
    image: str
    catalogue: str
    exceptions_digest: str
    checks: tuple[str, ...]
    incomplete: str
    accounts: tuple[AccountOutcome, ...]
    left_out: tuple[LeftOut, ...]
    objects: tuple[StoredObject, ...]
    errors: tuple[str, ...]


def encode(manifest: RunManifest) -> bytes:
    """Indented JSON: people read this one."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
