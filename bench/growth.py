"""`python -m bench.growth SNAPSHOT SCHEDULE FACTOR`: how CPU and memory of all checks grow with an account.

The account is the recorded one, FACTOR times over: every copy has ids of its own, and refers to its own copies.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.cli.console import calm_garbage_collector
from nightaudit_auditor.manifests import load_schedule
from nightaudit_auditor.snapshot import AccountData, Record, open_snapshot
from nightaudit_auditor.steps.audit import audit

_IDENTIFIER = re.compile(
    r"\b(?:(?P<kind>[a-z]+-)[0-9a-f]{6}(?P<rest>[0-9a-f]{2,11})"
    r"|(?P<uuid>[0-9a-f]{4})[0-9a-f]{4}(?=-[0-9a-f]{4}-[0-9a-f]{4}-)"
    r"|(?P<name>user|role|policy|team|function|queue|topic|repository|table|secret|log-group|group|instance|image|bench)-(?=\d))"
)


class Growth(msgspec.Struct, frozen=True):
    """What all checks over an account cost: seconds of CPU, MiB beyond those of the snapshot itself, and the findings."""

    factor: int
    records: int
    findings: int
    cpu: float
    memory: float
    snapshot: float


def enlarged(data: AccountData, factor: int) -> AccountData:
    """The account `factor` times over."""
    records = [record for operation in data.operations() for record in data.records(operation)]
    return AccountData(data.account, data.regions, _copies(records, factor), run=data.run, time=data.time)


def _copies(records: Iterable[Record], factor: int) -> Iterator[Record]:
    for record in records:
        text = msgspec.json.encode(record).decode()
        copies = [msgspec.json.decode(_renamed(text, number), type=Record) for number in range(1, factor)]
        same = [copy for copy in copies if copy.parameters == record.parameters]
        yield msgspec.structs.replace(record, answer=_merged(record.answer, [copy.answer for copy in same]))
        yield from (copy for copy in copies if copy.parameters != record.parameters)


def _renamed(text: str, number: int) -> str:
    def rename(found: re.Match[str]) -> str:
        if found["kind"]:
            return f"{found['kind']}{number:06x}{found['rest']}"
        if found["uuid"]:
            return f"{found['uuid']}{number:04x}"
        return f"{found['name']}-{number:03d}"

    return _IDENTIFIER.sub(rename, text)


def _merged(answer: dict[str, Any] | None, copies: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    if answer is None:
        return None
    merged = dict(answer)
    for name, value in answer.items():
        if isinstance(value, list):
            # What a copy has in common with the original (a region, a policy of AWS's own) is there once.
            more = (item for copy in copies for item in (copy or {}).get(name, []))
            merged[name] = value + [item for item in more if item not in value] if copies else value
    return merged


def main() -> None:
    """Measure, and print a Growth as JSON."""
    schedule, factor = load_schedule(Path(sys.argv[2])), int(sys.argv[3])
    load()
    calm_garbage_collector()
    empty = _resident()
    data = enlarged(next(iter(open_snapshot(Path(sys.argv[1])).values())), factor)
    before = _resident()
    _forget_peak()
    began = time.process_time()
    judgement = audit({data.account.id: data}, schedule, (), datetime.now(UTC), {})
    cpu = time.process_time() - began
    records = sum(1 for operation in data.operations() for _ in data.records(operation))
    grown = Growth(factor, records, len(judgement.findings), cpu, _peak() - before, before - empty)
    print(json.dumps(msgspec.to_builtins(grown)))


def _status(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident() -> float:
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM")


def _forget_peak() -> None:
    """Let the peak count from now on (Linux, proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
