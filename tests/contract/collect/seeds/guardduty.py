"""GuardDuty: a detector. moto lists no filters, so that none is asked for."""

from __future__ import annotations

from tests.contract.collect.aws import client

LACKS = {"guardduty.list_filters", "guardduty.get_filter"}


def seed() -> None:
    client("guardduty").create_detector(Enable=True, Tags={"a": "b"})
