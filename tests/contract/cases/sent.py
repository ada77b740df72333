"""A recorded answer, back in the form in which boto3's models write it, and what in it no answer of AWS can have."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.handlers import decode_quoted_jsondoc
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from nightaudit_auditor.collect.entries import Entry
from nightaudit_auditor.collect.models import Models, timestamp
from tests.contract.cases.unsaid import is_redacted, plain

_IAM_POLICY = "policyDocumentType"
"""The shape whose values boto3 and the collector decode."""
_UNLISTED = {
    "AttachmentStatus": "available",  # EC2 API Reference, InternetGatewayAttachment: "available when attached to a VPC"
    "PermissionsBoundaryAttachmentType": "Policy",  # IAM API Reference, AttachedPermissionsBoundary: its only value
}
"""Values that AWS documents, and that the models lack."""
_NUMBERS: dict[str, tuple[type, ...]] = {
    "integer": (int,), "long": (int,), "float": (int, float), "double": (int, float),
}  # fmt: skip
_KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
# IAM User Guide, "Generate credential reports for your AWS account".
_COLUMNS = (
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", *(f"access_key_{n}_{part}" for n in (1, 2) for part in _KEY),
    *(f"cert_{n}_{part}" for n in (1, 2) for part in ("active", "last_rotated")),
)  # fmt: skip


@dataclass
class Sent:
    """What AWS would have sent.

    `impossible` names the members that it cannot send, with the reason, `novel` those whose value the models do not list: AWS
    may send it tomorrow.
    """

    answer: dict[str, Any] = field(default_factory=dict)
    impossible: list[str] = field(default_factory=list)
    novel: list[str] = field(default_factory=list)


def sent(models: Models, entry: Entry, answer: Mapping[str, Any]) -> Sent:
    """Undo what the collector does to an answer: times, bytes, IAM's policies, redaction, the credential report."""
    if entry.flow == "credential_report":
        return _report(answer)
    found = Sent()
    model = models.service(entry.service).operation(entry.operation)
    if entry.operation == "GetBucketLocation":  # its answer has no members: null stands for us-east-1
        found.answer = {"LocationConstraint": answer.get("LocationConstraint") or ""}
        found.impossible = [f"{name}: no member" for name in answer.keys() - {"LocationConstraint"}]
        return found
    value = _Walk(found, iam=entry.service == "iam").value(model.output_shape, answer, "")
    found.answer = value if isinstance(value, dict) else {}
    found.impossible += _dropped(models, entry, model, answer)
    return found


class _Walk:
    def __init__(self, found: Sent, *, iam: bool) -> None:
        self._found = found
        self._iam = iam

    def value(self, shape: Shape | None, value: Any, at: str) -> Any:
        if shape is None:
            return self._no(at, "the operation answers nothing") if value else {}
        if value is None:
            return self._no(at, "null never arrives")
        if isinstance(shape, StructureShape):
            return self._structure(shape, value, at)
        if isinstance(shape, ListShape):
            if not isinstance(value, list):
                return self._no(at, f"{value!r} is no list")
            return [self.value(shape.member, item, f"{at}[{index}]") for index, item in enumerate(value)]
        if isinstance(shape, MapShape):
            if not isinstance(value, Mapping):
                return self._no(at, f"{value!r} is no map")
            return {
                self.value(shape.key, key, at): self.value(shape.value, v, f"{at}.{key}") for key, v in value.items()
            }
        return self._scalar(shape, value, at)

    def _structure(self, shape: StructureShape, value: Any, at: str) -> Any:
        if getattr(shape, "is_document_type", False):
            return value
        if not isinstance(value, Mapping):
            return self._no(at, f"{value!r} is no structure")
        if shape.is_tagged_union and len(value) > 1:
            self._no(at, f"only one of {', '.join(value)} can be there")
        for name in value.keys() - shape.members.keys():
            self._no(f"{at}.{name}", f"{shape.name} has no such member")
        return {
            name: self.value(shape.members[name], item, f"{at}.{name}")
            for name, item in value.items()
            if name in shape.members
        }

    def _scalar(self, shape: Shape, value: Any, at: str) -> Any:
        if is_redacted(value):
            value = plain(value)
        kind = shape.type_name
        if self._iam and shape.name == _IAM_POLICY:
            return self._policy(value, at)
        if kind == "boolean":
            return value if isinstance(value, bool) else self._no(at, f"{value!r} is no boolean")
        if kind in _NUMBERS:
            fits = isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
            return value if fits else self._no(at, f"{value!r} is no {kind}")
        if not isinstance(value, str):
            return self._no(at, f"{value!r} is no text")
        if kind == "timestamp":
            return self._time(value, at)
        if kind == "blob":
            return self._bytes(value, at)
        enum = shape.metadata.get("enum")
        if enum and value not in {*enum, _UNLISTED.get(shape.name)}:
            self._found.novel.append(f"{at.removeprefix('.')}: {value!r} is none of {', '.join(enum)}")
        return value

    def _policy(self, value: Any, at: str) -> Any:
        if isinstance(value, dict):
            return quote(json.dumps(value))
        if decode_quoted_jsondoc(value) == value:  # what cannot be decoded arrives as it was sent
            return value
        return self._no(at, "IAM's policies arrive decoded")

    def _time(self, value: str, at: str) -> Any:
        try:
            arrives = timestamp(value)
        except ValueError:
            return self._no(at, f"{value!r} is no timestamp")
        if arrives != value:
            self._no(at, f"{value!r} arrives as {arrives!r}")
        return datetime.fromisoformat(arrives)

    def _bytes(self, value: str, at: str) -> Any:
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return self._no(at, f"{value!r} is no base64")

    def _no(self, at: str, why: str) -> None:
        self._found.impossible.append(f"{at.removeprefix('.') or 'the answer'}: {why}")


def _dropped(models: Models, entry: Entry, model: OperationModel, answer: Mapping[str, Any]) -> Iterator[str]:
    """Of an answer that comes in pages only what pages are merged by is kept."""
    config = models.service(entry.service).paginators.get(model.name)
    if config is not None:
        kept = {*_as_list(config["result_key"]), *config.get("non_aggregate_keys", ())}
    elif entry.pages is not None:
        kept = {entry.pages.result_key}
    else:
        return
    for name, value in answer.items():
        inner = value if isinstance(value, Mapping) else {}
        lost = (path for path in ([name], *([name, one] for one in inner)) if not _is_kept(path, kept))
        yield from (f"{'.'.join(path)}: not kept of answers that come in pages" for path in lost)


def _is_kept(path: list[str], kept: Iterable[str]) -> bool:
    """Whether a path leads to what is kept, or into it."""
    return any(all(a == b for a, b in zip(path, one.split("."), strict=False)) for one in kept)


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _report(answer: Mapping[str, Any]) -> Sent:
    rows = answer.get("Users", [])
    names = {name for row in rows for name in row}
    found = Sent(impossible=[f"Users[].{name}: no column" for name in sorted(names - {*_COLUMNS})])
    found.impossible += [f"{name}: no member" for name in answer.keys() - {"Users", "GeneratedTime"}]
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="N/A", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    found.answer = {"Content": text.getvalue().encode(), "ReportFormat": "text/csv"}
    if answer.get("GeneratedTime"):
        found.answer["GeneratedTime"] = datetime.fromisoformat(answer["GeneratedTime"])
    return found


def _cell(value: str | bool | None) -> str:
    if value is None:
        return "N/A"
    return str(value).lower() if isinstance(value, bool) else value
