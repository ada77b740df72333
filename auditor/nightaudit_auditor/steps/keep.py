"""Keep a run: its objects are written once, and the manifest, written last, commits it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from nightaudit_auditor.documents.manifest import RunManifest, StoredObject, encode
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.report import ReportModel, render
from nightaudit_auditor.storage import Store

FINDINGS, REPORT, MANIFEST = "findings.jsonl.gz", "report.html", "manifest.json"


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """One finding a line, gzip; the same findings give the same bytes."""
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as lines:
        for finding in findings:
            lines.write(msgspec.json.encode(finding) + b"\n")


def write_report(model: ReportModel, path: Path) -> None:
    """The HTML report, streamed: a large one need not fit into memory."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(render(model))


def read_findings(path: Path) -> tuple[Finding, ...]:
    """Raises ValueError with file and line for what is no finding, or a truncated file."""
    findings: list[Finding] = []
    number = 0
    try:
        with gzip.open(path) as lines:
            for line in lines:
                number += 1
                findings.append(msgspec.json.decode(line, type=Finding))
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}:{number}: not a finding: {error}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path}:{number + 1}: truncated or not gzip: {error}") from error
    return tuple(findings)


def store_objects(store: Store, folder: str, local: Path) -> tuple[StoredObject, ...]:
    """Upload every file below `local` to the run's folder, in the order of their names."""
    stored = []
    for path in sorted(p for p in local.rglob("*") if p.is_file()):
        name = path.relative_to(local).as_posix()
        store.create(f"{folder}/{name}", path)
        stored.append(StoredObject(name, path.stat().st_size, _digest(path)))
    return tuple(stored)


def commit(store: Store, folder: str, manifest: RunManifest) -> None:
    """Write the manifest: from now on the run counts as stored."""
    store.create(f"{folder}/{MANIFEST}", encode(manifest))


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
