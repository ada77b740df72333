"""What the parts of the generator share."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.sizes import Size
from demo.aws.facts import PRODUCTION
from demo.aws.seeding.cloud import Cloud, document

ACCOUNT = PRODUCTION
STRANGER = "999999999999"


@dataclass(frozen=True)
class Builder:
    """The account's clients, its size, and the dice that decide which resource has a problem."""

    cloud: Cloud
    size: Size
    dice: random.Random

    def client(self, service: str, region: str) -> Any:
        """A boto3 client of the account; its type depends on the service."""
        return self.cloud.client(ACCOUNT, service, region)

    def bad(self) -> bool:
        """Whether the next resource is to have a problem."""
        return self.dice.random() < 0.2

    def spread(self, count: int) -> Iterator[tuple[int, str]]:
        """Numbers up to `count`, each with the region where its resource belongs."""
        for number in range(count):
            yield number, self.size.where[number % len(self.size.where)]


def open_policy(resource: str, action: str, *, bad: bool) -> str:
    """A resource policy: for everybody if `bad`, else for the own account."""
    principal = "*" if bad else {"AWS": f"arn:aws:iam::{ACCOUNT.id}:root"}
    return document({"Principal": principal, "Action": action, "Resource": resource})
