"""A request is written once, for all regions and accounts, and is botocore's for each of them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import prepare_request_dict

from nightaudit_auditor.collect import serialize
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.serialize import Serializations
from nightaudit_auditor.collect.sigv4 import Unsigned

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "query": (
        "ec2",
        "DescribeInstances",
        {"MaxResults": 1000, "Filters": [{"Name": "vpc-id", "Values": ["a b", "ü"]}]},
    ),
    "json": ("kms", "ListKeys", {"Limit": 1000}),
    "rest-json": ("lambda", "GetPolicy", {"FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:a/b"}),
    "rest-xml": ("route53", "ListResourceRecordSets", {"HostedZoneId": "Z1", "MaxItems": "300"}),
    "a host prefix": ("servicediscovery", "DiscoverInstances", {"NamespaceName": "n", "ServiceName": "s"}),
}
BASES = (
    "https://ec2.eu-west-1.amazonaws.com",
    "http://127.0.0.1:5000",
    "http://[::1]:5000",
    "https://h/with/a/path",
    "https://h/slash/",
)


def make(made: Serializations, models: Models, call: str, base: str) -> Unsigned:
    name, operation, parameters = CALLS[call]
    service = models.service(name)
    return made.make(service, service.operation(operation), dict(parameters), base)


def url_of_botocore(models: Models, call: str, base: str) -> str:
    name, operation, parameters = CALLS[call]
    service = models.service(name)
    request: dict[str, Any] = dict(service.serializer.serialize_to_request(parameters, service.operation(operation)))
    prepare_request_dict(request, endpoint_url=base)
    return str(request["url"])


@pytest.mark.parametrize("call", CALLS)
def test_what_was_written_for_one_endpoint_is_sent_to_every_other(models: Models, call: str) -> None:
    made = Serializations()
    for _ in ("written", "remembered"):
        for base in BASES:
            assert make(made, models, call, base).url == url_of_botocore(models, call, base)


def test_a_query_that_the_operation_itself_has_is_kept(models: Models) -> None:
    s3 = models.service("s3")
    request = Serializations().make(s3, s3.operation("GetBucketPolicy"), {"Bucket": "b"}, "https://b.s3.amazonaws.com")
    assert request.url == "https://b.s3.amazonaws.com/?policy"


def test_the_same_operation_with_other_parameters_is_another_request(models: Models) -> None:
    made = Serializations()
    service = models.service("kms")
    requests = [
        made.make(service, service.operation("ListKeys"), {"Limit": limit}, BASES[0]).body for limit in (1, 2, 1)
    ]
    assert requests == [b'{"Limit": 1}', b'{"Limit": 2}', b'{"Limit": 1}']


def test_the_memory_has_a_bound(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serialize, "_MOST", 3)
    made = Serializations()
    service = models.service("kms")
    for limit in range(10):
        made.make(service, service.operation("ListKeys"), {"Limit": limit}, BASES[0])
        assert 1 <= len(made._made) <= 3
