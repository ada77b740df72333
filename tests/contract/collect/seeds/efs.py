"""EFS: a file system."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("efs").create_file_system(CreationToken="home")
