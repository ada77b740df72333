"""Who may assume a role, what a session may do, what a request asks for, how AWS words a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory

from demo.aws import errors, facts
from demo.aws.nothing import nothing
from demo.aws.planted import CLEAN, PROBLEMS
from demo.aws.policy import may_assume, refusal
from demo.aws.request import asked

HOME = facts.MANAGEMENT.id
CALLER = f"arn:aws:iam::{HOME}:user/auditor"


def trust(principal: Any, effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Statement": [statement | ({"Condition": condition} if condition else {})]}


def assume(document: dict[str, Any], external_id: str | None = None) -> bool:
    return may_assume(document, caller_arn=CALLER, caller_account=HOME, external_id=external_id)


class TestAssumeRole:
    @pytest.mark.parametrize("principal", [{"AWS": f"arn:aws:iam::{HOME}:root"}, {"AWS": HOME}, {"AWS": [CALLER]}, "*"])
    def test_a_trusted_caller_may(self, principal: Any) -> None:
        assert assume(trust(principal))

    @pytest.mark.parametrize("principal", [{"AWS": facts.STRANGER}, {"Service": "ec2.amazonaws.com"}, None])
    def test_others_may_not(self, principal: Any) -> None:
        assert not assume(trust(principal))

    def test_the_external_id_must_match(self) -> None:
        document = trust({"AWS": HOME}, StringEquals={"sts:ExternalId": "one"})
        assert assume(document, "one")
        assert not assume(document, "other")
        assert not assume(document)

    def test_an_external_id_may_be_a_pattern(self) -> None:
        assert assume(trust({"AWS": HOME}, StringLike={"sts:ExternalId": "one-*"}), "one-1")

    def test_a_condition_that_is_not_understood_does_not_hold(self) -> None:
        assert not assume(trust({"AWS": HOME}, Bool={"aws:MultiFactorAuthPresent": "true"}))

    def test_deny_wins(self) -> None:
        document = {"Statement": trust("*")["Statement"] + trust("*", "Deny")["Statement"]}
        assert not assume(document)


KEYS = ["arn:*:apigateway:*::/apikeys", "arn:*:apigateway:*::/apikeys/*"]
GATEWAY = {"Statement": [{"Effect": "Allow", "Action": "apigateway:GET", "NotResource": KEYS}]}


class TestResources:
    @pytest.mark.parametrize("path", ["/restapis", "/restapis/a1/stages", "/apis"])
    def test_what_is_not_excepted_passes(self, path: str) -> None:
        assert refusal([GATEWAY], "apigateway:GET", f"arn:aws:apigateway:eu-west-1::{path}") is None

    @pytest.mark.parametrize("path", ["/apikeys", "/apikeys/k1"])
    def test_what_is_excepted_is_refused(self, path: str) -> None:
        arn = f"arn:aws:apigateway:eu-west-1::{path}"
        assert refusal([GATEWAY], "apigateway:GET", arn)
        everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        deny = {"Statement": {"Effect": "Deny", "Action": "apigateway:GET", "Resource": KEYS}}
        assert refusal([everything], "apigateway:GET", arn) is None
        assert refusal([everything, deny], "apigateway:GET", arn) == "with an explicit deny in an identity-based policy"
        assert refusal([everything, deny], "apigateway:GET", arn.replace("apikeys", "restapis")) is None


READ = {"Statement": {"Effect": "Allow", "Action": ["ec2:Describe*"], "Resource": "*"}}


class TestIdentityPolicies:
    def test_what_is_allowed_passes_in_any_case(self) -> None:
        assert refusal([READ], "ec2:DescribeInstances") is None
        assert refusal([READ], "EC2:describeinstances") is None

    def test_what_nobody_allows_is_refused(self) -> None:
        said = refusal([READ], "rds:DescribeDBInstances")
        assert said == "because no identity-based policy allows the rds:DescribeDBInstances action"

    def test_a_deny_is_called_explicit(self) -> None:
        deny = {"Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}
        said = refusal([READ, deny], "ec2:DescribeInstances")
        assert said == "with an explicit deny in an identity-based policy"


def signed(service: str) -> dict[str, str]:
    scope = f"Credential=AKIAX/20260101/eu-central-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}


FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class TestRequests:
    @pytest.mark.parametrize(
        ("service", "headers", "path", "body", "protocol", "operation"),
        [
            ("ec2", FORM, "/", b"Action=DescribeRegions&Version=1", errors.Protocol.EC2, "DescribeRegions"),
            ("sts", FORM, "/", b"Action=GetCallerIdentity", errors.Protocol.QUERY, "GetCallerIdentity"),
            ("kms", {"X-Amz-Target": "TrentService.ListKeys"}, "/", b"{}", errors.Protocol.JSON, "ListKeys"),
            (
                "monitoring",
                {},
                "/service/Granite/operation/DescribeAlarms",
                b"",
                errors.Protocol.CBOR,
                "DescribeAlarms",
            ),
            ("lambda", {}, "/2015-03-31/functions", b"", errors.Protocol.REST_JSON, ""),
            ("route53", {}, "/2013-04-01/hostedzone", b"", errors.Protocol.REST_XML, ""),
            ("s3", {}, "/bucket/a/b", b"", errors.Protocol.S3, ""),
            ("s3", {}, "/v20180820/configuration/publicAccessBlock", b"", errors.Protocol.REST_XML, ""),
        ],
    )
    def test_the_protocol_and_the_operation_are_read(
        self, service: str, headers: dict[str, str], path: str, body: bytes, protocol: str, operation: str
    ) -> None:
        found = asked({**headers, **signed(service)}, path, body)
        assert found is not None
        assert (found.protocol, found.operation, found.access_key) == (protocol, operation, "AKIAX")

    def test_bucket_and_key_are_read_from_the_path(self) -> None:
        found = asked(signed("s3"), "/results/a%20b/c%2B?versionId=1", b"")
        assert found is not None
        assert (found.bucket, found.key) == ("results", "a b/c+")

    def test_an_unsigned_request_is_nobodys(self) -> None:
        assert asked({}, "/", b"") is None


class TestRefusals:
    def test_each_protocol_has_its_own_code_and_status(self) -> None:
        found = {one: errors.access_denied(one, "no") for one in errors.Protocol}
        assert b"<Code>UnauthorizedOperation</Code>" in found[errors.Protocol.EC2].body
        assert b"<Code>AccessDenied</Code>" in found[errors.Protocol.S3].body
        assert json.loads(found[errors.Protocol.JSON].body)["__type"] == "AccessDeniedException"
        assert {one: answer.status for one, answer in found.items() if answer.status != 403} == {
            errors.Protocol.JSON: 400,
            errors.Protocol.CBOR: 400,
        }

    def test_cbor_is_read_by_the_sdk(self) -> None:
        session = botocore.session.get_session()
        model = session.get_service_model("cloudwatch")
        parser = ResponseParserFactory().create_parser("smithy-rpc-v2-cbor")
        no = errors.access_denied(errors.Protocol.CBOR, "é" * 300)
        read = parser.parse(
            {"status_code": no.status, "headers": no.headers, "body": no.body, "context": {}},
            model.operation_model("DescribeAlarms").output_shape,
        )
        assert read["Error"] == {"Code": "AccessDeniedException", "Message": "é" * 300}

    def test_text_is_escaped(self) -> None:
        assert b"<b>" not in errors.access_denied(errors.Protocol.QUERY, "<b>").body


class TestWhatIsPlanted:
    def test_nothing_is_planted_and_clean_at_once(self) -> None:
        assert not set(PROBLEMS) & set(CLEAN)
        assert len(set(PROBLEMS)) == len(PROBLEMS)
        assert len(set(CLEAN)) == len(CLEAN)

    def test_nearly_every_problem_has_a_clean_twin(self) -> None:
        without = {one.check for one in PROBLEMS} - {one.check for one in CLEAN}
        # One weak policy and one denied service are enough, and no account of the demo has told AWS whom to call.
        assert without == {"IAM_PASSWORD_POLICY_WEAK", "AUDIT_COLLECTION_DENIED", "ACCOUNT_NO_SECURITY_CONTACT"}


class TestWhatMotoLacks:
    @pytest.mark.parametrize(
        ("headers", "body", "answered"),
        [
            ({"X-Amz-Target": "Lightsail_20161128.GetInstances"}, b"", b"{}"),
            (
                {"Content-Type": "application/x-www-form-urlencoded"},
                b"Action=DescribeDomains",
                b"<DescribeDomainsResponse><DescribeDomainsResult/></DescribeDomainsResponse>",
            ),
        ],
    )
    def test_a_list_of_what_nobody_has_is_empty(self, headers: dict[str, str], body: bytes, answered: bytes) -> None:
        service = "lightsail" if "X-Amz-Target" in headers else "cloudsearch"
        signed = f"AWS4-HMAC-SHA256 Credential=AKID/20261123/eu-central-1/{service}/aws4_request, SignedHeaders=host"
        ask = asked({"Authorization": signed, **headers}, "/", body)
        assert ask is not None
        answer = nothing(ask)
        assert answer is not None
        assert (answer.status, answer.body) == (200, answered)
        assert nothing(replace(ask, operation="GetDisks")) is None
