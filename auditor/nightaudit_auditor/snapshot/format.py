"""The two lines of a snapshot that are no records: the header that opens it and the trailer that closes it."""

from __future__ import annotations

import msgspec

HEADER_SCHEMA = "nightaudit.dev/snapshot/v1"
TRAILER_SCHEMA = "nightaudit.dev/snapshot-end/v1"
METADATA = "metadata"
"""The folder inside a run's folder that holds one snapshot per account."""
ORGANIZATION = "organization"
"""What stands for the account in the name of the snapshot that holds the organization's answers."""
SUFFIX = ".jsonl.gz"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: whose answers follow. `regions` are those that were asked, `time` (RFC 3339) is when they were."""

    account: str
    name: str
    labels: dict[str, str]
    partition: str
    regions: tuple[str, ...]
    reachable: bool
    run: str
    time: str
    schema: str = HEADER_SCHEMA


class Trailer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: how many records precede it, by outcome, and whether the collection ran to its end."""

    complete: bool
    reason: str
    records: int
    outcomes: dict[str, int]
    schema: str = TRAILER_SCHEMA
