"""Counts of resources, and the difference between none and not known."""

from __future__ import annotations

import msgspec
import pytest

from nightaudit_auditor.collect.catalogue import read_catalogue
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Outcome, Record
from nightaudit_auditor.views import inventory
from tests.unit.checks.build import OWN, REGION, SISTER, absent, account, denied, failed, ok


def counts(*accounts: AccountData) -> dict[tuple[str, str], int | None]:
    """(region, type) → count."""
    return {(row.region, row.type): row.count for row in inventory(accounts)}


def test_what_is_listed_is_counted() -> None:
    data = account(
        ok("ec2.describe_vpcs", REGION, {"Vpcs": [{}, {}]}),
        ok("iam.get_account_authorization_details", answer={"UserDetailList": [{}], "RoleDetailList": [{}, {}, {}]}),
    )
    found = counts(data)
    assert found[REGION, "AWS::EC2::VPC"] == 2
    assert found[GLOBAL, "AWS::IAM::User"] == 1
    assert found[GLOBAL, "AWS::IAM::Role"] == 3


def test_none_has_no_row() -> None:
    found = counts(account(ok("ec2.describe_vpcs", REGION, {"Vpcs": []}), absent("lambda.list_functions", REGION)))
    assert (REGION, "AWS::EC2::VPC") not in found
    assert (REGION, "AWS::Lambda::Function") not in found


@pytest.mark.parametrize(
    "outcome", [Outcome.DENIED, Outcome.THROTTLED, Outcome.ERROR, Outcome.SKIPPED, Outcome.BLOCKED]
)
def test_what_could_not_be_listed_has_no_number(outcome: Outcome) -> None:
    assert counts(account(failed("ec2.describe_vpcs", REGION, outcome)))[REGION, "AWS::EC2::VPC"] is None


def test_what_was_never_asked_has_no_number() -> None:
    found = counts(account())
    assert found[REGION, "AWS::KMS::Key"] is None
    assert found[GLOBAL, "AWS::S3::Bucket"] is None
    assert set(found.values()) == {None}


def test_an_account_without_known_regions_is_not_empty() -> None:
    found = counts(account(regions=(), reachable=False))
    assert found[GLOBAL, "AWS::EC2::Instance"] is None


def test_one_unread_region_does_not_hide_the_other() -> None:
    both = (REGION, "eu-west-1")
    found = counts(
        account(denied("ec2.describe_vpcs", REGION), ok("ec2.describe_vpcs", "eu-west-1", {"Vpcs": [{}]}), regions=both)
    )
    assert found[REGION, "AWS::EC2::VPC"] is None
    assert found["eu-west-1", "AWS::EC2::VPC"] == 1


def test_terminated_instances_are_gone_and_stopped_ones_are_not() -> None:
    states = [{"State": {"Name": name}} for name in ("running", "stopped", "terminated")]
    found = counts(
        account(ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": states}, {"Instances": []}]}))
    )
    assert found[REGION, "AWS::EC2::Instance"] == 2


def test_what_belongs_to_aws_is_not_counted() -> None:
    data = account(
        ok("ec2.describe_managed_prefix_lists", REGION, {"PrefixLists": [{"OwnerId": "AWS"}, {"OwnerId": OWN}]}),
        ok(
            "iam.get_account_authorization_details",
            answer={
                "Policies": [{"Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"Arn": f"arn:aws:iam::{OWN}:policy/p"}]
            },
        ),
    )
    found = counts(data)
    assert found[REGION, "AWS::EC2::PrefixList"] == 1
    assert found[GLOBAL, "AWS::IAM::ManagedPolicy"] == 1


def test_buckets_are_counted_where_they_are() -> None:
    names = [{"Name": "a", "BucketRegion": REGION}, {"Name": "b"}, {"Name": "c"}, {"Name": "d"}, {"Name": "e"}]
    data = account(
        ok("s3.list_buckets", answer={"Buckets": names}),
        ok("s3.get_bucket_location", answer={"LocationConstraint": None}, Bucket="b"),
        ok("s3.get_bucket_location", answer={"LocationConstraint": "EU"}, Bucket="c"),
        denied("s3.get_bucket_location", Bucket="d"),
    )
    found = {region: count for (region, type_), count in counts(data).items() if type_ == "AWS::S3::Bucket"}
    assert found == {REGION: 1, "us-east-1": 1, "eu-west-1": 1, GLOBAL: 2}


def test_a_member_account_that_may_not_list_the_organization_misses_nothing() -> None:
    assert (GLOBAL, "AWS::Organizations::Account") not in counts(account(denied("organizations.list_accounts")))
    listed = account(ok("organizations.list_accounts", answer={"Accounts": [{}, {}]}))
    assert counts(listed)[GLOBAL, "AWS::Organizations::Account"] == 2
    assert (GLOBAL, "AWS::Organizations::Account") not in counts(account())  # another account of the run has told it
    throttled = account(failed("organizations.list_accounts", outcome=Outcome.THROTTLED))
    assert counts(throttled)[GLOBAL, "AWS::Organizations::Account"] is None


def test_rows_are_in_the_order_of_account_region_and_type() -> None:
    rows = inventory([account(id_=SISTER), account(ok("ec2.describe_vpcs", REGION, {"Vpcs": [{}]}))])
    keys = [(row.account, row.region, row.type) for row in rows]
    assert keys == sorted(keys)
    assert {row.account for row in rows} == {OWN, SISTER}


def test_what_is_listed_for_each_item_of_an_earlier_list_is_added_up() -> None:
    per_key = msgspec.structs.replace(
        read_catalogue().entries["kms.describe_key"], counts={"T": "KeyMetadata.EncryptionAlgorithms"}
    )
    catalogue = Catalogue({per_key.id: per_key}, {})

    def count(*records: Record) -> int | None:
        rows = inventory([account(*records)], catalogue)
        return next((row.count for row in rows if row.type == "T"), 0)

    two = ok("kms.describe_key", REGION, {"KeyMetadata": {"EncryptionAlgorithms": ["a", "b"]}}, KeyId="k1")
    one = ok("kms.describe_key", REGION, {"KeyMetadata": {"EncryptionAlgorithms": ["a"]}}, KeyId="k2")
    keys = ok("kms.list_keys", REGION, {"Keys": []})
    assert count(keys, two, one) == 3
    assert count(keys) == 0
    assert count(two, failed("kms.describe_key", REGION, Outcome.GONE, KeyId="k2")) == 2
    assert count(two, denied("kms.describe_key", REGION, KeyId="k2")) is None
    assert count() is None
