"""An account in which everything that its owner may name freely has a name that no page, log or terminal should obey."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from demo.aws import facts
from demo.aws.facts import STRANGER
from demo.aws.seeding.cloud import Cloud, document

MARKUP = '"><script>alert(1)</script>{{ 7*7 }}<!channel> <@U1> *bold* `code` [red]red[/red] =1+1'
STEERING = "\u202egnp\u2066\u200b\u2028\x7f\x9b31m\r\n"
"""Marks that reorder a line, DEL, a terminal's escape in one byte, line breaks: all that XML, and so EC2's and IAM's answers, may hold."""

ESCAPES = "\x1b]0;owned\x07\x1b[35;45m\x00"
"""For answers in JSON: the title of the window, colours, NUL."""

XML_NAME = f"xml {MARKUP}{STEERING}"
JSON_NAME = f"json {ESCAPES}{STEERING}{MARKUP}"
LONG = f"{XML_NAME}{'A' * 1_000_000}"
HALF = "half \ud83d of a character"
"""JSON may hold half of a surrogate pair; no text that is stored or sent can."""

SECRET = "AKIAIOSFODNN7EXAMPLE"
REGION = facts.HOME_REGION


class Hostile:
    """Plants in one account. Every problem is one that alerts, so that Slack hears of it."""

    def __init__(self, cloud: Cloud, account: facts.Account) -> None:
        self.cloud = cloud
        self.account = account

    def plant(self) -> None:
        self._machines()
        self._identities()
        self._buckets()
        self._functions()
        self._keys()
        self._stacks()

    def _client(self, service: str) -> Any:
        return self.cloud.client(self.account, service)

    def _machines(self) -> None:
        """Two instances that the Internet reaches, and a public snapshot."""
        ec2 = self._client("ec2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
        ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        group = ec2.create_security_group(GroupName=XML_NAME, Description=XML_NAME, VpcId=vpc)["GroupId"]
        door = {"CidrIp": "0.0.0.0/0", "Description": XML_NAME}
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [door]}]
        )
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        for name in (XML_NAME, LONG):
            tags = [{"Key": "Name", "Value": name}, {"Key": name, "Value": name}]
            ec2.run_instances(
                ImageId="ami-12345678", MinCount=1, MaxCount=1,
                NetworkInterfaces=[
                    {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": True}
                ],
                TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
            )  # fmt: skip
            volume = ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a")["VolumeId"]
            ec2.create_tags(Resources=[volume], Tags=tags)
            snapshot = ec2.create_snapshot(VolumeId=volume, Description=name)["SnapshotId"]
            ec2.create_tags(Resources=[snapshot], Tags=tags)
            ec2.modify_snapshot_attribute(
                SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
            )

    def _identities(self) -> None:
        """Roles that strangers may assume, one of them an administrator; conditions and statements have names of their own."""
        iam = self._client("iam")
        partner = f"arn:aws:iam::{STRANGER}:role/"
        for name, principal, called in (
            ("anyone", "*", JSON_NAME), ("partner", f"{partner}{JSON_NAME}", JSON_NAME), ("half", f"{partner}{HALF}", HALF),
        ):  # fmt: skip
            trust = {
                "Sid": called, "Principal": {"AWS": principal}, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": called}},
            }  # fmt: skip
            iam.create_role(RoleName=name, Description=name, AssumeRolePolicyDocument=document(trust))
            iam.tag_role(RoleName=name, Tags=[{"Key": "team", "Value": XML_NAME}])
        iam.put_role_policy(
            RoleName="partner", PolicyName="all", PolicyDocument=document({"Action": "*", "Resource": "*"})
        )

    def _buckets(self) -> None:
        s3 = self._client("s3")
        s3.create_bucket(Bucket="hostile-tags", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_tagging(Bucket="hostile-tags", Tagging={"TagSet": [{"Key": "team", "Value": XML_NAME}]})
        let_in = [
            {
                "Sid": name, "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:user/{name}"}, "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::hostile-tags/*",
            }
            for name in (JSON_NAME, HALF)
        ]  # fmt: skip
        s3.put_bucket_policy(Bucket="hostile-tags", Policy=document(*let_in))

    def _functions(self) -> None:
        """The names of the variables that hold a secret tell two of them apart: they are in the finding's very identity."""
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "")
        variables = {JSON_NAME: SECRET, XML_NAME: SECRET, LONG: SECRET}
        self._client("lambda").create_function(
            FunctionName="hostile", Runtime="python3.12", Role=f"arn:aws:iam::{self.account.id}:role/anyone",
            Handler="main.main", Code={"ZipFile": code.getvalue()}, Description=JSON_NAME,
            Environment={"Variables": variables},
        )  # fmt: skip

    def _keys(self) -> None:
        kms = self._client("kms")
        everybody = document({"Sid": JSON_NAME, "Principal": "*", "Action": "kms:*", "Resource": "*"})
        for description in (JSON_NAME, HALF):
            key = kms.create_key(Description=description, Policy=everybody)["KeyMetadata"]["KeyId"]
            kms.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": JSON_NAME}])

    def _stacks(self) -> None:
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {XML_NAME: {"Value": SECRET, "Description": XML_NAME}},
        }
        self._client("cloudformation").create_stack(StackName="hostile", TemplateBody=json.dumps(template))
