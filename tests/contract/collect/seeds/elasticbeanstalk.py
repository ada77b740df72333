"""Elastic Beanstalk: an application and its environment."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    beanstalk = client("elasticbeanstalk")
    beanstalk.create_application(ApplicationName="shop")
    beanstalk.create_environment(ApplicationName="shop", EnvironmentName="prod")
