"""Calls go where botocore's own clients would send them."""

from __future__ import annotations

import botocore.session
import pytest

from nightaudit_auditor.collect import endpoints
from nightaudit_auditor.collect.endpoints import Endpoint, EndpointError, Endpoints
from nightaudit_auditor.collect.models import Models


@pytest.fixture
def resolve(session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch) -> _Resolve:
    for name in ("AWS_ENDPOINT_URL", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return _Resolve(session, models)


class _Resolve:
    def __init__(self, session: botocore.session.Session, models: Models) -> None:
        self.session = session
        self.models = models

    def __call__(self, service: str, operation: str, region: str = "eu-central-1", **parameters: str) -> Endpoint:
        model = self.models.service(service).operation(operation)
        return Endpoints(self.session, self.models).resolve(service, model, region, parameters)


@pytest.mark.parametrize(
    ("service", "operation", "region", "parameters", "url", "signing"),
    [
        ("ec2", "DescribeVpcs", "eu-central-1", {}, "https://ec2.eu-central-1.amazonaws.com", ("ec2", "eu-central-1")),
        ("iam", "ListRoles", "us-east-1", {}, "https://iam.amazonaws.com", ("iam", "us-east-1")),
        ("iam", "ListRoles", "cn-north-1", {}, "https://iam.cn-north-1.amazonaws.com.cn", ("iam", "cn-north-1")),
        ("iam", "ListRoles", "us-gov-west-1", {}, "https://iam.us-gov.amazonaws.com", ("iam", "us-gov-west-1")),
        ("sts", "GetCallerIdentity", "us-east-1", {}, "https://sts.us-east-1.amazonaws.com", ("sts", "us-east-1")),
        ("organizations", "ListRoots", "cn-northwest-1", {}, "https://organizations.cn-northwest-1.amazonaws.com.cn", ("organizations", "cn-northwest-1")),
        ("s3", "ListBuckets", "us-east-1", {}, "https://s3.us-east-1.amazonaws.com", ("s3", "us-east-1")),
        ("s3", "GetBucketAcl", "eu-west-1", {"Bucket": "logs"}, "https://logs.s3.eu-west-1.amazonaws.com", ("s3", "eu-west-1")),
        ("s3", "GetBucketAcl", "eu-west-1", {"Bucket": "a.b"}, "https://s3.eu-west-1.amazonaws.com/a.b", ("s3", "eu-west-1")),
        ("s3", "GetBucketLocation", "eu-west-1", {"Bucket": "logs"}, "https://s3.eu-west-1.amazonaws.com/logs", ("s3", "eu-west-1")),
        ("s3control", "GetPublicAccessBlock", "us-east-1", {"AccountId": "111111111111"}, "https://111111111111.s3-control.us-east-1.amazonaws.com", ("s3", "us-east-1")),
    ],
)  # fmt: skip
def test_the_rules_of_each_service_and_partition(
    resolve: _Resolve,
    service: str,
    operation: str,
    region: str,
    parameters: dict[str, str],
    url: str,
    signing: tuple[str, str],
) -> None:
    found = resolve(service, operation, region, **parameters)
    assert (found.url, (found.signing_name, found.signing_region)) == (url, signing)


def test_fips_and_dual_stack(resolve: _Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    assert resolve("kms", "ListKeys", "us-east-1").url == "https://kms-fips.us-east-1.amazonaws.com"
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "false")
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    assert resolve("ec2", "DescribeVpcs").url == "https://ec2.eu-central-1.api.aws"


class TestOwnEndpoints:
    def test_one_for_all_and_one_for_a_service(self, resolve: _Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "https://aws.example")
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "https://kms.example:8443/")
        assert resolve("ec2", "DescribeVpcs").url == "https://aws.example"
        assert resolve("kms", "ListKeys").url == "https://kms.example:8443"
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        assert resolve("kms", "ListKeys").url == "https://kms.eu-central-1.amazonaws.com"

    def test_buckets_are_in_the_path_unless_configured_otherwise(
        self, resolve: _Resolve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "https://aws.example")
        assert resolve("s3", "GetBucketAcl", Bucket="logs").url == "https://aws.example/logs"
        assert (
            resolve("s3control", "GetPublicAccessBlock", AccountId="111111111111").url
            == "https://111111111111.aws.example"
        )

    @pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:5000", "[::1]:5000"])
    def test_an_address_carries_no_prefix(self, resolve: _Resolve, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}")
        assert resolve("s3control", "GetPublicAccessBlock", AccountId="111111111111").url == f"http://{host}"
        assert resolve("s3", "GetBucketAcl", Bucket="logs").url == f"http://{host}/logs"

    def test_one_that_is_no_url_is_refused(self, resolve: _Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
        with pytest.raises(EndpointError, match="configured for s3control is no URL: 'nonsense'"):
            resolve("s3control", "GetPublicAccessBlock", AccountId="111111111111")


def test_what_was_resolved_for_one_call_is_not_given_to_another_that_differs(
    resolve: _Resolve, session: botocore.session.Session, models: Models
) -> None:
    endpoints = Endpoints(session, models)
    asked = [
        ("GetBucketAcl", "one"),
        ("GetBucketLocation", "one"),
        ("GetBucketAcl", "two"),
        ("GetBucketPolicy", "one"),
        ("GetBucketAcl", "one"),
    ]
    found = [
        endpoints.resolve("s3", models.service("s3").operation(name), "eu-west-1", {"Bucket": bucket}).url
        for name, bucket in asked
    ]
    assert found == [resolve("s3", name, "eu-west-1", Bucket=bucket).url for name, bucket in asked]
    assert len(set(found)) == 3


def test_buckets_without_end_are_not_remembered_without_end(
    session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_MOST", 3)
    found = Endpoints(session, models)
    operation = models.service("s3").operation("GetBucketAcl")
    urls = [found.resolve("s3", operation, "eu-west-1", {"Bucket": f"b-{number}"}).url for number in range(10)]
    assert urls == [f"https://b-{number}.s3.eu-west-1.amazonaws.com" for number in range(10)]
    assert len(found._cache) <= 3
