"""One statement, and whether it applies to a request of `s3:GetObject`."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.aws.policy import Caller, Facts, Request, Statement, Truth, applies, parse_document

OWN, OTHER = "111111111111", "444444444444"
ROLE, SESSION = f"arn:aws:iam::{OTHER}:role/x", f"arn:aws:sts::{OTHER}:assumed-role/x/s"


def statement(**elements: Any) -> Statement:
    """An Allow of s3:GetObject on everything, with these elements instead."""
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | elements
    return parse_document({"Version": "2012-10-17", "Statement": whole}).statements[0]


def speaks(caller: Caller = Caller("AWS", OWN), facts: Facts = Facts({}, (None,)), **elements: Any) -> Truth:  # noqa: B008
    """Whether such a statement applies to a caller who asks for an object."""
    return applies(statement(**elements), Request("s3:GetObject", "arn:aws:s3:::b/ann", caller, facts))
