"""KMS: a key that rotates and one that cannot."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    keys = client("kms")
    keys.enable_key_rotation(KeyId=keys.create_key(Description="customer")["KeyMetadata"]["KeyId"])
    keys.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
