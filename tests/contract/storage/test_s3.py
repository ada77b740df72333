"""The bucket keeps the promises of the store, on a real S3 server."""

from __future__ import annotations

import json

import boto3
import pytest

from nightaudit_auditor.manifests.types import S3Storage
from nightaudit_auditor.storage import AlreadyExists, Conflict, StorageError, open_store


@pytest.fixture
def store(bucket):
    return open_store(S3Storage(bucket=bucket, prefix="/audits/"), None)


class TestWriteOnce:
    def test_an_object_lands_below_the_prefix(self, store, client, bucket):
        store.create("security/nightly/report.html", b"<html>")
        answer = client.get_object(Bucket=bucket, Key="audits/security/nightly/report.html")
        assert answer["Body"].read() == b"<html>"
        assert answer["ContentType"] == "text/html; charset=utf-8"
        assert store.uri("security/nightly/report.html") == f"s3://{bucket}/audits/security/nightly/report.html"

    def test_and_is_never_overwritten(self, store):
        store.create("a/manifest.json", b"one")
        with pytest.raises(AlreadyExists, match="write-once"):
            store.create("a/manifest.json", b"two")
        assert store.read("a/manifest.json")[0] == b"one"

    def test_a_file_is_uploaded(self, store, tmp_path):
        path = tmp_path / "findings"
        path.write_bytes(b"x" * 100_000)
        store.create("a/findings.jsonl.gz", path)
        assert store.read("a/findings.jsonl.gz")[0] == b"x" * 100_000


class TestReplace:
    def test_the_version_that_was_read_is_replaced(self, store):
        assert store.read("latest.json") is None
        store.replace("latest.json", b"1", None)
        _, version = store.read("latest.json")
        store.replace("latest.json", b"2", version)
        assert store.read("latest.json")[0] == b"2"

    def test_the_version_that_was_written_can_be_replaced_again(self, store):
        first = store.replace("latest.json", b"1", None)
        store.replace("latest.json", b"2", first)

    def test_a_stale_version_is_a_conflict(self, store):
        first = store.replace("latest.json", b"1", None)
        store.replace("latest.json", b"2", first)
        with pytest.raises(Conflict):
            store.replace("latest.json", b"3", first)
        assert store.read("latest.json")[0] == b"2"

    def test_creating_what_exists_is_a_conflict(self, store):
        store.replace("latest.json", b"1", None)
        with pytest.raises(Conflict):
            store.replace("latest.json", b"2", None)


class TestALostAnswer:
    """boto3 sends a request again when its answer is lost; S3 then refuses what it has already done."""

    def test_an_object_that_holds_just_these_bytes_was_written_by_us(self, store, tmp_path):
        store.create("a/manifest.json", b"ours")
        store.create("a/manifest.json", b"ours")
        path = tmp_path / "file"
        path.write_bytes(b"ours")
        store.create("a/manifest.json", path)

    def test_so_does_a_replacement(self, store):
        first = store.replace("latest.json", b"1", None)
        second = store.replace("latest.json", b"2", first)
        assert store.replace("latest.json", b"2", first) == second


class TestPosture:
    @pytest.mark.usefixtures("bucket")
    def test_a_bucket_that_does_not_exist_is_bad_configuration(self):
        store = open_store(S3Storage(bucket="no-such-bucket-here"), None)
        with pytest.raises(
            StorageError, match=r"spec\.storage\.s3\.bucket: bucket no-such-bucket-here does not exist"
        ) as caught:
            store.posture()
        assert caught.value.configuration

    def test_a_bucket_that_the_world_can_read_is_refused(self, store, client, bucket):
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        }
        client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        client.put_bucket_acl(Bucket=bucket, ACL="public-read")
        with pytest.raises(StorageError, match="can be read by the public; nothing is written") as caught:
            store.posture()
        assert caught.value.configuration

    def test_what_is_lax_is_named(self, store, client, bucket):
        client.delete_bucket_encryption(Bucket=bucket)
        warnings = " ".join(store.posture())
        assert "Block Public Access" in warnings
        assert "encryption" in warnings

    def test_wrong_credentials_are_said(self, bucket, monkeypatch):
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        with pytest.raises(StorageError, match="could not use"):
            open_store(S3Storage(bucket=bucket), None).posture()


class TestWhatOnlyAWSDoes:
    """On moto: SeaweedFS has neither regions nor keys of KMS."""

    def test_a_wrong_region_is_named_with_the_right_one(self, moto_bucket):
        store = open_store(S3Storage(bucket=moto_bucket, region="eu-central-1"), None)
        with pytest.raises(
            StorageError, match="is in eu-west-1, not in eu-central-1; set region to eu-west-1"
        ) as caught:
            store.posture()
        assert caught.value.configuration

    def test_the_right_region_is_accepted(self, moto_bucket):
        open_store(S3Storage(bucket=moto_bucket, region="eu-west-1"), None).posture()

    def test_a_configured_key_is_asked_for(self, moto_bucket):
        key = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"
        store = open_store(S3Storage(bucket=moto_bucket, region="eu-west-1", kms_key_id=key), None)
        store.create("a/manifest.json", b"{}")
        stored = (
            boto3.Session().client("s3", region_name="eu-west-1").head_object(Bucket=moto_bucket, Key="a/manifest.json")
        )
        assert (stored["ServerSideEncryption"], stored["SSEKMSKeyId"]) == ("aws:kms", key)

    def test_closed_buckets_are_silent(self, moto_bucket):
        client = boto3.Session().client("s3", region_name="eu-west-1")
        flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        client.put_public_access_block(Bucket=moto_bucket, PublicAccessBlockConfiguration=dict.fromkeys(flags, True))
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        client.put_bucket_encryption(Bucket=moto_bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        assert open_store(S3Storage(bucket=moto_bucket, region="eu-west-1"), None).posture() == ()
