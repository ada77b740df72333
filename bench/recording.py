"""What a stand-in of AWS answered to one collection, kept so that it can be replayed without the stand-in."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from nightaudit_auditor.collect.collector import IN_FLIGHT

_CREDENTIAL = re.compile(rb"Credential=([^/,\s]+)/\d{8}/([^/]*)/([^/]+)/aws4_request")

Key = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""What tells one question from another: service, region, method, path and query, X-Amz-Target, body."""


class Exchange(msgspec.Struct, frozen=True, array_like=True):
    """A question and its answer. `headers` are those of the answer that a client looks at."""

    key: Key
    status: int
    headers: dict[str, str]
    body: bytes


class Call(msgspec.Struct, frozen=True, array_like=True):
    """A call as boto3 makes it: all pages of `operation` (AWS's spelling), asked in `region`.

    `pages`: how it pages, as (input token, output token, result), if botocore has no paginator for it.
    """

    service: str
    operation: str
    region: str
    parameters: dict[str, Any]
    pages: tuple[str, str, str] | None = None


class Facts(msgspec.Struct, frozen=True):
    """What is known of a recording without reading it.

    `calls` are the logical ones, `uncapped` those of them that are no item's of a list that is read in turn, `requests` the HTTP exchanges, `chain` the longest chain of requests each of which needs
    the answer of the one before. `paced` is how many seconds the default quotas take for the calls at the very least.
    `nowhere` are hosts that AWS does not have: of services that a region lacks.
    """

    account: str
    calls: int
    uncapped: int
    requests: int
    chain: int
    paced: float
    bytes: int
    nowhere: tuple[str, ...]

    def least(self, *, accounts: int, latency: float) -> float:
        """Seconds that latency alone takes: the longest chain, or all requests over what is in flight, whichever is longer."""
        return max(self.chain * latency, self.requests * accounts * latency / IN_FLIGHT)


class Recording(msgspec.Struct, frozen=True):
    """One account: every exchange, and the calls that led to them."""

    account: str
    exchanges: list[Exchange]
    calls: list[Call]


def write(recording: Recording, facts: Facts, path: Path) -> None:
    """Write `path`, and the facts beside it; the facts come last, so that they vouch for the rest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(msgspec.msgpack.encode(recording), 3))
    path.with_suffix(".json").write_bytes(msgspec.json.encode(facts))


def read(path: Path) -> Recording:
    """Raises OSError or msgspec.DecodeError."""
    return msgspec.msgpack.decode(gzip.decompress(path.read_bytes()), type=Recording)


def read_facts(path: Path) -> Facts:
    """The facts of the recording at `path`. Raises OSError or msgspec.DecodeError."""
    return msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Facts)


def caller(authorization: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(access key, region, service) of an Authorization header; None without a SigV4 signature."""
    found = _CREDENTIAL.search(authorization)
    return None if found is None else (found[1], found[2], found[3])


def key(service: bytes, region: bytes, method: bytes, target: bytes, host: bytes, action: bytes, body: bytes) -> Key:
    """The key of a request, the same for every client: buckets in the path, parameters in order."""
    path, _, query = target.partition(b"?")
    bucket, dot, _ = host.partition(b".s3.")
    if dot and service == b"s3":
        path = b"/" + bucket + path
    if query:
        query = b"&".join(sorted(query.split(b"&")))
    return service, region, method, path.rstrip(b"/") + b"?" + query, action, _canonical(body)


def _canonical(body: bytes) -> bytes:
    if body.startswith(b"{"):
        return json.dumps(json.loads(body), sort_keys=True).encode()
    if body.startswith(b"Action="):
        return b"&".join(sorted(body.split(b"&")))
    return body


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that are worth keeping: its type, and what AWS says in headers of its own."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() == "content-type" or name.lower().startswith("x-am")
    }
