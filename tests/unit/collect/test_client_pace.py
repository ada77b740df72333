"""How many calls are under way at once, and how fast they follow each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import botocore.session
import pytest
from aiohttp import web

from nightaudit_auditor.collect import credentials
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials, RoleCredentials
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.reply import Meaning
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.snapshot import Outcome
from tests.unit.collect.asking import Asker, RotatingCredentials
from tests.unit.collect.conftest import IMPATIENT, Call, FakeAWS, assumed, refuse


class TestPace:
    async def test_an_operation_that_aws_counts_apart_draws_from_its_own_bucket(self, aws: FakeAWS, ask: Asker) -> None:
        quota = load_quotas().services["lambda.GetPolicy"]
        bucket = ask.client.pace.bucket(ask.target.account, "eu-central-1", "lambda", "GetPolicy")
        aws.answer = lambda call: refuse(call, 429, "TooManyRequestsException")
        await ask("lambda", "ListFunctions")
        assert bucket.rate == quota.rate
        await ask("lambda", "GetPolicy", FunctionName="f")
        assert bucket.rate < quota.rate

    @pytest.mark.parametrize(
        ("status", "code", "faster"),
        [(404, "Absent", True), (403, "AccessDenied", True), (500, "ServiceException", False)],
    )
    async def test_what_aws_says_no_to_was_answered_too(
        self, aws: FakeAWS, ask: Asker, status: int, code: str, faster: bool
    ) -> None:
        bucket = ask.client.pace.bucket(ask.target.account, "eu-central-1", "lambda", "GetPolicy")
        bucket.throttled()
        slowed = bucket.rate
        aws.answer = lambda call: refuse(call, status, code)
        await ask("lambda", "GetPolicy", Meaning(absent={"Absent"}), FunctionName="f")
        assert (bucket.rate > slowed) is faster


async def test_no_more_requests_are_in_flight_than_allowed(
    aws: FakeAWS, session: botocore.session.Session, models: Models
) -> None:
    running, most = 0, 0

    async def slow(call: Call) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return aws._default(call)

    aws.answer = slow
    async with Wire(session, connections=16, user_agent="nightaudit/test") as wire:
        client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=3)
        ask = Asker(client, Target("111111111111", RotatingCredentials()))
        calls = [("ec2", "DescribeVpcs"), ("kms", "ListKeys"), ("rds", "DescribeDBInstances")] * 4
        await asyncio.gather(*(ask(*call) for call in calls))
    assert most == 3


async def test_calls_to_one_service_of_a_region_share_few_connections_and_others_do_not_wait_for_them(
    aws: FakeAWS, ask: Asker
) -> None:
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def answer(call: Call) -> web.StreamResponse:
        now[call.service] += 1
        most[call.service] = max(most[call.service], now[call.service])
        await asyncio.sleep(0.02)
        now[call.service] -= 1
        return aws._default(call)

    aws.answer = answer
    await asyncio.gather(*(ask(*call) for call in [("ec2", "DescribeVpcs"), ("kms", "ListKeys")] * 6))
    assert most == {"ec2": 2, "kms": 2}


class TestKeys:
    async def test_are_those_that_are_valid_when_the_calls_turn_has_come(self, aws: FakeAWS, ask: Asker) -> None:
        full, go = asyncio.Event(), asyncio.Event()

        async def answer(call: Call) -> web.StreamResponse:
            if len(aws.calls) == 2:
                full.set()
            await go.wait()
            return aws._default(call)

        aws.answer = answer
        credentials = ask.target.credentials
        assert isinstance(credentials, RotatingCredentials)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(ask("ec2", "DescribeVpcs"))
            await full.wait()
            credentials.number += 1
            go.set()
        assert [call.key for call in aws.calls] == ["KEY0", "KEY0", "KEY1"]

    async def test_of_a_role_are_had_though_every_call_waits_for_them(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With one slot, and a session that is over as soon as it has begun: each call needs a role, each role a call."""
        monkeypatch.setattr(credentials, "_LEAST", 0.0)
        aws.answer = lambda call: (
            assumed(call, "222222222222", datetime.now(UTC).isoformat()) if call.operation == "AssumeRole" else None
        )
        async with Wire(session, connections=1, user_agent="nightaudit/test") as wire:
            client = Client(
                models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=1, patience=IMPATIENT
            )
            role = RoleCredentials(
                client, Target("", OwnCredentials(session)), role="arn:aws:iam::222222222222:role/nightaudit",
                external_id="", run="nightly-1", region="eu-central-1",
            )  # fmt: skip
            ask = Asker(client, Target("222222222222", role))
            calls = [("ec2", "DescribeVpcs"), ("kms", "ListKeys"), ("sts", "GetCallerIdentity")] * 4
            async with asyncio.timeout(60):
                replies = await asyncio.gather(*(ask(*call) for call in calls))
        assert {reply.outcome for reply in replies} == {Outcome.OK}
        assert aws.count("AssumeRole") == len(calls)
