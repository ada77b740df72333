"""Timestamps become RFC 3339; regions and services are known from botocore's data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.models import Models, timestamp

EARLY = datetime(1990, 1, 1)  # noqa: DTZ001 - hypothesis wants bounds without a zone
LATE = datetime(2090, 1, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("sent", "recorded"),
    [
        ("2026-11-23T03:17:00Z", "2026-11-23T03:17:00Z"),
        ("2026-11-23T03:17:00.000Z", "2026-11-23T03:17:00Z"),
        ("2026-11-23T03:17:00.120Z", "2026-11-23T03:17:00.12Z"),
        ("2026-11-23T03:17:00+0000", "2026-11-23T03:17:00Z"),
        ("2026-11-23T04:17:00+01:00", "2026-11-23T03:17:00Z"),
        ("Mon, 23 Nov 2026 03:17:00 GMT", "2026-11-23T03:17:00Z"),
        (1795403820, "2026-11-23T03:17:00Z"),
        (1795403820.25, "2026-11-23T03:17:00.25Z"),
        ("1795403820", "2026-11-23T03:17:00Z"),
    ],
)
def test_any_form_of_a_time_is_recorded_in_one(sent: str | float, recorded: str) -> None:
    assert timestamp(sent) == recorded


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        timestamp("yesterday")


@settings(deadline=None)
@given(st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.just(UTC)))
def test_no_moment_is_moved(moment: datetime) -> None:
    assert datetime.fromisoformat(timestamp(moment.isoformat())) == moment
    assert abs(datetime.fromisoformat(timestamp(moment.timestamp())) - moment).total_seconds() < 1e-3


def test_a_service_that_a_known_region_lacks_is_known_from_data(models: Models) -> None:
    assert not models.lacks("ec2", "eu-central-1")
    assert models.lacks("lightsail", "eu-south-1")
    assert models.lacks("lightsail", "cn-north-1")
    assert not models.lacks("organizations", "eu-central-1")  # one endpoint for the partition
    assert not models.lacks("ec2", "mars-north-1")
    assert not models.lacks("bedrock-agentcore-control", "eu-central-1")  # the data lists it nowhere
    assert not models.lacks("s3control", "mx-central-1")  # the data has S3 there


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("mars-1", "aws")],
)
def test_a_region_tells_its_partition(models: Models, region: str, partition: str) -> None:
    assert models.partition_of(region) == partition


def test_unknown_services_and_operations_are_key_errors(models: Models) -> None:
    with pytest.raises(KeyError):
        models.service("nothing")
    with pytest.raises(KeyError):
        models.service("sts").operation("Nothing")


@pytest.mark.parametrize("service", ["ec2", "iam", "kms", "lambda", "s3"])
def test_a_model_lacks_its_documentation_and_nothing_else(service: str) -> None:
    models = Models(botocore.session.get_session().get_component("data_loader"))

    def undocumented(shape: dict[str, Any]) -> dict[str, Any]:
        members = {name: undocumented(member) for name, member in shape.get("members", {}).items()}
        rest = {key: value for key, value in shape.items() if key not in ("documentation", "members")}
        return {**rest, "members": members} if "members" in shape else rest

    whole = Loader().load_service_model(service, "service-2")
    read = models.loader.load_service_model(service, "service-2")

    assert read["shapes"] == {name: undocumented(shape) for name, shape in whole["shapes"].items()} != whole["shapes"]
    assert read["operations"] == {name: undocumented(found) for name, found in whole["operations"].items()}
