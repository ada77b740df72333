"""Manifests from files, validated and typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from nightaudit_auditor.manifests.crds import KINDS
from nightaudit_auditor.manifests.documents import SUFFIXES, Document, read_documents
from nightaudit_auditor.manifests.problems import ManifestError, Problem
from nightaudit_auditor.manifests.types import AuditException, AuditSchedule
from nightaudit_auditor.manifests.validate import validate, without_nulls

_Kind = TypeVar("_Kind", AuditSchedule, AuditException)


def load_schedule(path: Path) -> AuditSchedule:
    """The one AuditSchedule in a YAML or JSON file.

    Raises ManifestError when the file is unreadable, the schedule invalid, or when there is not exactly one object.
    """
    documents = read_documents(path)
    if len(documents) != 1:
        kinds = ", ".join(str(document.body.get("kind", "no kind")) for document in documents) or "nothing"
        message = f"must hold one AuditSchedule and nothing else, but holds: {kinds}"
        raise ManifestError([Problem("", message, str(path))])
    (schedule,) = _typed(documents, AuditSchedule)
    return schedule


def load_exceptions(paths: Iterable[Path]) -> tuple[AuditException, ...]:
    """The AuditExceptions in files (YAML, JSON, or `.json.gz` as the operator writes it) and folders, in order.

    A folder is read with its subfolders, by name; other objects in it (a kustomization, the schedule) are left alone,
    whereas a file that is named must hold AuditExceptions only. Raises ManifestError with every problem of every file.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for file, in_folder in _files(paths):
        try:
            found = read_documents(file)
        except ManifestError as error:
            problems += error.problems
            continue
        documents += [document for document in found if not (in_folder and _is_other(document))]
    if problems:
        raise ManifestError(problems)
    exceptions = _typed(documents, AuditException)
    _refuse_twins(documents, exceptions)
    return exceptions


def typed(document: Document) -> AuditSchedule | AuditException | None:
    """The manifest in a document that `validate` accepts; None for another kind."""
    match document.body["kind"]:
        case "AuditSchedule":
            return _converted(document, AuditSchedule)
        case "AuditException":
            return _converted(document, AuditException)
        case _:
            return None


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if not path.is_dir():
            yield path, False
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.name.endswith(SUFFIXES) and not hidden and not file.is_dir():
                yield file, True


def _is_other(document: Document) -> bool:
    """Whether the object says plainly that it is something else than an AuditException."""
    api, kind = document.body.get("apiVersion"), document.body.get("kind")
    if not isinstance(api, str) or not isinstance(kind, str):
        return False
    return not api.startswith("nightaudit.dev/") or kind in {"AuditSchedule", "AuditRun"}


def _typed(documents: list[Document], kind: type[_Kind]) -> tuple[_Kind, ...]:
    problems = [
        problem.within(_named(document)) for document in documents for problem in _problems(document, kind.__name__)
    ]
    if problems:
        raise ManifestError(problems)
    return tuple(_converted(document, kind) for document in documents)


def _converted(document: Document, kind: type[_Kind]) -> _Kind:
    # Not strict: 600.0 is an integer to JSON schema and to the API server.
    return msgspec.convert(without_nulls(document.body), kind, strict=False)


def _problems(document: Document, kind: str) -> list[Problem]:
    stated = document.body.get("kind")
    if stated != kind and stated in KINDS:
        return [Problem("kind", f"must be {kind} here, not {stated}")]
    return validate(document.body)


def _named(document: Document) -> str:
    metadata = document.body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{document.source}, {document.body.get('kind')} {name}" if name else document.source


def _refuse_twins(documents: list[Document], exceptions: tuple[AuditException, ...]) -> None:
    first: dict[tuple[str, str], Document] = {}
    problems = []
    for document, exception in zip(documents, exceptions, strict=True):
        key = (exception.metadata.namespace, exception.metadata.name)
        twin = first.setdefault(key, document)
        if twin is not document:
            message = f"must be unique in its namespace: {twin.source} has the same name"
            problems.append(Problem("metadata.name", message, _named(document)))
    if problems:
        raise ManifestError(problems)
