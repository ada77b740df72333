"""The accounts of the organization, before any of them is audited: asked once a run, into a snapshot of their own."""

from __future__ import annotations

from nightaudit_auditor.collect.account import (
    IDENTITY,
    AccountUnreachable,
    Run,
    not_reached_in_time,
    partition_in,
    partition_of,
    reach,
)
from nightaudit_auditor.collect.halt import Halted
from nightaudit_auditor.collect.records import now
from nightaudit_auditor.collect.scheduler import Sweep
from nightaudit_auditor.collect.shares import discovery_catalogue
from nightaudit_auditor.manifests.types import AccountTarget, OrganizationTarget
from nightaudit_auditor.snapshot import Account, AccountData, Outcome, Record, read_account


async def discover(run: Run, organization: OrganizationTarget) -> AccountData:
    """What the account behind `organization.role_arn` (or the run's own credentials) may read of the organization.

    Raises SnapshotError if the snapshot cannot be written; what AWS does ends in the records.
    """
    speaker = AccountTarget(
        id=organization.role_arn.split(":")[4] if organization.role_arn else "", role_arn=organization.role_arn,
        external_id=organization.external_id, session_tags=organization.session_tags if organization.role_arn else {},
    )  # fmt: skip
    partition = partition_of(run, speaker)
    try:
        async with run.halt.guard():
            target, identity = await reach(run, speaker, partition)
    except AccountUnreachable as failed:
        return _unreachable(run, speaker, partition, failed.record)
    except Halted as halted:
        return _unreachable(run, speaker, partition, not_reached_in_time(run, speaker, halted))
    partition = partition_in(identity) or partition
    who = Account(id=target.account, partition=partition)
    with run.sink.organization(who, reachable=True, time=now()) as writer:
        sweep = Sweep(
            client=run.client,
            catalogue=discovery_catalogue(run.catalogue, IDENTITY, tags=bool(organization.tag_selector)),
            models=run.models, target=target, partition=partition, writer=writer, halt=run.halt, progress=None,
        )  # fmt: skip
        await sweep.run((), (identity,))
        halted_by = run.halt.code() if writer.outcomes[Outcome.SKIPPED.value] else ""
        writer.close(complete=not halted_by, reason=halted_by)
    return read_account(writer.path)


def _unreachable(run: Run, speaker: AccountTarget, partition: str, record: Record) -> AccountData:
    who = Account(id=speaker.id, partition=partition)
    with run.sink.organization(who, reachable=False, time=now()) as writer:
        writer.write(record)
        writer.close(complete=record.outcome is not Outcome.SKIPPED, reason=record.code)
    return read_account(writer.path)
