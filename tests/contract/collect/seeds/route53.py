"""Route 53: a zone."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("route53").create_hosted_zone(Name="example.com.", CallerReference="1")
