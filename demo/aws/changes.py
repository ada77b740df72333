"""The demo's later acts: what changes in AWS between two runs. `python -m demo.aws.changes second --endpoint URL`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from demo.aws.facts import PRODUCTION
from demo.aws.planted import named
from demo.aws.seeding import s3
from demo.aws.seeding.cloud import Cloud
from demo.aws.seeding.network import ANYWHERE, permission, share

PORT = 3389
BUCKET = s3.PUBLIC_READ_BUCKET
SNAPSHOT = "nightly-backup"
USER = "bob"


class Endpoint(Protocol):
    """Where the demo's AWS is: a `demo.world.World` knows."""

    @property
    def aws_url(self) -> str: ...


@dataclass(frozen=True)
class _Server:
    aws_url: str


def _id(cloud: Cloud, resource: str) -> str:
    return named(cloud, PRODUCTION)[resource].rpartition("/")[2]


def second_act(world: Endpoint) -> list[str]:
    """Open a port to the Internet, fix a public bucket. What was done, in sentences. Doing it twice changes nothing."""
    cloud = Cloud(world.aws_url)
    ec2, buckets = cloud.client(PRODUCTION, "ec2"), cloud.client(PRODUCTION, "s3")
    try:
        ec2.authorize_security_group_ingress(
            GroupId=_id(cloud, "security-group/web"), IpPermissions=[permission(PORT, PORT, ANYWHERE)]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidPermission.Duplicate":
            raise
    buckets.delete_bucket_policy(Bucket=BUCKET)
    s3.block(cloud, PRODUCTION, BUCKET)
    return [
        f"production: somebody opens port {PORT} to the whole Internet on web-2 (security group web)",
        f"production: somebody fixes the public bucket {BUCKET} (policy deleted, Block Public Access on)",
    ]


def third_act(world: Endpoint) -> list[str]:
    """Make a disk snapshot public, give a user an MFA device. Doing it twice changes nothing."""
    cloud = Cloud(world.aws_url)
    share(cloud.client(PRODUCTION, "ec2"), _id(cloud, f"snapshot/{SNAPSHOT}"), "all")
    iam = cloud.client(PRODUCTION, "iam")
    if not iam.list_mfa_devices(UserName=USER)["MFADevices"]:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=USER)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(
            UserName=USER, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="234567"
        )
    return [
        f"production: somebody shares the disk snapshot {SNAPSHOT} with everybody",
        f"production: {USER} registers an MFA device",
    ]


def first_act(world: Endpoint) -> list[str]:
    """Undo the later acts, so that the show can start again. Doing it twice changes nothing."""
    cloud = Cloud(world.aws_url)
    ec2, iam = cloud.client(PRODUCTION, "ec2"), cloud.client(PRODUCTION, "iam")
    try:
        ec2.revoke_security_group_ingress(
            GroupId=_id(cloud, "security-group/web"), IpPermissions=[permission(PORT, PORT, ANYWHERE)]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidPermission.NotFound":
            raise
    cloud.client(PRODUCTION, "s3").delete_public_access_block(Bucket=BUCKET)
    s3.grant(cloud, PRODUCTION, BUCKET, ["s3:GetObject"], "*")
    ec2.modify_snapshot_attribute(
        SnapshotId=_id(cloud, f"snapshot/{SNAPSHOT}"), Attribute="createVolumePermission", OperationType="remove",
        GroupNames=["all"],
    )  # fmt: skip
    for device in iam.list_mfa_devices(UserName=USER)["MFADevices"]:
        iam.deactivate_mfa_device(UserName=USER, SerialNumber=device["SerialNumber"])
        iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
    return ["production: everything is as it was before the first run"]


ACTS: dict[str, Callable[[Endpoint], list[str]]] = {"first": first_act, "second": second_act, "third": third_act}


def main(argv: list[str]) -> int:
    """Play one act."""
    parser = argparse.ArgumentParser(prog="python -m demo.aws.changes", description="changes the demo's AWS")
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566", help="address of the running server")
    options = parser.parse_args(argv)
    for done in ACTS[options.act](_Server(options.endpoint)):
        print(done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
