"""What the checks of KMS find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

KEYS, DESCRIBE, POLICY, ROTATION, GRANTS = (
    "kms.list_keys",
    "kms.describe_key",
    "kms.get_key_policy",
    "kms.get_key_rotation_status",
    "kms.list_grants",
)
ARN = f"arn:aws:kms:{REGION}:{OWN}:key/k"
LISTED = ok(KEYS, REGION, {"Keys": [{"KeyId": "k", "KeyArn": ARN}]})
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "kms:*", "Resource": "*"}


def metadata(**more: Any) -> Record:
    plain = {
        "KeyId": "k", "KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
    }  # fmt: skip
    return ok(DESCRIBE, REGION, {"KeyMetadata": plain | more}, KeyId="k")


def policy(*statements: dict[str, Any]) -> Record:
    text = json.dumps({"Version": "2012-10-17", "Statement": [ROOT, *statements]})
    return ok(POLICY, REGION, {"Policy": text}, KeyId="k", PolicyName="default")


def rotation(on: bool) -> Record:
    return ok(ROTATION, REGION, {"KeyRotationEnabled": on}, KeyId="k")


def grants(*grantees: str, operations: tuple[str, ...] = ("Decrypt", "RetireGrant")) -> Record:
    found = [
        {"GrantId": str(n), "GranteePrincipal": who, "Operations": list(operations)} for n, who in enumerate(grantees)
    ]
    return ok(GRANTS, REGION, {"Grants": found}, KeyId="k")


def allow(principal: Any = "*", action: Any = "kms:Decrypt", **equals: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return statement | ({"Condition": {"StringEquals": equals}} if equals else {})


def world(*records: Record) -> tuple[Record, ...]:
    return (LISTED, metadata(), policy(), rotation(on=True), grants(), *NO_ORGANIZATION, *records)


VIA, CALLER = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}, {"kms:CallerAccount": OWN}
DENIED_KEY = (LISTED, denied(DESCRIBE, REGION, KeyId="k"), *NO_ORGANIZATION)
STRANGER_ROLE = f"arn:aws:iam::{STRANGER}:role/x"
NO_LIST = (denied(KEYS, REGION),)
AWS_KEY = world(metadata(KeyManager="AWS", KeyState="PendingDeletion"), policy(allow()), rotation(on=False))
PUBLIC, CROSS, PENDING, OFF = "KMS_KEY_PUBLIC", "KMS_KEY_CROSS_ACCOUNT", "KMS_KEY_PENDING_DELETION", "KMS_ROTATION_OFF"

CASES: list[Case] = [
    planted(PUBLIC, "a star", world(policy(allow({"AWS": "*"})))),
    planted(PUBLIC, "ViaService alone keeps nobody out", world(policy(allow(**VIA)))),
    planted(PUBLIC, "an action newer than any table", world(policy(allow(action="kms:SomethingNew")))),
    hardened(PUBLIC, "as AWS writes it for its own services", world(policy(allow(action="kms:*", **VIA, **CALLER)))),
    hardened(PUBLIC, "a Deny of all others", world(policy(allow(), {
        "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}))),
    hardened(PUBLIC, "a key of AWS", AWS_KEY),
    unreadable(PUBLIC, "no list", NO_LIST),
    unreadable(PUBLIC, "the policy is denied", world(denied(POLICY, REGION, KeyId="k", PolicyName="default"))),
    unreadable(PUBLIC, "nobody knows whose key it is", DENIED_KEY),
    planted(CROSS, "a stranger", world(policy(allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}))), finds=(STRANGER,)),
    planted(CROSS, "by CallerAccount", world(policy(allow(**VIA, **{"kms:CallerAccount": STRANGER}))), finds=(STRANGER,)),
    planted(CROSS, "a service for a stranger", world(policy(allow({"Service": "logs.eu-central-1.amazonaws.com"}, **{"aws:SourceAccount": STRANGER}))), finds=(STRANGER,)),
    hardened(CROSS, "a service for the own account", world(policy(allow({"Service": "logs.eu-central-1.amazonaws.com"}, **{"aws:SourceAccount": OWN})))),
    hardened(CROSS, "a sister", world(policy(allow({"AWS": SISTER})), *organization(OWN, SISTER))),
    hardened(CROSS, "the public is the other check's", world(policy(allow(), allow({"AWS": STRANGER})))),
    unreadable(CROSS, "he may be of the organization", world(policy(allow({"AWS": STRANGER})), denied("organizations.list_accounts"), denied("organizations.describe_organization"))),
    planted(CROSS, "by a grant", world(grants(STRANGER_ROLE)), finds=(STRANGER,)),
    planted(CROSS, "the same account by the policy and by a session's grant", world(
        policy(allow({"AWS": STRANGER})), grants(f"arn:aws:sts::{STRANGER}:assumed-role/x/y")), finds=(STRANGER,)),
    hardened(CROSS, "grants to a service, an own role, somebody who was deleted", world(
        grants(f"rds.{REGION}.amazonaws.com", f"arn:aws:iam::{OWN}:role/x", "AROAAAAAAAAAAAAAAAAAA", "AWS Internal"))),
    hardened(CROSS, "a grant to retire grants", world(grants(STRANGER_ROLE, operations=("RetireGrant",)))),
    unreadable(CROSS, "the grants are denied", world(denied(GRANTS, REGION, KeyId="k"))),
    unreadable(CROSS, "nobody knows whose key it is", DENIED_KEY),
    planted(PENDING, "a key", world(metadata(KeyState="PendingDeletion", DeletionDate="2026-12-01T00:00:00Z"))),
    planted(PENDING, "a replica", world(metadata(KeyState="PendingReplicaDeletion"))),
    hardened(PENDING, "disabled", world(metadata(KeyState="Disabled"))),
    hardened(PENDING, "a key of AWS", AWS_KEY),
    unreadable(PENDING, "denied", DENIED_KEY),
    unreadable(PENDING, "throttled", world(failed(DESCRIBE, REGION, Outcome.THROTTLED, KeyId="k"))),
    planted(OFF, "off", world(rotation(on=False))),
    hardened(OFF, "asymmetric", world(metadata(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY"), absent(ROTATION, REGION, KeyId="k"))),
    hardened(OFF, "asymmetric, and KMS says that it is not rotated", world(metadata(KeySpec="RSA_2048"), rotation(on=False))),
    hardened(OFF, "on", world(rotation(on=True))),
    hardened(OFF, "a key that KMS says cannot be rotated", world(absent(ROTATION, REGION, KeyId="k"))),
    hardened(OFF, "imported material; disabled", world(metadata(Origin="EXTERNAL"), rotation(on=False))),
    hardened(OFF, "disabled", world(metadata(KeyState="Disabled"), rotation(on=False))),
    hardened(OFF, "gone while the run went on", world(failed(DESCRIBE, REGION, Outcome.GONE, KeyId="k"))),
    unreadable(OFF, "denied", world(denied(ROTATION, REGION, KeyId="k"))),
]  # fmt: skip
