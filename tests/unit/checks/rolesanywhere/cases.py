"""What the check of Roles Anywhere finds, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, Case, account, denied, ok
from tests.unit.checks.iam.build import DETAILS, ROLE_ARN, details, role, trusting
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "ROLESANYWHERE_TRUST_BROAD"
ANCHORS, PROFILES = "rolesanywhere.list_trust_anchors", "rolesanywhere.list_profiles"
SERVICE = {"Service": "rolesanywhere.amazonaws.com"}
ANCHOR = f"arn:aws:rolesanywhere:{REGION}:{OWN}:trust-anchor/a"
ENABLED = ok(ANCHORS, REGION, {"trustAnchors": [{"trustAnchorArn": ANCHOR, "enabled": True}]})
PROFILE = ok(PROFILES, REGION, {"profiles": [{"profileId": "p", "enabled": True, "roleArns": [ROLE_ARN]}]})
NAMED = {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build-1"}}


def world(condition: dict[str, Any] | None = None, *records: Any, principal: Any = SERVICE) -> tuple[AccountData, ...]:
    return (account(details(role(trusting(principal, condition))), *(records or (ENABLED, PROFILE)), *NO_ORGANIZATION),)


CASES: list[Case] = [
    planted(CHECK, "no condition", world()),
    planted(CHECK, "any anchor of the account", world({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{OWN}:trust-anchor/*"}})),
    planted(CHECK, "any anchor of the account in the profile's region", world({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:{REGION}:{OWN}:trust-anchor/*"}})),
    planted(CHECK, "the account alone", world({"StringEquals": {"aws:SourceAccount": OWN}})),
    planted(CHECK, "any certificate but one", world({"StringNotEquals": {"aws:PrincipalTag/x509Subject/CN": "evil"}})),
    planted(CHECK, "from an address", world({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})),
    planted(CHECK, "another region is unread", (account(
        details(role(trusting(SERVICE))), ENABLED, PROFILE, denied(PROFILES, "eu-west-1"), *NO_ORGANIZATION, regions=(REGION, "eu-west-1")),)),
    hardened(CHECK, "one anchor", world({"ArnEquals": {"aws:SourceArn": ANCHOR}})),
    hardened(CHECK, "any anchor of a region that has none", world({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:eu-west-1:{OWN}:trust-anchor/*"}})),
    hardened(CHECK, "any anchor of another account", world({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:{REGION}:999999999999:trust-anchor/*"}})),
    hardened(CHECK, "one certificate", world(NAMED)),
    hardened(CHECK, "another service", world(principal={"Service": "ec2.amazonaws.com"})),
    hardened(CHECK, "everybody, which is another check's, and no service", world(principal="*")),
    hardened(CHECK, "the anchor is disabled", world(None, ok(ANCHORS, REGION, {"trustAnchors": [{"trustAnchorArn": ANCHOR, "enabled": False}]}), PROFILE)),
    hardened(CHECK, "the profile lists another role; one that lists it is disabled", world(None, ENABLED, ok(PROFILES, REGION, {"profiles": [
        {"profileId": "p", "enabled": True, "roleArns": [f"{ROLE_ARN}-2"]}, {"profileId": "q", "enabled": False, "roleArns": [ROLE_ARN]}]}))),
    hardened(CHECK, "a narrow trust needs no look at profiles", world(NAMED, denied(PROFILES, REGION))),
    unreadable(CHECK, "the roles are denied", (account(denied(DETAILS), ENABLED, PROFILE),)),
    unreadable(CHECK, "the profiles are denied", world(None, ENABLED, denied(PROFILES, REGION))),
    unreadable(CHECK, "the anchors are denied", world(None, denied(ANCHORS, REGION), PROFILE)),
]  # fmt: skip
