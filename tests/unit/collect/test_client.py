"""One call: what the transport makes of the answers and refusals of AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import botocore.session
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.credentials import OwnCredentials
from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.snapshot import DeniedBy, Outcome
from tests.unit.collect.asking import Asker
from tests.unit.collect.conftest import IMPATIENT, Call, FakeAWS, ec2, query, refuse, times


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

    async def test_pages_that_never_end_are_an_error_that_keeps_what_it_has(
        self, aws: FakeAWS, ask: Asker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("nightaudit_auditor.collect.client._MOST_PAGES", 5)
        aws.answer = lambda call: ec2(
            call, f"<vpcSet><item><vpcId>v</vpcId></item></vpcSet><nextToken>{len(aws.calls)}</nextToken>"
        )
        reply = await ask("ec2", "DescribeVpcs")
        assert (reply.outcome, reply.code, len(aws.calls)) == (Outcome.ERROR, "PaginationEndless", 5)
        assert reply.answer is not None
        assert len(reply.answer["Vpcs"]) == 5

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
        aws.answer = times(2, lambda call: refuse(call, 503, "RequestLimitExceeded"))
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        assert len(aws.calls) == 3

    async def test_throttled_for_ever_ends_as_throttled(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda call: refuse(call, 400, "ThrottlingException", "Rate exceeded")
        assert await ask("kms", "ListKeys") == Reply(Outcome.THROTTLED, None, "ThrottlingException", "Rate exceeded")
        assert len(aws.calls) == IMPATIENT.throttled.attempts

    async def test_a_fault_is_asked_again_and_ends_as_error(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = times(1, lambda call: refuse(call, 500, "InternalError"))
        assert (await ask("ec2", "DescribeVpcs")).outcome is Outcome.OK
        aws.answer = lambda call: refuse(call, 500, "InternalError", "oops")
        assert await ask("ec2", "DescribeVpcs") == Reply(Outcome.ERROR, None, "InternalError", "oops")

    async def test_an_error_inside_a_200_of_s3_is_an_error(self, aws: FakeAWS, ask: Asker) -> None:
        aws.answer = lambda _: web.Response(
            text="<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>", content_type="text/xml"
        )
        assert (await ask("s3", "GetBucketAcl", Bucket="bucket")).outcome is Outcome.THROTTLED


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

    @pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 26 Nov 2026 07:00:00 -0000", "tomorrow"])
    async def test_the_clock_is_not_set_by_what_is_no_time(self, aws: FakeAWS, ask: Asker, date: str) -> None:
        aws.answer = times(1, lambda call: refuse(call, 403, "RequestTimeTooSkewed", "too late", Date=date))
        assert await ask("ec2", "DescribeVpcs") == Reply(Outcome.ERROR, None, "RequestTimeTooSkewed", "too late")
        assert (await ask("ec2", "DescribeSubnets")).outcome is Outcome.OK


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
