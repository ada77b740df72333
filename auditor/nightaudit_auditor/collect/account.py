"""One account from its credentials to its closed snapshot file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from botocore.session import Session

from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials, RoleCredentials
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.halt import Halt, Halted
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.progress import CallFinished, CollectedAccount, Progress
from nightaudit_auditor.collect.records import failed, now, skipped
from nightaudit_auditor.collect.regions import enabled, named, select, unmatched
from nightaudit_auditor.collect.scheduler import REGIONS_UNKNOWN, Sweep, Totals, ask
from nightaudit_auditor.collect.shares import Shares
from nightaudit_auditor.collect.target import Credentials, CredentialsError, Target
from nightaudit_auditor.manifests.types import AccountTarget, Regions
from nightaudit_auditor.snapshot import (
    GLOBAL,
    Account,
    AccountWriter,
    DeniedBy,
    Outcome,
    Record,
    SnapshotError,
    SnapshotWriter,
    Turn,
)

IDENTITY = "sts.get_caller_identity"
REGIONS = "ec2.describe_regions"
REGION_NOT_ENABLED = "RegionNotEnabled"
_PARTITION = re.compile(r"arn:([^:]+):")


class AccountUnreachable(Exception):  # noqa: N818 - a fact about the account
    """The account cannot be audited; `record` says which call failed, and how."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.message or record.code)
        self.record = record


@dataclass(frozen=True)
class Run:
    """What all accounts of a run share."""

    client: Client
    catalogue: Catalogue
    models: Models
    session: Session
    own: OwnCredentials
    base: Target
    sink: SnapshotWriter
    halt: Halt
    progress: Progress | None
    id: str
    regions: Regions
    turns: Mapping[str, Turn]
    shares: Shares


async def collect_account(run: Run, account: AccountTarget) -> CollectedAccount:
    """Collect one account. Raises SnapshotError if the snapshot cannot be written; what AWS does ends in the result, and so does
    a defect: it is no other account's."""
    partition = partition_of(run, account)
    try:
        async with run.halt.guard():
            target, identity = await reach(run, account, partition)
    except AccountUnreachable as failed:
        return _unreachable(run, account, partition, failed.record)
    except Halted as halted:
        return _unreachable(run, account, partition, not_reached_in_time(run, account, halted))
    except Exception as broken:  # noqa: BLE001 - see above
        return _unreachable(run, account, partition, _broken(account, broken))
    partition = partition_in(identity) or partition
    share = run.shares.of(account.id)
    listed, regions, error = await _regions(run, account, target, partition)
    who = Account(id=account.id, name=account.name, partition=partition, labels=account.labels)
    if run.progress is not None:
        run.progress.account_started(account.id, account.name, regions)
    missing = _missing(run, account, listed)
    writer = run.sink.account(who, regions=regions, reachable=True, time=now())
    with writer:
        sweep = Sweep(
            client=run.client, catalogue=share.catalogue, models=run.models, target=target, partition=partition,
            writer=writer, halt=run.halt, progress=run.progress, turns=run.turns,
        )  # fmt: skip
        known = (identity, listed, *missing, *share.known)
        defect: Exception | None = None
        try:
            await sweep.run(regions, known, regions_unknown=error if not regions else "")
        except SnapshotError:
            raise
        except Exception as broken:  # noqa: BLE001 - see above
            defect = broken
        halted_by = run.halt.code()
        # A deadline that passed after the last answer has cut nothing off.
        complete = not halted_by or not writer.outcomes[Outcome.SKIPPED.value]
        writer.close(complete=complete, reason="" if complete else halted_by)
    run.client.pace.forget(account.id)
    if defect is not None:
        # Calls that it cut off are not in the snapshot, and what is not there would count as nothing that there is.
        return _unreachable(run, account, partition, _broken(account, defect))
    error = error or "; ".join(record.message for record in missing) or ("" if complete else halted_by)
    # What an interrupted run did not read keeps its turn.
    turns = sweep.turns if complete else None
    return _finish(run, account, regions, writer, sweep.totals, complete=complete, error=error, turns=turns)


async def reach(run: Run, account: AccountTarget, partition: str) -> tuple[Target, Record]:
    """The account's credentials, proven to lead to it. Raises AccountUnreachable, Halted.

    Without an id the account is the one that the credentials lead to.
    """
    region = _home(run, partition)
    credentials: Credentials = run.own
    if account.role_arn:
        credentials = RoleCredentials(
            run.client, run.base, role=account.role_arn, external_id=account.external_id, run=run.id, region=region,
            session_tags=account.session_tags,
        )  # fmt: skip
        try:
            await credentials.keys()
        except CredentialsError as error:
            record = _sts(account, "assume_role", error.outcome, error.code, str(error), error.denied_by)
            raise AccountUnreachable(record) from error
    target = Target(account.id, credentials)
    record = await ask(run.client, target, run.catalogue.entries[IDENTITY], region, GLOBAL, {})
    if record.outcome is not Outcome.OK or record.answer is None:
        raise AccountUnreachable(record)
    found = str(record.answer.get("Account", ""))
    if not account.id and found:
        target.account = found
        return target, msgspec.structs.replace(record, account=found)
    if found != account.id:
        through = account.role_arn or "the run's own credentials"
        message = f"{through} leads to account {found}, not to {account.id}: set roleARN to a role in {account.id}"
        raise AccountUnreachable(_sts(account, "get_caller_identity", Outcome.ERROR, "WrongAccount", message))
    return target, record


