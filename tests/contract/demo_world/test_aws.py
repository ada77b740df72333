"""The demo's AWS, used with boto3 as the auditor uses it: assumed roles, refusals, corrections of moto."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from demo.aws import facts
from demo.aws.changes import first_act, second_act, third_act
from demo.aws.facts import Account
from demo.aws.planted import CLEAN, PROBLEMS, resolve
from demo.aws.seeding.cloud import Cloud
from demo.aws.seeding.network import SCRIPT
from demo.world import REPOSITORY, World

Client = Callable[..., Any]
_CONFIG = Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="session")
def home(world: World) -> Client:
    """Clients with the auditor's own credentials."""

    def client(service: str, region: str = facts.HOME_REGION, access_key: str = facts.ACCESS_KEY) -> Any:
        return boto3.client(
            service, region, endpoint_url=world.aws_url, aws_access_key_id=access_key,
            aws_secret_access_key=facts.SECRET_KEY, config=_CONFIG,
        )  # fmt: skip

    return client


@pytest.fixture(scope="session")
def audited(world: World, home: Client) -> Client:
    """Clients with the role `nightaudit` of an account."""

    def client(account: Account, service: str, region: str = facts.HOME_REGION) -> Any:
        key = home("sts").assume_role(
            RoleArn=account.role_arn, RoleSessionName="tests", ExternalId=account.external_id
        )["Credentials"]
        return boto3.client(
            service, region, endpoint_url=world.aws_url, aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"], aws_session_token=key["SessionToken"], config=_CONFIG,
        )  # fmt: skip

    return client


