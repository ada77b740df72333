"""Whether a bucket exists: asked as somebody unknown, told by the status alone."""

from __future__ import annotations

import pytest
from aiohttp import web

from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import CredentialsError, Target
from nightaudit_auditor.snapshot import Outcome
from tests.unit.collect.asking import Asker
from tests.unit.collect.conftest import FakeAWS, times

MEANING = Meaning(absent={"404"}, unsigned=True)
S3 = {"x-amz-request-id": "1"}


class _None:
    async def keys(self) -> Keys:
        raise CredentialsError("NoCredentials", "there are none")

    async def renew(self, used: Keys) -> None:
        raise AssertionError("nothing can expire")


def says(aws: FakeAWS, status: int, **headers: str) -> None:
    aws.answer = lambda _: web.Response(status=status, headers=headers)


async def asked(ask: Asker) -> Reply:
    return await ask("s3", "HeadBucket", MEANING, Bucket="site")


@pytest.mark.parametrize("status", [200, 301, 302, 307, 403, 405])
async def test_a_bucket_exists_whoever_has_it(aws: FakeAWS, ask: Asker, status: int) -> None:
    says(aws, status, **S3, **{"x-amz-bucket-region": "eu-west-1"})
    assert await asked(ask) == Reply(Outcome.OK, {"BucketRegion": "eu-west-1"})
    assert len(aws.calls) == 1


async def test_s3_need_not_say_where_it_is(aws: FakeAWS, ask: Asker) -> None:
    says(aws, 403, **S3)
    assert await asked(ask) == Reply(Outcome.OK, {"BucketRegion": ""})


async def test_nobody_has_it(aws: FakeAWS, ask: Asker) -> None:
    says(aws, 404, **S3)
    reply = await asked(ask)
    assert (reply.outcome, reply.code, reply.answer) == (Outcome.ABSENT, "404", None)


@pytest.mark.parametrize("status", [200, 301, 302, 403, 404, 407])
async def test_an_answer_without_awss_id_says_nothing_of_the_bucket(aws: FakeAWS, ask: Asker, status: int) -> None:
    says(aws, status, Server="a proxy")
    reply = await asked(ask)
    assert (reply.outcome, reply.code) == (Outcome.ERROR, "MalformedAnswer")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_is_asked_again_and_is_no_verdict(aws: FakeAWS, ask: Asker, status: int) -> None:
    says(aws, status)
    assert (await asked(ask)).outcome is Outcome.ERROR
    assert len(aws.calls) == 3
    aws.answer = times(1, lambda _: web.Response(status=status))
    aws.calls.clear()
    await asked(ask)
    assert len(aws.calls) == 2


async def test_another_refusal_is_no_verdict(aws: FakeAWS, ask: Asker) -> None:
    says(aws, 400, **S3)
    reply = await asked(ask)
    assert (reply.outcome, reply.code) == (Outcome.ERROR, "400")


async def test_no_credentials_are_needed_and_none_are_sent(aws: FakeAWS, ask: Asker) -> None:
    says(aws, 404, **S3)
    stranger = Asker(ask.client, Target("1", _None()))
    assert (await asked(stranger)).outcome is Outcome.ABSENT
    (call,) = aws.calls
    assert (call.request.method, call.operation) == ("HEAD", "/site")
    assert not [name for name in call.headers if name.startswith(("authorization", "x-amz-"))]
