"""Elastic Beanstalk: an application."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("elasticbeanstalk").create_application(ApplicationName="shop")