def refused(call: Any, *arguments: Any, **parameters: Any) -> tuple[int, str, str]:
    """(HTTP status, error code, message) of a call that AWS refuses."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


class TestCredentials:
    def test_the_auditor_is_a_user_of_the_management_account(self, home: Client) -> None:
        who = home("sts").get_caller_identity()
        assert who["Account"] == facts.MANAGEMENT.id
        assert who["Arn"] == f"arn:aws:iam::{facts.MANAGEMENT.id}:user/{facts.AUDITOR_USER}"

    def test_an_access_key_that_nobody_gave_out(self, home: Client) -> None:
        status, code, _ = refused(home("ec2", access_key="AKIANOBODY").describe_regions)
        assert (status, code) == (403, "InvalidClientTokenId")
        assert refused(home("s3", access_key="AKIANOBODY").list_buckets)[1] == "InvalidAccessKeyId"

    def test_an_unsigned_request(self, world: World) -> None:
        with pytest.raises(HTTPError) as caught:
            urlopen(f"{world.aws_url}/acme-downloads/x", timeout=5)
        assert b"MissingAuthenticationToken" in caught.value.read()
        caught.value.close()

    @pytest.mark.parametrize(("bucket", "status"), [("acme-downloads", 403), ("nobody-has-this", 404)])
    def test_anybody_may_ask_whether_there_is_a_bucket(self, world: World, bucket: str, status: int) -> None:
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{world.aws_url}/{bucket}", method="HEAD"), timeout=5)
        assert (caught.value.code, bool(caught.value.headers["x-amz-request-id"])) == (status, True)
        caught.value.close()


class TestAssumeRole:
    def test_the_role_is_assumed_in_its_own_account(self, audited: Client) -> None:
        who = audited(facts.PRODUCTION, "sts").get_caller_identity()
        assert who["Arn"] == f"arn:aws:sts::{facts.PRODUCTION.id}:assumed-role/nightaudit/tests"

    @pytest.mark.parametrize(
        ("account", "external_id"),
        [
            (facts.PRODUCTION, "wrong"),
            (facts.PRODUCTION, facts.STAGING.external_id),
            (facts.SANDBOX, facts.SANDBOX.external_id),
        ],
    )
    def test_a_wrong_external_id(self, home: Client, account: Account, external_id: str) -> None:
        auditor = f"arn:aws:iam::{facts.MANAGEMENT.id}:user/{facts.AUDITOR_USER}"
        said = refused(
            home("sts").assume_role, RoleArn=account.role_arn, RoleSessionName="tests", ExternalId=external_id
        )
        assert said == (
            403,
            "AccessDenied",
            f"User: {auditor} is not authorized to perform: sts:AssumeRole on resource: {account.role_arn}",
        )

    @pytest.mark.parametrize(
        "arn", [facts.PRODUCTION.role_arn, facts.PRODUCTION.role_arn + "-x", "arn:aws:iam::999999999999:role/nobody"]
    )
    def test_no_external_id_or_no_such_role(self, home: Client, arn: str) -> None:
        assert refused(home("sts").assume_role, RoleArn=arn, RoleSessionName="tests")[1] == "AccessDenied"


class TestDenied:
    def test_stagings_role_may_not_read_databases(self, audited: Client) -> None:
        status, code, message = refused(audited(facts.STAGING, "rds").describe_db_instances)
        assert (status, code) == (403, "AccessDenied")
        assert message == (
            f"User: arn:aws:sts::{facts.STAGING.id}:assumed-role/nightaudit/tests is not authorized to perform: "
            "rds:DescribeDBInstances with an explicit deny in an identity-based policy"
        )
        assert audited(facts.PRODUCTION, "rds").describe_db_instances()["DBInstances"]

    def test_the_role_reads_and_does_not_write(self, audited: Client) -> None:
        status, code, _ = refused(audited(facts.PRODUCTION, "ec2").create_vpc, CidrBlock="10.0.0.0/16")
        assert (status, code) == (403, "UnauthorizedOperation")
        status, code, _ = refused(audited(facts.PRODUCTION, "s3").delete_bucket_policy, Bucket="acme-downloads")
        assert (status, code) == (403, "AccessDenied")
        status, code, _ = refused(audited(facts.PRODUCTION, "lambda").delete_function, FunctionName="billing")
        assert (status, code) == (403, "AccessDeniedException")

    def test_the_organization_is_read_from_the_delegated_administrator_only(self, audited: Client) -> None:
        listed = audited(facts.PRODUCTION, "organizations", "us-east-1").list_accounts()["Accounts"]
        assert {one["Name"]: one["Id"] for one in listed} == {one.name: one.id for one in facts.ACCOUNTS}
        staging = audited(facts.STAGING, "organizations", "us-east-1")
        assert refused(staging.list_accounts)[:2] == (400, "AccessDeniedException")
        assert staging.describe_organization()["Organization"]["MasterAccountId"] == facts.MANAGEMENT.id


class TestCorrections:
    def test_three_regions_are_enabled_and_filters_are_honoured(self, audited: Client) -> None:
        ec2 = audited(facts.PRODUCTION, "ec2")
        assert sorted(one["RegionName"] for one in ec2.describe_regions()["Regions"]) == sorted(facts.REGIONS)
        some = ec2.describe_regions(Filters=[{"Name": "region-name", "Values": ["us-east-1", "ap-south-1"]}])
        assert [one["RegionName"] for one in some["Regions"]] == ["us-east-1"]
        assert ec2.describe_regions(Filters=[{"Name": "opt-in-status", "Values": ["not-opted-in"]}])["Regions"] == []

    def test_only_aws_policies_in_use_are_listed(self, audited: Client) -> None:
        iam = audited(facts.PRODUCTION, "iam")
        policies = iam.get_account_authorization_details()["Policies"]
        assert len(policies) < 30
        filtered = iam.get_account_authorization_details(Filter=["AWSManagedPolicy"])
        names = {one["PolicyName"] for one in filtered["Policies"]}
        assert {"AdministratorAccess", "AmazonEC2RoleforSSM"} <= names
        assert "everything" not in names
        assert filtered["UserDetailList"] == []

    def test_the_credential_report_begins_with_root_and_is_of_now(self, audited: Client) -> None:
        iam = audited(facts.STAGING, "iam")
        iam.generate_credential_report()
        report = iam.get_credential_report()
        rows = report["Content"].decode().split("\n")
        root = dict(zip(rows[0].split(","), rows[1].split(","), strict=True))
        assert (root["user"], root["mfa_active"], root["access_key_1_active"]) == ("<root_account>", "true", "true")
        assert rows[-1]
        assert report["GeneratedTime"].year > 2015

    def test_what_moto_lacks_is_one_plain_400(self, home: Client) -> None:
        status, code, message = refused(home("ec2").get_instance_metadata_defaults)
        assert (status, code) == (400, "InvalidAction")
        assert "does not implement" in message
        assert refused(home("lightsail").get_disks)[:2] == (400, "UnknownOperationException")
        assert refused(home("rolesanywhere").list_crls)[:2] == (400, "UnknownOperationException")

    def test_no_images_or_snapshots_of_amazon_appear_as_own(self, audited: Client) -> None:
        ec2 = audited(facts.PRODUCTION, "ec2", "us-east-1")
        assert len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]) == 1

    def test_public_snapshots_are_found_by_their_filter(self, audited: Client) -> None:
        found = audited(facts.PRODUCTION, "ec2").describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])
        assert [one["Tags"][0]["Value"] for one in found["Snapshots"]] == ["customers-2021"]

    def test_vpc_block_public_access_is_off(self, audited: Client) -> None:
        ec2 = audited(facts.PRODUCTION, "ec2")
        options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
        assert (options["InternetGatewayBlockMode"], options["AwsRegion"]) == ("off", facts.HOME_REGION)
        assert ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"] == []

    def test_buckets_are_listed_with_their_regions(self, audited: Client) -> None:
        buckets = audited(facts.PRODUCTION, "s3").list_buckets(MaxBuckets=1000)["Buckets"]
        assert {one["Name"]: one["BucketRegion"] for one in buckets}["acme-models"] == "us-east-1"

    def test_function_urls_are_listed(self, audited: Client) -> None:
        client = audited(facts.PRODUCTION, "lambda")
        found = client.list_function_url_configs(FunctionName="webhook")["FunctionUrlConfigs"]
        assert [one["AuthType"] for one in found] == ["NONE"]
        assert client.list_function_url_configs(FunctionName="mailer")["FunctionUrlConfigs"] == []
        assert refused(client.list_function_url_configs, FunctionName="none")[1] == "ResourceNotFoundException"

    def test_a_function_policy_is_written_as_aws_writes_it(self, audited: Client) -> None:
        client = audited(facts.PRODUCTION, "lambda")
        statements = {
            name: json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"][0]
            for name in ("webhook", "partner-api", "thumbnails")
        }
        assert statements["webhook"]["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
        assert statements["partner-api"]["Principal"] == {"AWS": f"arn:aws:iam::{facts.STAGING.id}:root"}
        assert statements["thumbnails"]["Principal"] == {"Service": "s3.amazonaws.com"}


class TestAuditBucket:
    """The auditor's bucket is on a real S3 server, behind the same endpoint."""

    BUCKET = facts.AUDIT_BUCKET

    def test_an_object_is_written_once(self, home: Client) -> None:
        s3 = home("s3")
        key = "demo/once more+.json"
        s3.put_object(Bucket=self.BUCKET, Key=key, Body=b"1", IfNoneMatch="*")
        assert refused(s3.put_object, Bucket=self.BUCKET, Key=key, Body=b"2", IfNoneMatch="*")[:2] == (
            412,
            "PreconditionFailed",
        )
        assert s3.get_object(Bucket=self.BUCKET, Key=key)["Body"].read() == b"1"

    def test_an_object_is_replaced_only_if_it_is_the_one_that_was_read(self, home: Client) -> None:
        s3 = home("s3")
        first = s3.put_object(Bucket=self.BUCKET, Key="latest.json", Body=b"1")["ETag"]
        second = s3.put_object(Bucket=self.BUCKET, Key="latest.json", Body=b"2", IfMatch=first)["ETag"]
        assert first != second
        stale = refused(s3.put_object, Bucket=self.BUCKET, Key="latest.json", Body=b"3", IfMatch=first)
        assert stale[:2] == (412, "PreconditionFailed")

    def test_large_and_compressed_bodies_pass_untouched(self, home: Client) -> None:
        s3 = home("s3")
        body = bytes(range(256)) * 40_000
        s3.put_object(Bucket=self.BUCKET, Key="large.gz", Body=body, ContentEncoding="gzip")
        read = s3.get_object(Bucket=self.BUCKET, Key="large.gz")
        assert read["ContentEncoding"] == "gzip"
        assert read["Body"].read() == body

    def test_server_side_encryption(self, home: Client) -> None:
        written = home("s3").put_object(Bucket=self.BUCKET, Key="sealed", Body=b"1", ServerSideEncryption="AES256")
        assert written["ServerSideEncryption"] == "AES256"

    def test_a_missing_key(self, home: Client) -> None:
        assert refused(home("s3").get_object, Bucket=self.BUCKET, Key="absent")[:2] == (404, "NoSuchKey")

    def test_a_wrong_secret_is_refused_by_the_s3_server(self, world: World) -> None:
        s3 = boto3.client(
            "s3", facts.HOME_REGION, endpoint_url=world.aws_url, aws_access_key_id=facts.ACCESS_KEY,
            aws_secret_access_key="wrong", config=_CONFIG,
        )  # fmt: skip
        assert refused(s3.get_object, Bucket=self.BUCKET, Key="x")[:2] == (403, "SignatureDoesNotMatch")

    def test_its_public_access_block_is_on(self, home: Client) -> None:
        block = home("s3").get_public_access_block(Bucket=self.BUCKET)["PublicAccessBlockConfiguration"]
        assert all(block.values())

    def test_other_buckets_are_the_audited_accounts(self, home: Client, audited: Client) -> None:
        names = [one["Name"] for one in home("s3").list_buckets()["Buckets"]]
        assert names == [self.BUCKET]
        assert "acme-downloads" in [one["Name"] for one in audited(facts.PRODUCTION, "s3").list_buckets()["Buckets"]]

    def test_a_report_opens_in_a_browser(self, home: Client, world: World) -> None:
        key = "demo/security/nightly/runs/2026/01/02/a b/report.html"
        home("s3").put_object(Bucket=self.BUCKET, Key=key, Body=b"<!doctype html>")
        url = world.report_url_template.format(bucket=self.BUCKET, key=key.replace(" ", "%20"))
        with urlopen(url, timeout=5) as answer:
            assert (answer.headers["Content-Type"], answer.read()) == ("text/html; charset=utf-8", b"<!doctype html>")
        with pytest.raises(HTTPError) as caught:
            urlopen(url + "x", timeout=5)
        assert caught.value.code == 404
        caught.value.close()


