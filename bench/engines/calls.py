"""Recorded calls, made through boto3."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from bench import recording, schedules
from bench.recording import Call


@dataclass(frozen=True)
class Work:
    """What an engine is to do: these calls in each of these accounts."""

    calls: Sequence[Call]
    accounts: Sequence[str]


def work(description: str) -> Work:
    """From the command line. With `--sample n` every so-manieth call only, so that about n are left."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--accounts", type=int, default=1, help="how many accounts (default 1)")
    parser.add_argument("--sample", type=int, default=0, help="make about that many calls, not all")
    options = parser.parse_args()
    calls = recording.read(options.recording).calls
    if options.sample:
        calls = calls[:: max(1, len(calls) // options.sample)]
    return Work(calls, schedules.accounts(options.accounts))


def assume(account: str) -> boto3.Session:
    """A session with the account's role."""
    role = schedules.role(account)
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="bench", ExternalId="x-y")["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def make(client: Any, call: Call, account: str) -> int:
    """Make a call with all its pages; 1 if AWS refused it, else 0."""
    parameters = {name: _own(value, account) for name, value in call.parameters.items()}
    name = xform_name(call.operation)
    try:
        if client.can_paginate(name):
            client.get_paginator(name).paginate(**parameters).build_full_result()
        else:
            _pages(getattr(client, name), parameters, call)
    except ClientError:
        return 1
    return 0


def _pages(method: Any, parameters: dict[str, Any], call: Call) -> None:
    answer = method(**parameters)
    while call.pages is not None and (token := answer.get(call.pages[1])):
        answer = method(**parameters, **{call.pages[0]: token})


def _own(value: Any, account: str) -> Any:
    return value.replace(schedules.RECORDED.id, account) if isinstance(value, str) else value
