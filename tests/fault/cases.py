"""The matrix: every operation of the catalogue that can be denied is so once, every other fault befalls each way of speaking and
paging once."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from tests.fault.asked import operations_of, twins
from tests.fault.faults import DENIED, OTHERS, Fault

SEED = 20261123
SAMPLE = 3
"""Denials in `make test`, besides one of each fault."""

UNSIGNED = "unsigned"
_WITHOUT_BODY = {"broken", "reset", "hang"}
"""The faults that there are where nothing but a status answers, and none of those is a denial."""


@dataclass(frozen=True)
class Case:
    """One fault of one operation of an entry of the catalogue."""

    entry: str
    operation: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.entry}-{self.operation}-{self.fault.name}"


def matrix(catalogue: Catalogue, models: Models) -> list[Case]:
    """All cases, in a stable order."""
    twin = twins(catalogue)
    entries = [entry for entry in catalogue.entries.values() if entry.id not in twin]
    calls = [(entry, operation) for entry in entries for operation in operations_of(entry)]
    cases = [Case(entry.id, operation, DENIED) for entry, operation in calls if not entry.unsigned]
    ways: dict[tuple[str, str], list[tuple[Entry, str]]] = {}
    for entry, operation in calls:
        ways.setdefault(way(entry, operation, models), []).append((entry, operation))
    for (protocol, paging), members in sorted(ways.items()):
        for fault in OTHERS:
            if not can_befall(fault, paging):
                continue
            entry, operation = random.Random(f"{SEED} {protocol} {paging} {fault.name}").choice(members)  # noqa: S311 - choices that can be repeated
            cases.append(Case(entry.id, operation, fault))
    return cases


def can_befall(fault: Fault, paging: str) -> bool:
    """Whether a fault can be met by what speaks and pages so, as `way` says."""
    if paging == UNSIGNED:
        return fault.name in _WITHOUT_BODY
    return not fault.paged or paging.startswith("pages")


def way(entry: Entry, operation: str, models: Models) -> tuple[str, str]:
    """How an operation speaks and pages: its protocol, and the shape of its paginator."""
    service = models.service(entry.service)
    protocol = "s3" if entry.service == "s3" else str(service.model.resolved_protocol)
    if entry.unsigned:
        return protocol, UNSIGNED
    if entry.flow:
        paged = entry.pages is not None and operation == entry.operation
        return protocol, f"pages of {entry.flow}" if paged else entry.flow
    config = service.paginators.get(operation)
    if config is None:
        return protocol, "pages of the catalogue" if entry.pages is not None else "one page"
    outputs = config["output_token"]
    traits = (
        (isinstance(outputs, list), "several tokens"),
        (any("." in path for path in outputs) if isinstance(outputs, list) else "." in outputs, "inner token"),
        (bool(config.get("more_results")), "more results"),
    )
    return protocol, ", ".join(("pages", *(name for there, name in traits if there)))


def sample(cases: Iterable[Case]) -> set[Case]:
    """A case of each fault, and a few more: the same ones as long as the matrix is the same."""
    rng = random.Random(SEED)  # noqa: S311 - choices that can be repeated
    by_fault: dict[str, list[Case]] = {}
    for case in cases:
        by_fault.setdefault(case.fault.name, []).append(case)
    chosen = {rng.choice(found) for found in by_fault.values()}
    return chosen | set(rng.sample(by_fault[DENIED.name], min(SAMPLE, len(by_fault[DENIED.name]))))
