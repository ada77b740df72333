"""For every operation of the catalogue the transport's answer is boto3's, field by field, from the same server."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_template_body

from nightaudit_auditor.collect import collect, load_catalogue
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditSchedule,
    Metadata,
    OrganizationTarget,
    Regions,
    S3Storage,
    ScheduleSpec,
    Storage,
    TagMatch,
)
from nightaudit_auditor.snapshot import AccountData, Outcome, Record, SnapshotWriter, open_organization, open_snapshot
from tests.contract.collect.aws import ACCOUNT, REGION, client
from tests.contract.collect.seeding import LACKS

# moto makes these up from its clock for each answer.
MOVING = {
    "LatestDeliveryTime", "LatestDeliveryAttemptTime", "LatestRestorableTime", "EarliestRestorableTime",
    "Timestamp",  # of a file system's size
    "lastStatus",  # of a task: each answer takes it a step further
}  # fmt: skip


class _KeepAll:
    """Secrets stay, so that they can be compared."""

    def redact(self, answer: dict[str, Any], *_: object) -> dict[str, Any]:
        return answer

    def unpacks(self, answer: dict[str, Any], _: Iterable[str]) -> bool:
        return False


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Models(botocore.session.get_session().get_component("data_loader")))


@pytest.fixture(scope="module")
def data(seeded: None, tmp_path_factory: pytest.TempPathFactory) -> AccountData:
    """One collection of the seeded account, and of its organization, where no account but this one is selected."""
    folder: Path = tmp_path_factory.mktemp("run")
    sink = SnapshotWriter(folder, "run-1")
    sink._redactor = _KeepAll()  # type: ignore[assignment]
    spec = ScheduleSpec(
        schedule="@daily",
        accounts=(AccountTarget(id=ACCOUNT),),
        organization=OrganizationTarget(member_role_name="nobodys", tag_selector=(TagMatch(key="nobodys"),)),
        storage=Storage(s3=S3Storage(bucket="b")),
        regions=Regions(include=(REGION,)),
    )
    schedule = AuditSchedule(metadata=Metadata(name="nightly"), spec=spec)
    asyncio.run(collect(schedule, sink, run="run-1", deadline=None, stop=asyncio.Event()))
    data, organization = open_snapshot(folder)[ACCOUNT], open_organization(folder)
    assert organization is not None
    records = [record for one in (data, organization) for name in one.operations() for record in one.records(name)]
    return AccountData(data.account, data.regions, records)


def _boto3(entry: Entry, record: Record) -> dict[str, Any]:
    made = client(entry.service, unsigned=entry.unsigned)
    parameters = entry.sent(record.parameters)
    method = botocore.xform_name(entry.operation)
    # A template is examined as the text that it is, not as what boto3 makes of those that are JSON.
    made.meta.events.unregister("after-call.cloudformation.GetTemplate", json_decode_template_body)
    if made.can_paginate(method):
        answer = made.get_paginator(method).paginate(**parameters).build_full_result()
    else:
        answer = getattr(made, method)(**parameters)
        if entry.pages:
            answer = {entry.pages.result_key: answer[entry.pages.result_key]}
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _plain(value: Any) -> Any:
    """Timestamps as RFC 3339, bytes in base64; members without a value left out, as only one of the two ways of merging pages keeps them."""
    if isinstance(value, datetime):
        return _plain(value.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None and key not in MOVING}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value.endswith("Z") and "." in value and value[:4].isdigit():
        return value[:-1].rstrip("0").rstrip(".") + "Z"
    return value


def _ids() -> list[str]:
    models = Models(botocore.session.get_session().get_component("data_loader"))
    return sorted(load_catalogue(models).entries)


@pytest.mark.parametrize("operation", [name for name in _ids() if name != "iam.get_credential_report"])
def test_the_answer_is_boto3s(data: AccountData, catalogue: Catalogue, operation: str) -> None:
    records = list(data.records(operation))
    entry = catalogue.entries[operation]
    if any(source.operation in LACKS for source in entry.for_each):
        assert operation in LACKS
        assert {record.code for record in records} <= {"ParentNotRead"}
        return
    assert records, "nothing was asked: the seed lacks a resource"
    if operation in LACKS and any(source.operation in LACKS for source in entry.for_each):
        assert {record.outcome for record in records} == {Outcome.SKIPPED}
        return
    for record in records:
        if operation in LACKS and record.code == "ParentNotRead":
            continue  # the stand-in lacks what it depends on, too
        assert record.outcome is not Outcome.SKIPPED, record.message
        if record.outcome is Outcome.OK:
            assert _plain(record.answer) == _plain(_boto3(entry, record))
            continue
        if operation in LACKS:
            assert record.outcome is Outcome.ERROR
            assert "answered HTML" in record.message
            continue
        with pytest.raises(ClientError) as error:
            _boto3(entry, record)
        assert (record.outcome, record.code) == (Outcome.ABSENT, error.value.response["Error"]["Code"])


def test_there_is_an_answer_with_content_for_every_operation_that_moto_has(
    data: AccountData, catalogue: Catalogue
) -> None:
    empty = {
        operation
        for operation in catalogue.entries
        if not any(
            value not in (None, [], {}, "")
            for record in data.records(operation)
            for value in (record.answer or {}).values()
        )
    }
    assert empty == LACKS


def test_the_credential_report_has_the_rows_of_awss_csv(data: AccountData) -> None:
    content = client("iam").get_credential_report()["Content"].decode()
    header, *lines = content.strip().splitlines()
    answer = data.answer("iam.get_credential_report")
    assert answer is not None
    assert [list(row) for row in answer["Users"]] == [header.split(",")] * len(lines)
    assert [row["user"] for row in answer["Users"]] == [line.split(",")[0] for line in lines]
    alice = next(row for row in answer["Users"] if row["user"] == "alice")
    assert (alice["password_enabled"], alice["mfa_active"], alice["access_key_1_active"]) == (True, False, True)
