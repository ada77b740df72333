"""One call: what the transport makes of each way in which AWS can answer, or not answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import botocore.session
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.client import Client, Meaning, Reply, Target
from nightaudit_auditor.collect.credentials import OwnCredentials
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.wire import Answer, Timeouts, Wire
from nightaudit_auditor.snapshot import DeniedBy, Outcome
from tests.unit.collect.conftest import IMPATIENT, Call, FakeAWS, ec2, query, refuse


@dataclass
class RotatingCredentials:
    """Credentials whose renewal gives new keys."""

    number: int = 0
    renewed: list[str] = field(default_factory=list)

    async def keys(self) -> Keys:
        return Keys(f"KEY{self.number}", "secret", "token")

    async def renew(self, used: Keys) -> None:
        self.renewed.append(used.access_key)
        self.number += 1


@dataclass
class Asker:
    client: Client
    target: Target

    async def __call__(self, service: str, operation: str, meaning: Meaning | None = None, **parameters: Any) -> Reply:
        return await self.client.call(self.target, service, operation, "eu-central-1", parameters, meaning or Meaning())


@pytest.fixture
async def ask(aws: FakeAWS, session: botocore.session.Session, models: Models) -> AsyncIterator[Asker]:
    async with Wire(session, connections=16, user_agent="nightaudit/test") as wire:
        client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=16, patience=IMPATIENT)
        yield Asker(client, Target("111111111111", RotatingCredentials()))


def _times(count: int, wrong: Callable[[Call], web.StreamResponse]) -> Callable[[Call], web.StreamResponse | None]:
    """The wrong answer for the first `count` calls, then the default."""
    left = [count]

    def answer(call: Call) -> web.StreamResponse | None:
        left[0] -= 1
        return wrong(call) if left[0] >= 0 else None

    return answer


class TestAnswers:
    async def test_an_answer_has_boto3s_shape_without_metadata(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: ec2(
            call,
            "<volumeSet><item><volumeId>vol-1</volumeId><createTime>2026-01-01T00:00:00.000Z</createTime></item></volumeSet>",
        )
        reply = await ask("ec2", "DescribeVolumes")
        assert reply == Reply(Outcome.OK, {"Volumes": [{"VolumeId": "vol-1", "CreateTime": "2026-01-01T00:00:00Z"}]})

    async def test_policy_documents_of_iam_are_decoded(self, aws: FakeAWS, ask: Asker) -> None:
        role = "<RoleDetailList><member><RoleName>r</RoleName><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument></member></RoleDetailList>"
        aws.answer = lambda call: query(call, role)
        reply = await ask("iam", "GetAccountAuthorizationDetails")
        assert reply.answer is not None
        assert reply.answer["RoleDetailList"][0]["AssumeRolePolicyDocument"] == {"Version": "2012-10-17"}

    async def test_pages_are_merged(self, aws: FakeAWS, ask: Asker) -> None:
        def answer(call: Call) -> web.StreamResponse:
            page = int(call.form.get("NextToken", "0"))
            following = f"<nextToken>{page + 1}</nextToken>" if page < 2 else ""
            return ec2(call, f"<vpcSet><item><vpcId>vpc-{page}</vpcId></item></vpcSet>{following}")

        aws.answer = answer
        reply = await ask("ec2", "DescribeVpcs")
        assert reply.answer == {"Vpcs": [{"VpcId": f"vpc-{page}"} for page in range(3)]}

    async def test_account_level_calls_of_s3_control_say_the_account_in_a_header(
        self, aws: FakeAWS, ask: Asker
    ) -> None:
        assert (await ask("s3control", "GetPublicAccessBlock", AccountId="111111111111")).outcome is Outcome.OK
        assert aws.calls[0].headers["x-amz-account-id"] == "111111111111"
        assert aws.calls[0].service == "s3"


class TestPaginationFaults:
    async def test_a_repeated_token_ends_as_error_and_keeps_what_it_had(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: ec2(
            call, "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet><nextToken>again</nextToken>"
        )
        reply = await ask("ec2", "DescribeVpcs")
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "PaginationLoop")
        assert reply.answer == {"Vpcs": [{"VpcId": "vpc-1"}] * 2}

    async def test_a_page_that_promises_more_and_says_not_where_is_an_error(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda _: web.json_response({"Keys": [{"KeyId": "a"}], "Truncated": True})
        reply = await ask("kms", "ListKeys")
        assert (reply.outcome, reply.code, reply.answer) == (
            Outcome.ERROR,
            "PaginationCut",
            {"Keys": [{"KeyId": "a"}]},
        )

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(tokens=st.lists(st.sampled_from("abcde"), max_size=8))
    async def test_whatever_the_tokens_every_page_is_read_once_or_the_circle_is_said(
        self, aws: FakeAWS, ask: Asker, tokens: list[str]
    ) -> None:
        """Page n has token n; the last page has none."""
        asked = 0

        def answer(call: Call) -> web.StreamResponse:
            nonlocal asked
            token = f"<nextToken>{tokens[asked]}</nextToken>" if asked < len(tokens) else ""
            asked += 1
            return ec2(call, f"<vpcSet><item><vpcId>vpc-{asked}</vpcId></item></vpcSet>{token}")

        aws.answer = answer
        reply = await ask("ec2", "DescribeVpcs")
        repeated = next((n for n, token in enumerate(tokens) if token in tokens[:n]), None)
        pages = len(tokens) + 1 if repeated is None else repeated + 1
        assert asked == pages
        assert reply.answer == {"Vpcs": [{"VpcId": f"vpc-{page}"} for page in range(1, pages + 1)]}
        assert reply.code == ("" if repeated is None else "PaginationLoop")

    async def test_a_denied_second_page_is_denied_and_keeps_the_first(self, aws: FakeAWS, ask: Asker) -> None:
        def answer(call: Call) -> web.StreamResponse:
            if "NextToken" in call.form:
                return refuse(call, 403, "UnauthorizedOperation", "no")
            return ec2(call, "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet><nextToken>t</nextToken>")

        aws.answer = answer
        reply = await ask("ec2", "DescribeVpcs")
        assert reply == Reply(
            Outcome.DENIED, {"Vpcs": [{"VpcId": "vpc-1"}]}, "UnauthorizedOperation", "page 2: no", DeniedBy.UNKNOWN
        )

    async def test_a_thing_that_vanishes_between_two_pages_is_an_error(self, aws: FakeAWS, ask: Asker) -> None:
        def answer(call: Call) -> web.StreamResponse:
            if "NextToken" in call.form:
                return refuse(call, 400, "Vanished")
            return ec2(call, "<vpcSet/><nextToken>t</nextToken>")

        aws.answer = answer
        assert (await ask("ec2", "DescribeVpcs", Meaning(gone={"Vanished"}))).outcome is Outcome.ERROR


class TestRefusals:
    @pytest.mark.parametrize(
        ("service", "operation"),
        [
            ("ec2", "DescribeVpcs"),
            ("kms", "ListKeys"),
            ("lambda", "ListFunctions"),
            ("iam", "ListSAMLProviders"),
            ("s3", "ListBuckets"),
        ],
    )
    async def test_denials_are_read_in_every_protocol_and_asked_once(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str
    ) -> None:
        aws.answer = lambda call: refuse(call, 403, "AccessDenied", "not authorized")
        assert await ask(service, operation) == Reply(
            Outcome.DENIED, None, "AccessDenied", "not authorized", DeniedBy.UNKNOWN
        )
        assert len(aws.calls) == 1

    async def test_absent_and_gone_come_from_the_catalogue(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: refuse(call, 404, "NoSuchBucketPolicy")
        assert (
            await ask("s3", "GetBucketPolicy", Meaning(absent={"NoSuchBucketPolicy"}), Bucket="bucket")
        ).outcome is Outcome.ABSENT
        assert (
            await ask("s3", "GetBucketPolicy", Meaning(gone={"NoSuchBucketPolicy"}), Bucket="bucket")
        ).outcome is Outcome.GONE

    async def test_throttled_twice_then_fine_is_fine(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = _times(2, lambda call: refuse(call, 503, "RequestLimitExceeded"))
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        assert len(aws.calls) == 3

    async def test_throttled_for_ever_ends_as_throttled(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: refuse(call, 400, "ThrottlingException", "Rate exceeded")
        assert await ask("kms", "ListKeys") == Reply(Outcome.THROTTLED, None, "ThrottlingException", "Rate exceeded")
        assert len(aws.calls) == IMPATIENT.throttled.attempts

    async def test_a_fault_is_asked_again_and_ends_as_error(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = _times(1, lambda call: refuse(call, 500, "InternalError"))
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        aws.answer = lambda call: refuse(call, 500, "InternalError", "oops")
        assert await ask("ec2", "DescribeVpcs") == Reply(Outcome.ERROR, None, "InternalError", "oops")

    async def test_an_error_inside_a_200_of_s3_is_an_error(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda _: web.Response(
            text="<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>", content_type="text/xml"
        )
        assert (await ask("s3", "GetBucketAcl", Bucket="bucket")).outcome is Outcome.THROTTLED


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


class TestCredentialsAndClock:
    async def test_an_expired_token_is_renewed_and_the_call_made_again(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: refuse(call, 403, "ExpiredToken") if call.key == "KEY0" else None
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        assert [call.key for call in aws.calls] == ["KEY0", "KEY1"]

    async def test_a_token_that_stays_expired_is_an_error_never_denied(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: refuse(call, 403, "ExpiredTokenException", "expired")
        assert await ask("kms", "ListKeys") == Reply(Outcome.ERROR, None, "ExpiredTokenException", "expired")
        assert len(aws.calls) == 2

    async def test_own_credentials_that_expired_say_so(
        self, aws: FakeAWS, ask: Asker, session: botocore.session.Session
    ) -> None:
        aws.answer = lambda call: refuse(call, 403, "ExpiredToken")
        ask.target = Target("111111111111", OwnCredentials(session))
        reply = await ask("ec2", "DescribeVpcs")
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "ExpiredToken")
        assert "own credentials have expired" in reply.message

    async def test_a_wrong_clock_is_set_by_awss(self, aws: FakeAWS, ask: Asker) -> None:
        theirs = datetime.now(UTC) + timedelta(hours=2)

        def answer(call: Call) -> web.StreamResponse | None:
            sent = datetime.strptime(call.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            if abs(theirs - sent) > timedelta(minutes=5):
                return refuse(call, 403, "RequestTimeTooSkewed", Date=format_datetime(theirs, usegmt=True))
            return None

        aws.answer = answer
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        assert (await ask("ec2", "DescribeSubnets")).outcome is Outcome.OK
        assert len(aws.calls) == 3


class TestRedirects:
    async def test_a_bucket_elsewhere_is_asked_where_it_is(self, aws: FakeAWS, ask: Asker) -> None:
        def answer(call: Call) -> web.StreamResponse | None:
            moved = call.region != "eu-west-1"
            return refuse(call, 301, "PermanentRedirect", **{"x-amz-bucket-region": "eu-west-1"}) if moved else None

        aws.answer = answer
        assert (await ask("s3", "GetBucketAcl", Bucket="bucket")).outcome is Outcome.OK
        assert [call.region for call in aws.calls] == ["eu-central-1", "eu-west-1"]

    async def test_a_redirect_in_a_circle_ends(self, aws: FakeAWS, ask: Asker) -> None:
        def answer(call: Call) -> web.StreamResponse:
            elsewhere = "eu-west-2" if call.region == "eu-west-1" else "eu-west-1"
            return refuse(call, 301, "PermanentRedirect", **{"x-amz-bucket-region": elsewhere})

        aws.answer = answer
        assert (await ask("s3", "GetBucketAcl", Bucket="bucket")).outcome is Outcome.ERROR
        assert len(aws.calls) == 2


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
        ],
    )
    async def test_what_the_service_cannot_have_said_is_an_error_not_an_empty_answer(
        self, aws: FakeAWS, ask: Asker, service: str, operation: str, body: str
    ) -> None:
        aws.answer = lambda _: web.Response(text=body)
        reply = await ask(service, operation)
        assert (reply.outcome, reply.answer, reply.code) == (Outcome.ERROR, None, "MalformedAnswer")

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
        aws.answer = lambda _: web.Response(text="}{", status=403)
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.DENIED

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
        replies = [
            await ask(*call) for call in [("ec2", "DescribeVpcs"), ("kms", "ListKeys"), ("rds", "DescribeDBInstances")]
        ]
        assert [reply.code for reply in replies] == ["ConnectionError", "ConnectionError", "RegionUnreachable"]
        assert {reply.outcome for reply in replies} == {Outcome.ERROR}

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
        self, session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        sent = []

        class Watched(Wire):
            async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
                sent.append(url)
                return await super().send(method, url, headers, body)

        async with Watched(session, connections=1, user_agent="nightaudit/test") as wire:
            client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=1)
            ask = Asker(client, Target("111111111111", RotatingCredentials()))
            calls = [("ec2", "DescribeVpcs"), ("kms", "ListKeys")] * 10
            replies = await asyncio.gather(*(ask(*call) for call in calls))
        assert {reply.code for reply in replies} == {"ConnectionError", "RegionUnreachable"}
        assert len(sent) == 5

    async def test_an_endpoint_that_is_no_url_is_an_error(self, ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
        assert (await ask("ec2", "DescribeVpcs")).code == "NoEndpoint"


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


async def test_an_operation_that_aws_counts_apart_has_a_bucket_of_its_own(ask: Asker) -> None:
    await ask("lambda", "ListFunctions")
    await ask("lambda", "GetPolicy", FunctionName="f")
    pace, account = ask.client.pace, ask.target.account
    others = pace.bucket(account, "eu-central-1", "lambda", "ListFunctions")
    apart = pace.bucket(account, "eu-central-1", "lambda", "GetPolicy")
    quota = load_quotas().services["lambda.GetPolicy"]
    assert apart is not others
    for bucket in (others, apart):
        assert quota.burst - 1 <= bucket._tokens < quota.burst


async def test_calls_to_one_service_of_a_region_share_two_connections_and_others_do_not_wait_for_them(
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
