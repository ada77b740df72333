"""KMS: a key that rotates and is lent, and one that cannot rotate."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    keys = client("kms")
    key = keys.create_key(Description="customer")["KeyMetadata"]["KeyId"]
    keys.enable_key_rotation(KeyId=key)
    keys.create_grant(KeyId=key, GranteePrincipal="arn:aws:iam::444444444444:role/reader", Operations=["Decrypt"])
    keys.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
