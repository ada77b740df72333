"""One call that gets no sense out of AWS, or no answer at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import botocore.session
import msgspec
import pytest
from aiohttp import web

from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.collect.retry import Backoff
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Answer, Timeouts, Wire, WireError
from nightaudit_auditor.snapshot import Outcome
from tests.unit.collect.asking import Asker, RotatingCredentials
from tests.unit.collect.conftest import IMPATIENT, Call, FakeAWS

IAM_ROLE = (
    '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/</Path>'
    "<RoleName>r</RoleName><AssumeRolePolicyDocument>%7B%22Sid%22%3A%22a%5Cud83db%22%7D</AssumeRolePolicyDocument></Role>"
    "</GetRoleResult></GetRoleResponse>"
)
CALLS = [
    ("ec2", "DescribeVpcs"),
    ("kms", "ListKeys"),
    ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions"),
    ("sns", "ListTopics"),
    ("sqs", "ListQueues"),
    ("logs", "DescribeLogGroups"),
]


class Cut(Wire):
    """A wire that no connection can be had through while it is `cut`."""

    cut = True
    sent = 0

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.sent += 1
        if self.cut:
            raise WireError("ConnectionError", "Temporary failure in name resolution", silent=True)
        return await super().send(method, url, headers, body)


class TestHalfOfASurrogatePair:
    """Which anybody may put into a policy or a description, and which no snapshot can hold."""

    @pytest.mark.parametrize(
        ("service", "operation", "parameters", "body"),
        [
            ("lambda", "ListFunctions", {}, r'{"Functions": [{"FunctionName": "f", "Description": "a\ud83db"}]}'),
            ("kms", "DescribeKey", {"KeyId": "k"}, r'{"KeyMetadata": {"KeyId": "k", "Description": "a\uD83Db"}}'),
            ("iam", "GetRole", {"RoleName": "r"}, IAM_ROLE),
        ],
    )
    async def test_becomes_the_replacement_character_and_hides_nothing(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, parameters: dict[str, str], body: str
    ) -> None:
        aws.answer = lambda _: web.Response(text=body)
        reply = await ask(service, operation, **parameters)
        assert reply.outcome is Outcome.OK
        assert "a\ufffdb" in str(reply.answer)

    async def test_in_a_buckets_policy_is_as_it_was_sent(self, aws: FakeAWS, ask: Asker) -> None:
        policy = r'{"Statement": [{"Sid": "a\ud83db"}]}'
        aws.answer = lambda _: web.Response(text=policy)
        reply = await ask("s3", "GetBucketPolicy", Bucket="bucket")
        assert (reply.outcome, reply.answer) == (Outcome.OK, {"Policy": policy})

    async def test_in_an_error_can_be_stored(self, aws: FakeAWS, ask: Asker) -> None:
        body = r'{"__type": "NotFoundException", "message": "no key a\ud83db"}'
        aws.answer = lambda _: web.Response(status=400, text=body)
        reply = await ask("kms", "DescribeKey", KeyId="k")
        assert reply.message == "no key a\ufffdb"


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        ("service", "operation", "body"),
        [
            ("ec2", "DescribeVpcs", "<!DOCTYPE html><html><body>proxy</body></html>"),
            ("kms", "ListKeys", "  <HTML>login</HTML>"),
            ("ec2", "DescribeVpcs", "<Other/>"),
            ("ec2", "DescribeVpcs", "<DescribeVpcsResponse><vpcSet>"),
            ("ec2", "DescribeVpcs", ""),
            ("iam", "ListSAMLProviders", ""),
            ("kms", "ListKeys", "{"),
            ("kms", "ListKeys", ""),
            ("kms", "ListKeys", "[]"),
            ("lambda", "ListFunctions", "not json"),
            ("s3", "ListBuckets", "<ListAllMyBucketsResult><Buckets>"),
            ("s3", "ListBuckets", ""),
            ("kms", "ListAliases", '{"Aliases": [{"CreationDate": 1e300}]}'),
            ("kms", "ListAliases", '{"Aliases": [{"CreationDate": 1e18}]}'),
            ("kms", "ListAliases", '{"Aliases": [{"CreationDate": "9999-12-31T23:59:59-12:00"}]}'),
            ("kms", "ListAliases", f'{{"Aliases": {"[" * 5000}{"]" * 5000}}}'),
            ("s3", "ListBuckets", "<B><Buckets><Bucket><CreationDate>1e400</CreationDate></Bucket></Buckets></B>"),
        ],
    )
    async def test_what_the_service_cannot_have_said_is_an_error_not_an_empty_answer(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, body: str
    ) -> None:
        aws.answer = lambda _: web.Response(text=body)
        reply = await ask(service, operation)
        assert (reply.outcome, reply.answer, reply.code) == (Outcome.ERROR, None, "MalformedAnswer")

    @pytest.mark.parametrize("status", [200, 400])
    @pytest.mark.parametrize(
        ("service", "operation", "body"),
        [
            ("ec2", "DescribeVpnConnections", "<DescribeVpnConnectionsResponse><vpnConnectionSet><item>pl4nted"),
            (
                "sts",
                "AssumeRole",
                "<AssumeRoleResponse><SecretAccessKey>pl4nted\b</SecretAccessKey></AssumeRoleResponse>",
            ),
            ("cloudfront", "ListDistributions", "<DistributionList><Items>pl4nted"),
        ],
    )
    async def test_why_an_answer_cannot_be_read_is_said_without_what_it_holds(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, body: str, status: int
    ) -> None:
        aws.answer = lambda _: web.Response(text=body, status=status, headers={"x-amzn-RequestId": "1"})
        parameters = {"RoleArn": "r", "RoleSessionName": "s"} if service == "sts" else {}
        reply = await ask(service, operation, **parameters)
        assert reply.outcome is Outcome.ERROR
        assert "pl4nted" not in reply.message

    @pytest.mark.parametrize(
        ("service", "operation", "body"),
        [
            ("kms", "ListKeys", '{"notice": "hello"}'),
            ("lambda", "ListFunctions", '{"functions": []}'),
            ("s3", "ListBuckets", "<Notice><text>hello</text></Notice>"),
            ("route53", "ListHostedZones", "<Notice><text>hello</text></Notice>"),
            ("s3", "GetPublicAccessBlock", "<Notice><text>hello</text></Notice>"),
            ("s3", "GetBucketPolicy", "<Notice/>"),
            ("s3", "GetBucketPolicy", '{"Version": "2012-10-17", "State'),
        ],
    )
    async def test_somebody_elses_answer_is_an_error_not_an_empty_answer(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, body: str
    ) -> None:
        aws.answer = lambda _: web.Response(text=body)
        parameters = {"Bucket": "bucket"} if operation.startswith("Get") else {}
        reply = await ask(service, operation, **parameters)
        assert (reply.outcome, reply.answer, reply.code) == (Outcome.ERROR, None, "MalformedAnswer")

    @pytest.mark.parametrize(
        ("service", "operation", "body", "answer"),
        [
            ("kms", "ListKeys", "{}", {}),
            ("kms", "ListKeys", '{"Keys": null, "News": 1}', {}),
            ("lambda", "ListFunctions", '{"Functions": [], "News": 1}', {"Functions": []}),
            ("s3", "GetBucketVersioning", "<VersioningConfiguration/>", {}),
            ("s3", "GetBucketTagging", "<Tagging><TagSet/></Tagging>", {"TagSet": []}),
            ("s3", "GetBucketVersioning", "<V><Status>Enabled</Status><News/></V>", {"Status": "Enabled"}),
            ("s3", "GetBucketPolicy", "{}", {"Policy": "{}"}),
        ],
    )
    async def test_an_empty_answer_and_one_with_news_in_it_are_answers(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, body: str, answer: dict[str, Any]
    ) -> None:
        aws.answer = lambda _: web.Response(text=body)
        parameters = {"Bucket": "bucket"} if operation.startswith("Get") else {}
        assert await ask(service, operation, **parameters) == Reply(Outcome.OK, answer)

    @pytest.mark.parametrize("status", [200, 403, 404])
    async def test_html_is_not_awss_verdict_and_says_what_may_be_wrong(
        self, aws: FakeAWS, ask: Asker, status: int
    ) -> None:
        aws.answer = lambda _: web.Response(text="<html>", status=status)
        reply = await ask("ec2", "DescribeVpcs")
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "MalformedAnswer")
        assert "a proxy or a wrong endpoint URL" in reply.message
        assert len(aws.calls) == 1

    async def test_an_unreadable_error_keeps_its_status(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda _: web.Response(text="<html>bad gateway</html>", status=502)
        assert (await ask("ec2", "DescribeVpcs")).code == "502"
        aws.answer = lambda _: web.Response(text="}{", status=403, headers={"x-amzn-RequestId": "1"})
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.DENIED

    @pytest.mark.parametrize(
        "body",
        [
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>blocked</html>',
            "\ufeff<html>blocked",
            "<!-- a proxy --><html>",
            "Forbidden by policy",
            "",
        ],
    )
    @pytest.mark.parametrize("service", ["ec2 DescribeVpcs", "guardduty ListDetectors", "kms ListKeys"])
    async def test_a_proxys_refusal_is_no_denial_of_awss(
        self, aws: FakeAWS, ask: Asker, service: str, body: str
    ) -> None:
        aws.answer = lambda _: web.Response(text=body, status=403)
        reply = await ask(*service.split())
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "MalformedAnswer")
        assert "a proxy or a wrong endpoint URL" in reply.message

    async def test_a_truncated_body_is_asked_again_and_ends_as_error(self, aws: FakeAWS, ask: Asker) -> None:
        async def cut(call: Call) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(call.request)
            await response.write(b"<DescribeVpcsResponse>")
            assert call.request.transport is not None
            call.request.transport.close()
            return response

        aws.answer = cut
        reply = await ask("ec2", "DescribeVpcs")
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "TruncatedAnswer")
        assert len(aws.calls) == IMPATIENT.transient.attempts


class TestSilence:
    async def test_a_region_without_connections_is_given_up(self, ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        replies = [await ask(*call) for call in CALLS]
        # Five calls use up their attempts, the next one is the probe.
        assert [reply.code for reply in replies] == ["ConnectionError"] * 6 + ["RegionUnreachable"]
        assert {reply.outcome for reply in replies} == {Outcome.ERROR}

    async def test_a_region_is_asked_again_once_a_probe_is_answered(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        patience = msgspec.structs.replace(IMPATIENT, probe=0)
        async with Cut(session, connections=16, user_agent="nightaudit/test") as wire:
            client = Client(
                models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=16, patience=patience
            )
            ask = Asker(client, Target("111111111111", RotatingCredentials()))
            assert {(await ask(*call)).code for call in CALLS} == {"ConnectionError"}
            wire.cut = False
            # All come while the first of them is the probe.
            replies = await asyncio.gather(*(ask(*call) for call in CALLS))
        assert {reply.outcome for reply in replies} == {Outcome.OK}

    async def test_an_operation_that_hangs_is_given_up_alone(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        async def answer(call: Call) -> web.StreamResponse | None:
            if "acl" in call.operation:
                await asyncio.sleep(30)
            return aws._default(call)

        aws.answer = answer
        async with Wire(session, connections=64, user_agent="x", timeouts=Timeouts(read=0.05)) as wire:
            client = Client(
                models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=64, patience=IMPATIENT
            )
            ask = Asker(client, Target("111111111111", RotatingCredentials()))
            hung = await asyncio.gather(*(ask("s3", "GetBucketAcl", Bucket=f"bucket-{n}") for n in range(30)))
            late = await ask("s3", "GetBucketAcl", Bucket="bucket")
            others = [await ask("s3", "GetBucketTagging", Bucket="bucket"), await ask("kms", "ListKeys")]
        assert {reply.code for reply in hung} == {"Timeout"}
        assert (late.outcome, late.code) == (Outcome.ERROR, "OperationUnanswered")
        assert {reply.outcome for reply in others} == {Outcome.OK}

    async def test_calls_that_wait_for_their_turn_are_not_sent_to_a_region_given_up(
        self, session: botocore.session.Session, models: Models, aws: FakeAWS
    ) -> None:
        once = msgspec.structs.replace(IMPATIENT, transient=Backoff(attempts=1, base=0, cap=0))
        async with Cut(session, connections=1, user_agent="nightaudit/test") as wire:
            client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=1, patience=once)
            ask = Asker(client, Target("111111111111", RotatingCredentials()))
            calls = [("ec2", "DescribeVpcs"), ("kms", "ListKeys")] * 10
            replies = await asyncio.gather(*(ask(*call) for call in calls))
        assert Counter(reply.code for reply in replies) == {"ConnectionError": 6, "RegionUnreachable": 14}
        assert wire.sent == 6

    async def test_a_hiccup_that_befalls_everything_at_once_loses_nothing(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        async with Cut(session, connections=64, user_agent="nightaudit/test") as wire:
            client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=64)
            ask = Asker(client, Target("111111111111", RotatingCredentials()))
            async with asyncio.TaskGroup() as tasks:
                asked = [tasks.create_task(ask(*call)) for call in CALLS * 20]
                while wire.sent < 3 * len(asked):
                    await asyncio.sleep(0)
                wire.cut = False
        assert {task.result().outcome for task in asked} == {Outcome.OK}

    async def test_an_endpoint_that_is_no_url_is_an_error(self, ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
        assert (await ask("ec2", "DescribeVpcs")).code == "NoEndpoint"