class TestErrorsTopic:
    def test_what_is_published_is_read_back(self, home: Client, world: World) -> None:
        home("sns").publish(TopicArn=facts.ERRORS_TOPIC_ARN, Subject="run failed", Message="why")
        last = world.sns_messages()[-1]
        assert (last["subject"], last["message"]) == ("run failed", "why")
        shown = subprocess.run(
            [sys.executable, "-m", "demo.aws", "messages", "--endpoint", world.aws_url],
            capture_output=True, check=True, cwd=REPOSITORY, timeout=30,
        )  # fmt: skip
        assert json.loads(shown.stdout)[-1] == last

    def test_an_unknown_topic(self, world: World) -> None:
        shown = subprocess.run(
            [sys.executable, "-m", "demo.aws", "messages", "--endpoint", world.aws_url, "--topic", "arn:aws:sns:x"],
            capture_output=True, check=False, cwd=REPOSITORY, timeout=30,
        )  # fmt: skip
        assert shown.returncode == 1
        assert b"there is no SNS topic" in shown.stderr


class TestSeed:
    def test_seeding_again_changes_nothing(self, world: World) -> None:
        assert world.seed() is False

    def test_all_that_is_said_to_be_planted_is_there(self, world: World) -> None:
        cloud = Cloud(world.aws_url)
        assert len(resolve(cloud, PROBLEMS + CLEAN)) == len(PROBLEMS) + len(CLEAN)
        known = _arns(cloud, facts.PRODUCTION) | _arns(cloud, facts.STAGING)
        assert {one.resource for one in resolve(cloud, PROBLEMS + CLEAN)} <= known | {
            f"arn:aws:iam::{account.id}:root" for account in facts.ACCOUNTS
        }

    def test_a_resource_is_named_like_a_script_tag(self, audited: Client) -> None:
        found = audited(facts.PRODUCTION, "ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [SCRIPT]}])[
            "Reservations"
        ]
        assert len(found) == 1

    def test_facts_about_somebody_who_does_not_exist(self, world: World) -> None:
        body = {"account": facts.PRODUCTION.id, "facts": {"users": {"nobody": {}}}}
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{world.aws_url}/demo/ages", json.dumps(body).encode()), timeout=5)
        assert b"nobody" in caught.value.read()
        caught.value.close()


