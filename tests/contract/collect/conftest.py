"""moto's server with resources behind every operation of the catalogue."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

REGION = "eu-central-1"
ACCOUNT = "123456789012"
_WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The URL of a moto server in its own process; its log is shown if it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Without it moto lists 1,300 foreign snapshots as own.
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, f"moto's server ended with status {server.returncode}"
                assert time.monotonic() < deadline, f"moto's server does not listen after {_WAIT_SECONDS} s"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def environment(moto: str) -> Iterator[None]:
    """This process's AWS configuration: the moto server and nothing of this machine."""
    values = {
        "AWS_ENDPOINT_URL": moto, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": REGION, "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "1",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


def client(service: str) -> Any:
    """A boto3 client; S3 Control's host prefix is taken off, as an address can carry none."""
    made = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
    if service == "s3control":
        made.meta.events.register(
            "before-sign", lambda request, **_: setattr(request, "url", request.url.replace(f"{ACCOUNT}.", "", 1))
        )
    return made


@pytest.fixture(scope="module")
def seeded(environment: None) -> None:
    """At least one resource for every operation."""
    _seed_iam()
    _seed_ec2()
    _seed_s3()
    _seed_databases()
    _seed_functions()
    _seed_the_rest()


def _document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _seed_iam() -> None:
    iam = client("iam")
    trust = _document(
        Principal={"Service": "ec2.amazonaws.com"},
        Action="sts:AssumeRole",
        Condition={"StringLike": {"aws:x": "ü % +"}},
    )
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "a b"}])
    iam.create_login_profile(UserName="alice", Password="Very-Long-Passw0rd!")
    iam.create_access_key(UserName="alice")
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName="alice")
    iam.put_group_policy(GroupName="admins", PolicyName="all", PolicyDocument=_document(Action="*", Resource="*"))
    policy = iam.create_policy(PolicyName="read", PolicyDocument=_document(Action="s3:Get*", Resource="*"))["Policy"][
        "Arn"
    ]
    iam.create_policy_version(
        PolicyArn=policy, PolicyDocument=_document(Action="s3:*", Resource="*"), SetAsDefault=True
    )
    for number in range(3):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName="role-0", PolicyArn=policy)
    iam.put_role_policy(
        RoleName="role-1", PolicyName="inline", PolicyDocument=_document(NotAction="iam:*", Resource="*")
    )
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="role-0")
    iam.update_account_password_policy(MinimumPasswordLength=14)
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(Name="sso", SAMLMetadataDocument="<m>" + "x" * 1024 + "</m>")


def _seed_ec2() -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    opened = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "<b>&amp;"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[opened])
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    image = ec2.register_image(Name="image", RootDeviceName="/dev/sda1")["ImageId"]
    instance = ec2.run_instances(
        ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnet, SecurityGroupIds=[group], TagSpecifications=tags,
    )["Instances"][0]["InstanceId"]  # fmt: skip
    ec2.associate_address(InstanceId=instance, AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, Encrypted=True)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=3, AddressFamily="IPv4", Entries=[{"Cidr": "203.0.113.0/24"}]
    )


def _seed_s3() -> None:
    s3 = client("s3")
    for bucket in ("plain", "configured", "logs"):
        s3.create_bucket(Bucket=f"{bucket}-{ACCOUNT}", CreateBucketConfiguration={"LocationConstraint": REGION})
    bucket = f"configured-{ACCOUNT}"
    s3.put_bucket_policy(
        Bucket=bucket, Policy=_document(Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::{bucket}/*")
    )
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    blocks = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "<1>"}]})
    delivery = _document(
        Principal={"Service": "logging.s3.amazonaws.com"},
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::logs-{ACCOUNT}/*",
    )
    s3.put_bucket_policy(Bucket=f"logs-{ACCOUNT}", Policy=delivery)
    s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": f"logs-{ACCOUNT}", "TargetPrefix": "a/"}}
    )
    client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=blocks)


def _seed_databases() -> None:
    rds = client("rds")
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="d", SubnetIds=subnets[:2])
    rds.create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword="password1",
        AllocatedStorage=10,
    )
    rds.create_db_snapshot(DBSnapshotIdentifier="db-snapshot", DBInstanceIdentifier="db")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="db-snapshot", AttributeName="restore", ValuesToAdd=["all"])
    rds.create_db_cluster(
        DBClusterIdentifier="cluster", Engine="aurora-postgresql", MasterUsername="root", MasterUserPassword="password1"
    )
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="cluster-snapshot", DBClusterIdentifier="cluster")
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="cluster-snapshot", AttributeName="restore", ValuesToAdd=["444444444444"]
    )


def _seed_functions() -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    functions = client("lambda")
    role = client("iam").get_role(RoleName="role-0")["Role"]["Arn"]
    for name in ("open", "closed"):
        functions.create_function(
            FunctionName=name, Runtime="python3.12", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"STAGE": "prod"}},
        )  # fmt: skip
    functions.add_permission(FunctionName="open", StatementId="all", Action="lambda:InvokeFunction", Principal="*")
    functions.create_function_url_config(FunctionName="open", AuthType="NONE")


def _seed_the_rest() -> None:
    trail = client("cloudtrail")
    trail.create_trail(Name="trail", S3BucketName=f"logs-{ACCOUNT}", IsMultiRegionTrail=True)
    trail.start_logging(Name="trail")
    trail.put_event_selectors(
        TrailName="trail", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    )
    client("guardduty").create_detector(Enable=True, Tags={"a": "b"})
    keys = client("kms")
    keys.enable_key_rotation(KeyId=keys.create_key(Description="customer")["KeyMetadata"]["KeyId"])
    keys.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    organization = client("organizations")
    organization.create_organization(FeatureSet="ALL")
    root = organization.list_roots()["Roots"][0]["Id"]
    unit = organization.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
    organization.create_organizational_unit(ParentId=unit, Name="eu")
    account = organization.create_account(AccountName="member", Email="m@example.com")["CreateAccountStatus"][
        "AccountId"
    ]
    organization.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    client("route53").create_hosted_zone(Name="example.com.", CallerReference="1")
