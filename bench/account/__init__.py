"""Fill an account of the stand-in with resources through boto3, the same ones every time."""

from __future__ import annotations

import random

from bench.account import iam, network, services, storage
from bench.account.builder import Builder
from bench.sizes import Size
from demo.aws.seeding.cloud import Cloud

__all__ = ["fill"]


def fill(endpoint: str, size: Size) -> None:
    """Make everything that `size` counts: most of it clean, every fifth or so with a problem."""
    builder = Builder(Cloud(endpoint), size, random.Random(size.name))  # noqa: S311 - repeatable, not secret
    for part in (iam, network, storage, services):
        part.fill(builder)
