"""What names point at, and whether somebody of the organization may own it."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from nightaudit_auditor.aws import owned
from nightaudit_auditor.aws.owned import Doubt, doubt, is_lost
from nightaudit_auditor.aws.trust import TrustModel, build_trust
from nightaudit_auditor.snapshot import AccountData, Record, Unreadable
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    absent,
    account,
    denied,
    ok,
    organization,
)

BUCKETS = ok("s3.list_buckets", answer={"Buckets": []})


def test_the_table_of_ec2s_networks_is_dated_and_plausible() -> None:
    assert owned.RANGES_DATE >= "2026-08-22"
    assert int(IPv4Address("52.29.1.2")) in owned.EC2_ADDRESSES
    assert all(
        int(IPv4Address(address)) not in owned.EC2_ADDRESSES for address in ("10.0.0.1", "8.8.8.8", "203.0.113.7")
    )
    assert 2**26 < owned.EC2_ADDRESSES.size < 2**28


def why(*accounts: AccountData, **more: tuple[str, ...]) -> Doubt | None:
    by_id = {data.account.id: data for data in accounts}
    trust: TrustModel = build_trust(by_id)
    return doubt(by_id, trust, **more)


class TestDoubt:
    def test_there_is_none_when_all_were_asked(self) -> None:
        assert why(account(*NO_ORGANIZATION, BUCKETS), wide=("s3.list_buckets",)) is None

    def test_an_account_of_the_organization_was_not_audited(self) -> None:
        found = why(account(*organization(OWN, SISTER), BUCKETS), wide=("s3.list_buckets",))
        assert found == Doubt(
            f"account {SISTER} of the organization was not audited, which may own it", "organizations.list_accounts"
        )

    @pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"])
    def test_a_closed_account_owns_nothing_more(self, state: str) -> None:
        members = [{"Id": OWN, "Name": "own", "State": "ACTIVE"}, {"Id": SISTER, "Name": "old", "State": state}]
        listed = ok("organizations.list_accounts", answer={"Accounts": members})
        described = ok(
            "organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": OWN}}
        )
        zones = ok("route53.list_hosted_zones", answer={"HostedZones": []})
        data = account(described, listed, BUCKETS, zones)
        assert why(data, wide=("route53.list_hosted_zones",)) is None

    def test_a_trusted_account_was_not_audited(self) -> None:
        data = account(*NO_ORGANIZATION, BUCKETS)
        trust = build_trust({OWN: data}, trusted_accounts=[STRANGER, OWN])
        expected = Doubt(
            f"the trusted account {STRANGER} was not audited, which may own it", "organizations.list_accounts"
        )
        assert doubt({OWN: data}, trust, wide=("s3.list_buckets",)) == expected

    def test_an_account_could_not_be_reached(self) -> None:
        found = why(account(*NO_ORGANIZATION, BUCKETS), account(id_=SISTER, reachable=False), wide=("s3.list_buckets",))
        assert found is not None
        assert SISTER in found.reason

    @pytest.mark.parametrize(
        ("records", "operation"),
        [
            ((denied("s3.list_buckets"),), "s3.list_buckets"),
            ((), "s3.list_buckets"),
        ],
    )
    def test_a_list_could_not_be_read(self, records: tuple[Record, ...], operation: str) -> None:
        found = why(account(*NO_ORGANIZATION, *records), wide=("s3.list_buckets",))
        assert found is not None
        assert found.operation == operation

    def test_a_region_was_left_out(self) -> None:
        regions = ok("ec2.describe_regions", answer={"Regions": [{"RegionName": REGION}, {"RegionName": "eu-west-1"}]})
        addresses = ok("ec2.describe_addresses", REGION, {"Addresses": []})
        data = account(*NO_ORGANIZATION, regions, addresses)
        expected = Doubt(f"account {OWN} may own it: region eu-west-1 is not audited", "ec2.describe_regions")
        assert why(data, regional=("ec2.describe_addresses",)) == expected
        assert why(data, wide=()) is None

    def test_the_organization_could_not_be_read(self) -> None:
        found = why(account(BUCKETS), wide=("s3.list_buckets",))
        assert found is not None
        assert found.operation == "organizations.list_accounts"


def test_addresses_come_from_elastic_ips_interfaces_and_lightsail() -> None:
    private = [{"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "52.0.0.3"}}]
    data = account(
        ok("ec2.describe_addresses", REGION, {"Addresses": [{"PublicIp": "52.0.0.1"}, {"CarrierIp": "155.146.0.1"}]}),
        ok("ec2.describe_network_interfaces", REGION, {"NetworkInterfaces": [{"Association": {"PublicIp": "52.0.0.2"}, "PrivateIpAddresses": private}]}),
        ok("lightsail.get_instances", REGION, {"instances": [{"name": "blog", "publicIpAddress": "52.0.0.4"}]}),
    )  # fmt: skip
    assert owned.public_addresses(data) == {"52.0.0.1", "52.0.0.2", "52.0.0.3", "52.0.0.4"}


class TestLostBuckets:
    HOST = "site.s3.eu-central-1.amazonaws.com"
    GONE = absent("s3.head_bucket", Bucket="site")

    def lost(self, *records: Record, host: str = HOST, bucket: str = "site", theirs: str = "other") -> bool:
        data = account(*records)
        sister = account(ok("s3.list_buckets", answer={"Buckets": [{"Name": theirs}]}), id_=SISTER)
        return is_lost(bucket, data, {OWN: data, SISTER: sister}, host=host, partition="aws")

    def test_s3_says_that_there_is_none(self) -> None:
        assert self.lost(self.GONE)

    def test_s3_says_that_somebody_has_it(self) -> None:
        assert not self.lost(ok("s3.head_bucket", answer={"BucketRegion": REGION}, Bucket="site"))

    def test_of_a_listed_bucket_nobody_needs_to_ask(self) -> None:
        assert not self.lost(theirs="site")

    @pytest.mark.parametrize("bucket", ["", "no_name", "site-999999999999-eu-central-1-an"])
    def test_what_not_everybody_can_create_is_not_lost(self, bucket: str) -> None:
        assert not self.lost(bucket=bucket)

    def test_nobody_was_asked(self) -> None:
        with pytest.raises(Unreadable, match="head_bucket"):
            self.lost()

    @pytest.mark.parametrize("host", ["site.s3.cn-north-1.amazonaws.com.cn", "site.s3.us-gov-west-1.amazonaws.com"])
    def test_another_partition_was_not_asked(self, host: str) -> None:
        with pytest.raises(Unreadable, match="head_bucket"):
            self.lost(self.GONE, host=host)
