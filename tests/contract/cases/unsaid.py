"""Redacted values, as AWS may have sent them: something that the same detector finds."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from nightaudit_auditor.snapshot.detectors import AWS_ACCESS_KEY, GENERIC
from nightaudit_auditor.snapshot.unpack import LIMIT

_SECRETS = {
    "": "****",
    "private-key": "-----BEGIN RSA PRIVATE KEY-----",
    "github-token": f"ghp_{'aB3dE6' * 6}",
    "slack-token": "xoxb-1234567890-aBcDeF",
    AWS_ACCESS_KEY: "AKIAIOSFODNN7EXAMPLE",
    GENERIC: "correct-horse-battery",
}
"""Detector → a value that it finds, the last one by its name alone."""


def is_redacted(value: Any) -> bool:
    """Whether this is what the redaction leaves of a value."""
    return isinstance(value, Mapping) and value.get("redacted") is True


def plain(redacted: Mapping[str, Any]) -> str:
    """A value that is redacted to this, but for the digests. Raises KeyError for a detector without an example."""
    if "arn" in redacted:
        return str(redacted["arn"])
    if redacted.get("unexamined") == "too much":
        return "x" * (LIMIT + 1)
    if "unexamined" in redacted:
        return base64.b64encode(b"\x1f\x8bno gzip at all").decode()
    if "secrets" in redacted:
        lines = [_line(str(found["name"]), _SECRETS[found["detector"]]) for found in redacted["secrets"]]
        return base64.b64encode("\n".join(["#!/bin/sh", *lines]).encode()).decode()
    return _SECRETS[redacted["detector"]]


def _line(name: str, value: str) -> str:
    return f"{name}={value}" if name else value
