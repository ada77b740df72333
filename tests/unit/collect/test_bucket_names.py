"""Which bucket answers to a name, and who can have it."""

from __future__ import annotations

import pytest

from nightaudit_auditor.collect.bucket_names import bucket_behind, bucket_of, is_free_to_all, partition_of


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("site.s3.amazonaws.com", "site"),
        ("Site.S3.eu-central-1.amazonaws.com.", "site"),
        ("a.b-c.s3-eu-west-1.amazonaws.com", "a.b-c"),
        ("site.s3.dualstack.us-east-2.amazonaws.com", "site"),
        ("site.s3-website-us-east-1.amazonaws.com", "site"),
        ("site.s3-website.eu-central-1.amazonaws.com", "site"),
        ("site.s3.cn-north-1.amazonaws.com.cn", "site"),
        ("site.s3-us-gov-west-1.amazonaws.com", "site"),
        ("s3.eu-central-1.amazonaws.com", ""),
        ("site.s3.example.com", ""),
        ("point-111111111111.s3-accesspoint.eu-central-1.amazonaws.com", ""),
        ("web-1.eu-central-1.elb.amazonaws.com", ""),
    ],
)
def test_the_bucket_of_a_host_name(host: str, bucket: str) -> None:
    assert bucket_of(host) == bucket


@pytest.mark.parametrize(
    ("name", "host", "bucket"),
    [
        ("site.s3.amazonaws.com", "site.s3.amazonaws.com", "site"),
        ("WWW.example.com.", "s3-website.eu-central-1.amazonaws.com.", "www.example.com"),
        ("www.example.com.", "s3-website-us-east-1.amazonaws.com.", "www.example.com"),
        ("www.example.com.", "other.s3-website.eu-central-1.amazonaws.com", "www.example.com"),
        ("www.example.com.", "other.s3.eu-central-1.amazonaws.com", "www.example.com"),
        ("www.example.com.", "d1.cloudfront.net.", ""),
        ("www.example.com.", "s3-website.example.com", ""),
    ],
)
def test_s3_goes_by_the_name_that_was_asked_for(name: str, host: str, bucket: str) -> None:
    assert bucket_behind(name, host) == bucket


@pytest.mark.parametrize(
    ("bucket", "free"),
    [
        ("plan", True),
        ("www.example.com", True),
        ("logs-111111111111-eu-central-1-an-old", True),
        ("logs-1111-eu-central-1-an", True),
        ("logs-111111111111-eu-central-1-an", False),
        ("logs-111111111111-us-gov-west-1-an", False),
        ("\\052.example.com", False),
        ("_dmarc.example.com", False),
        ("a..b", False),
        ("front-a1b2c3d4e5f6g7h8i9j0use1b-s3alias", False),
        ("front-a1b2c3d4e5f6g7h8i9j0--ol-s3", False),
        ("front.mrap", False),
        ("front--use1-az4--x-s3", False),
        ("front--table-s3", False),
        ("xn--bcher-kva.example", False),
        ("sthree-front", False),
        ("amzn-s3-demo-bucket", False),
        ("192.168.5.4", False),
        ("s3alias-front", True),
        ("ab", False),
        ("a" * 63, True),
        ("a" * 64, False),
        ("", False),
    ],
)
def test_names_that_anybody_can_take(bucket: str, free: bool) -> None:
    assert is_free_to_all(bucket) is free


@pytest.mark.parametrize(
    ("host", "partition"),
    [
        ("site.s3.eu-central-1.amazonaws.com", "aws"),
        ("us-gov-site.s3.amazonaws.com", "aws"),
        ("s3-website.cn-north-1.amazonaws.com.cn.", "aws-cn"),
        ("site.s3.us-gov-west-1.amazonaws.com", "aws-us-gov"),
        ("s3-website-us-gov-west-1.amazonaws.com", "aws-us-gov"),
    ],
)
def test_the_partition_of_a_host(host: str, partition: str) -> None:
    assert partition_of(host) == partition
