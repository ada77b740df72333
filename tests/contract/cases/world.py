"""The AWS of one case: it answers what the case has recorded, and knows nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.aws.errors import Protocol, Refused, access_denied, refused
from nightaudit_auditor.collect.account import IDENTITY, REGIONS
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Outcome, Record
from tests.contract.cases.sent import sent
from tests.fault.asked import Asked, entry_of, flat, operations_of
from tests.fault.making import Reply, write
from tests.unit.checks.build import Case

NOT_IN_THE_CASE = "NotInTheCase"
"""The code with which everything is refused that the case says nothing about: it must not read as an empty list."""
_WHY = {
    Outcome.DENIED: "because no identity-based policy allows it",
    Outcome.BLOCKED: "with an explicit deny in a service control policy",
}


class CaseWorld:
    """Answers for the accounts of a case, in the place of the fault matrix's World; nothing in it loops."""

    def __init__(self, catalogue: Catalogue, models: Models, case: Case) -> None:
        self._catalogue = catalogue
        self._models = models
        self._accounts = {data.account.id: data for data in case.accounts}

    def entry(self, asked: Asked) -> Entry | None:
        """The entry of the catalogue that a request was made for."""
        return entry_of(self._catalogue, asked)

    def reply(self, entry: Entry, asked: Asked) -> Reply | Refused:
        """What the case says of a request, as it goes over the wire."""
        protocol = Protocol.S3 if asked.service == "s3" else Protocol(asked.protocol)
        if entry.unsigned:
            # Whoever asks is told the same.
            found = (self._record(entry, asked, data) for data in self._accounts.values())
            record = next((one for one in found if one is not None), None)
        else:
            data = self._accounts[asked.account]
            record = self._record(entry, asked, data) or _implied(entry.id, data)
        if record is None:
            return refused(protocol, NOT_IN_THE_CASE, f"the case says nothing of {asked.key}")
        if record.outcome is Outcome.OK:
            return self._answer(entry, asked, record.answer or {})
        return _refusal(entry, record, protocol)

    def _record(self, entry: Entry, asked: Asked, data: AccountData) -> Record | None:
        place = GLOBAL if entry.scope == "global" else asked.region
        for record in data.records(entry.id):
            if record.region == place and (entry.flow or _asks_for(entry, asked, record)):
                return record
        return None

    def _answer(self, entry: Entry, asked: Asked, answer: Mapping[str, Any]) -> Reply:
        if asked.operation != operations_of(entry)[-1]:
            return write(asked.service, asked.operation, {"State": "COMPLETE"})
        return write(asked.service, asked.operation, sent(self._models, entry, answer).answer)


def _asks_for(entry: Entry, asked: Asked, record: Record) -> bool:
    """Whether a request asks for what was recorded; said here once more, as the collector may be wrong about what it sends."""
    rest = {name: value for name, value in asked.parameters.items() if name not in record.parameters}
    meant = all(_means(asked.parameters.get(name), value) for name, value in record.parameters.items())
    return meant and flat(rest) == flat(entry.constants)


def _means(said: Any, recorded: str) -> bool:
    if isinstance(said, list):
        return said == recorded.split(",")
    # Route 53 lists its ids with a path and takes them without.
    return bool(said is not None and str(said) == recorded.removeprefix("/hostedzone/"))


def _implied(entry: str, data: AccountData) -> Record | None:
    """What a case need not say because its account says it: whose it is, and which regions it has enabled."""
    service, _, operation = entry.partition(".")
    account = data.account
    if entry == IDENTITY:
        arn = f"arn:{account.partition}:sts::{account.id}:assumed-role/nightaudit/run"
        answer: dict[str, Any] = {"UserId": "AROA:run", "Account": account.id, "Arn": arn}
    elif entry == REGIONS and data.regions:
        answer = {"Regions": [{"RegionName": region, "OptInStatus": "opt-in-not-required"} for region in data.regions]}
    else:
        return None
    return Record(account.id, service, operation, GLOBAL, Outcome.OK, answer=answer)


def _refusal(entry: Entry, record: Record, protocol: Protocol) -> Refused:
    match record.outcome:
        case Outcome.ABSENT | Outcome.GONE:
            codes = entry.absent if record.outcome is Outcome.ABSENT else entry.gone
            return refused(protocol, record.code if record.code in codes else codes[0], "there is none", 404)
        case Outcome.DENIED | Outcome.BLOCKED:
            return access_denied(protocol, f"The call is not authorized {_WHY[record.outcome]}")
        case Outcome.THROTTLED:
            return refused(protocol, "Throttling", "Rate exceeded", 400)
        case Outcome.ERROR:
            return refused(protocol, record.code, "the case says so", 400)
    raise ValueError(f"{record.name} in {record.region}: nothing that AWS says ends as {record.outcome}")
