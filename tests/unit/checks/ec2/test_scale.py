"""Twice as many instances, each with a group and an image of its own, are about twice the work."""

from __future__ import annotations

from nightaudit_auditor.snapshot import AccountData
from tests.unit.aws_network.builders import group
from tests.unit.checks.build import REGION, account, ok
from tests.unit.checks.ec2.cases import SSH, instance, world
from tests.unit.checks.work import growth

CHECKS = ("EC2_SG_OPEN_ADMIN_PORT", "EC2_PUBLIC_ADMIN_PORT", "EC2_UNTRUSTED_AMI")


def hosts(size: int) -> AccountData:
    """An account of `size` instances."""
    made = [
        instance(
            groups=(f"sg-{n}",), interface={"NetworkInterfaceId": f"eni-{n}"}, InstanceId=f"i-{n}", ImageId="ami-1"
        )
        for n in range(size)
    ]
    groups = {"SecurityGroups": [group(SSH) | {"GroupId": f"sg-{n}"} for n in range(size)]}
    listed = [{"InstanceId": f"i-{n}", "ImageMetadata": {"ImageOwnerAlias": "amazon"}} for n in range(size)]
    images = ok("ec2.describe_instance_image_metadata", REGION, {"InstanceImageMetadata": listed})
    data = world(instances=made, security_groups=groups)
    return account(*(r for name in data.operations() for r in data.records(name)), images)


def test_twice_as_many_instances_and_groups_are_about_twice_the_work() -> None:
    assert growth(hosts, CHECKS, 50) < 2.05
