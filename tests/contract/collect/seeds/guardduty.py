"""GuardDuty: a detector."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("guardduty").create_detector(Enable=True, Tags={"a": "b"})