class TestActs:
    def test_they_change_what_they_say_and_can_be_undone(self, world: World, audited: Client) -> None:
        ec2, s3 = audited(facts.PRODUCTION, "ec2"), audited(facts.PRODUCTION, "s3")

        def state() -> tuple[bool, bool, int]:
            web = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])["SecurityGroups"][0]
            ports = {one.get("FromPort") for one in web["IpPermissions"]}
            try:
                public = s3.get_bucket_policy_status(Bucket="acme-downloads")["PolicyStatus"]["IsPublic"]
            except ClientError:
                public = False
            shared = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])["Snapshots"]
            return 3389 in ports, public, len(shared)

        assert state() == (False, True, 1)
        for _ in range(2):
            assert len(second_act(world)) == 2
            assert state() == (True, False, 1)
        for _ in range(2):
            assert len(third_act(world)) == 2
            assert state() == (True, False, 2)
        for _ in range(2):
            first_act(world)
            assert state() == (False, True, 1)


def _arns(cloud: Cloud, account: Account) -> set[str]:
    """ARNs of what an account holds, asked from the services."""
    found: set[str] = set()
    iam = cloud.client(account, "iam")
    details = iam.get_account_authorization_details()
    for part in ("UserDetailList", "RoleDetailList", "Policies"):
        found |= {one["Arn"] for one in details[part]}
    found |= {one["Arn"] for one in iam.list_saml_providers()["SAMLProviderList"]}
    found |= {one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
    found |= {f"arn:aws:s3:::{one['Name']}" for one in cloud.client(account, "s3").list_buckets()["Buckets"]}
    found |= {one["FunctionArn"] for one in cloud.client(account, "lambda").list_functions()["Functions"]}
    rds = cloud.client(account, "rds")
    found |= {one["DBInstanceArn"] for one in rds.describe_db_instances()["DBInstances"]}
    found |= {one["DBSnapshotArn"] for one in rds.describe_db_snapshots()["DBSnapshots"]}
    found |= {one["TrailARN"] for one in cloud.client(account, "cloudtrail").describe_trails()["trailList"]}
    found |= {one["KeyArn"] for one in cloud.client(account, "kms").list_keys()["Keys"]}
    ec2 = cloud.client(account, "ec2")
    at = f"arn:aws:ec2:{facts.HOME_REGION}:{account.id}"
    for reservation in ec2.describe_instances()["Reservations"]:
        found |= {f"{at}:instance/{one['InstanceId']}" for one in reservation["Instances"]}
    found |= {f"{at}:security-group/{one['GroupId']}" for one in ec2.describe_security_groups()["SecurityGroups"]}
    snapshots = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    found |= {f"arn:aws:ec2:{facts.HOME_REGION}::snapshot/{one['SnapshotId']}" for one in snapshots}
    return found