def not_reached_in_time(run: Run, account: AccountTarget, halted: Halted) -> Record:
    """The record of an account that the run did not come to."""
    entry = run.catalogue.entries[IDENTITY]
    message = "the run ended before the account was reached"
    return skipped(account.id, entry, GLOBAL, {}, halted.code, message)


async def _regions(
    run: Run, account: AccountTarget, target: Target, partition: str
) -> tuple[Record, tuple[str, ...], str]:
    """The record of ec2.describe_regions, the regions to audit, and what is wrong if AWS did not list them."""
    entry = run.catalogue.entries[REGIONS]
    # Any region lists them all; where the run lives is least likely to be closed to it by an organization's policy.
    where = _home(run, partition)
    try:
        async with run.halt.guard():
            record = await ask(run.client, target, entry, where, GLOBAL, {})
        if record.outcome is Outcome.OK and record.answer is not None:
            return record, select(enabled(record.answer), account, run.regions), ""
    except Halted as halted:
        record = skipped(account.id, entry, GLOBAL, {}, halted.code, "the run ended before it was answered")
    except Exception as broken:  # noqa: BLE001 - a defect costs the one answer, and so does a region without a name
        record = failed(account.id, entry, GLOBAL, {}, broken)
    known = named(account, run.regions)
    rest = f"only those that the schedule names are audited: {', '.join(known)}" if known else "none is audited"
    return record, known, f"{REGIONS_UNKNOWN}: ec2.describe_regions ended as {record.outcome} ({record.code}): {rest}"


def _missing(run: Run, account: AccountTarget, listed: Record) -> tuple[Record, ...]:
    """One record for each pattern of the schedule that selects no region: in place of a region it has the pattern."""
    if listed.outcome is not Outcome.OK or listed.answer is None:
        return ()
    entry = run.catalogue.entries[REGIONS]
    return tuple(
        skipped(account.id, entry, pattern, {}, REGION_NOT_ENABLED, message)
        for pattern, message in unmatched(enabled(listed.answer), account, run.regions).items()
    )


def _unreachable(run: Run, account: AccountTarget, partition: str, record: Record) -> CollectedAccount:
    who = Account(id=account.id, name=account.name, partition=partition, labels=account.labels)
    with run.sink.account(who, regions=(), reachable=False, time=now()) as writer:
        writer.write(record)
        writer.close(complete=record.outcome is not Outcome.SKIPPED, reason=record.code)
    if run.progress is not None:
        run.progress.account_started(account.id, account.name, ())
        run.progress.call_finished(
            CallFinished(account.id, record.region, record.service, record.operation, record.outcome)
        )
    error = f"{record.name}: {record.code}: {record.message}"
    return _finish(
        run, account, (), writer, {}, complete=record.outcome is not Outcome.SKIPPED, error=error, record=record
    )


def _finish(
    run: Run, account: AccountTarget, regions: tuple[str, ...], writer: AccountWriter, totals: Totals,
    *, complete: bool, error: str, record: Record | None = None, turns: dict[str, Turn] | None = None,
) -> CollectedAccount:  # fmt: skip
    by_service = {r: {s: dict(c) for s, c in sorted(services.items())} for r, services in sorted(totals.items())}
    if record is not None:
        by_service = {record.region: {record.service: {record.outcome.value: 1}}}
    collected = CollectedAccount(
        account=account.id, name=account.name, regions=regions, reachable=record is None, complete=complete, error=error,
        outcomes=dict(sorted(writer.outcomes.items())), by_service=by_service, turns=turns,
    )  # fmt: skip
    if run.progress is not None:
        run.progress.account_finished(collected)
    return collected


def _sts(
    account: AccountTarget, operation: str, outcome: Outcome, code: str, message: str, denied_by: DeniedBy | None = None
) -> Record:
    return Record(
        account=account.id,
        service="sts",
        operation=operation,
        region=GLOBAL,
        outcome=outcome,
        time=now(),
        code=code,
        message=message,
        denied_by=denied_by,
    )


def _broken(account: AccountTarget, error: Exception) -> Record:
    return _sts(account, "get_caller_identity", Outcome.ERROR, type(error).__name__, str(error))


def partition_in(identity: Record) -> str:
    """The partition that the answer of sts.get_caller_identity names, empty if it names none."""
    found = _PARTITION.match(str((identity.answer or {}).get("Arn", "")))
    return found[1] if found else ""


def partition_of(run: Run, account: AccountTarget) -> str:
    """The partition that the role names, else the one in which the run lives."""
    found = _PARTITION.match(account.role_arn)
    region = run.session.get_config_variable("region")
    return found[1] if found else run.models.partition_of(region) if region else "aws"


def _home(run: Run, partition: str) -> str:
    """Regional endpoints only: tokens of the global one are not valid in opt-in regions."""
    region = run.session.get_config_variable("region")
    if region and run.models.partition_of(region) == partition:
        return str(region)
    return run.catalogue.homes["sts"].get(partition, "us-east-1")
