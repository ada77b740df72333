"""What the checks of IAM find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    SISTER,
    STRANGER,
    Case,
    Settings,
    absent,
    account,
    denied,
    ok,
    organization,
)
from tests.unit.checks.iam import (
    escalation_cases,
    escalation_twins,
    handing_cases,
    makers_cases,
    powerful_cases,
    trust_cases,
)
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    DETAILS,
    MALFORMED,
    MFA,
    PASSWORD_POLICY,
    REPORT,
    SSO,
    SSO_PATH,
    SUMMARY,
    UNKNOWN_ORGANIZATION,
    UNREAD,
    Accounts,
    ago,
    allow,
    attached,
    deny,
    details,
    group,
    inline,
    key,
    managed,
    report,
    role,
    row,
    summary,
    trusting,
    user,
    world,
)
from tests.unit.checks.iam.trust_cases import GITHUB
from tests.unit.checks.shapes import hardened, planted, unreadable

DATADOG = "464622532012"
ROOT = "<root_account>"
OWN_POLICY = f"arn:aws:iam::{OWN}:policy/ours"
NO_REPORT: Accounts = (account(denied(REPORT)),)

# -- root --
ROOT_CASES = [
    planted("IAM_ROOT_ACCESS_KEY", "the summary counts one", (summary(AccountAccessKeysPresent=1), denied(REPORT))),
    planted(
        "IAM_ROOT_ACCESS_KEY",
        "the report shows an active key, though the summary could not be read",
        (denied(SUMMARY), report(row(ROOT, **key(2, rotated=10, used=None)))),
    ),
    hardened("IAM_ROOT_ACCESS_KEY", "no key, but a user has two", (summary(AccountAccessKeysPresent=0), report(row(ROOT), row(**key(1, rotated=1, used=1))))),
    unreadable("IAM_ROOT_ACCESS_KEY", "the summary is denied and the report shows none", (denied(SUMMARY), report(row(ROOT)))),
    planted("IAM_ROOT_ACCESS_KEY", "the summary says nothing of keys, and the report shows one", (summary(AccountMFAEnabled=1), report(row(ROOT, **key(1, rotated=10, used=None))))),
    unreadable("IAM_ROOT_ACCESS_KEY", "the summary says nothing of keys", (summary(AccountMFAEnabled=1), report(row(ROOT)))),
    unreadable("IAM_ROOT_ACCESS_KEY", "the report has no line for root", (summary(AccountAccessKeysPresent=0), report(row(**key(1, rotated=1, used=1))))),
    unreadable("IAM_ROOT_ACCESS_KEY", "the report is denied", (summary(AccountAccessKeysPresent=0), denied(REPORT))),
    planted("IAM_ROOT_NO_MFA", "a password", summary(AccountMFAEnabled=0, AccountPasswordPresent=1, AccountAccessKeysPresent=0)),
    planted("IAM_ROOT_NO_MFA", "a key alone", summary(AccountMFAEnabled=0, AccountPasswordPresent=0, AccountAccessKeysPresent=1)),
    hardened("IAM_ROOT_NO_MFA", "MFA", summary(AccountMFAEnabled=1, AccountPasswordPresent=1)),
    hardened("IAM_ROOT_NO_MFA", "root's credentials are centrally removed", summary(AccountMFAEnabled=0, AccountPasswordPresent=0, AccountAccessKeysPresent=0)),
    hardened(
        "IAM_ROOT_NO_MFA", "GovCloud, where root has none",
        (account(summary(AccountMFAEnabled=0, AccountPasswordPresent=1), partition="aws-us-gov"),),
    ),
    unreadable("IAM_ROOT_NO_MFA", "denied", denied(SUMMARY)),
    unreadable("IAM_ROOT_NO_MFA", "nothing is said about a password", summary(AccountMFAEnabled=0, AccountAccessKeysPresent=0)),
    planted("IAM_ROOT_USED", "the console", report(row(ROOT, password_last_used=ago(3)))),
    planted("IAM_ROOT_USED", "only its second key", report(row(ROOT, password_last_used=ago(900), access_key_2_last_used_date=ago(6.9)))),
    hardened("IAM_ROOT_USED", "long ago, though ann signed in today", report(row(ROOT, password_last_used=ago(8)), row(password_last_used=ago(0)))),
    unreadable("IAM_ROOT_USED", "denied", NO_REPORT),
    unreadable("IAM_ROOT_USED", "the report has no line for root", report(row())),
]  # fmt: skip

# -- credentials --
UNDATED = {"access_key_1_active": True}
"""An active key without any date."""
CREDENTIAL_CASES = [
    planted("IAM_USER_CONSOLE_NO_MFA", "a password without MFA", report(row(ROOT, password_enabled=True), row(password_enabled=True))),
    hardened("IAM_USER_CONSOLE_NO_MFA", "no password, no MFA: keys only", report(row(**key(1, rotated=1, used=1)), row("bob", password_enabled=True, mfa_active=True))),
    unreadable("IAM_USER_CONSOLE_NO_MFA", "no report", NO_REPORT),
    planted("IAM_USER_CONSOLE_UNUSED", "used long ago", report(row(password_enabled=True, password_last_used=ago(91), password_last_changed=ago(200)))),
    planted("IAM_USER_CONSOLE_UNUSED", "never used, and old", report(row(password_enabled=True, password_last_changed=ago(91)))),
    hardened("IAM_USER_CONSOLE_UNUSED", "never used, but new", report(row(password_enabled=True, password_last_changed=ago(89)))),
    hardened("IAM_USER_CONSOLE_UNUSED", "used lately, though the password is old", report(row(password_enabled=True, password_last_used=ago(1), password_last_changed=ago(500)))),
    hardened("IAM_USER_CONSOLE_UNUSED", "a password that is gone was used long ago", report(row(password_last_used=ago(500)))),
    hardened("IAM_USER_CONSOLE_UNUSED", "the schedule gives a year", report(row(password_enabled=True, password_last_used=ago(91), password_last_changed=ago(91))), settings=Settings(unused_days=365)),
    unreadable("IAM_USER_CONSOLE_UNUSED", "no report", NO_REPORT),
    unreadable("IAM_USER_CONSOLE_UNUSED", "nobody knows how old the password is", report(row(password_enabled=True, user_creation_time=None))),
    planted("IAM_USER_KEY_UNUSED", "one used long ago, one never", report(row(**key(1, rotated=300, used=91), **key(2, rotated=91, used=None))), finds=("access_key_1", "access_key_2")),
    hardened("IAM_USER_KEY_UNUSED", "never used but new; old and inactive", report(row(**key(1, rotated=5, used=None)) | {"access_key_2_last_rotated": ago(900)})),
    hardened("IAM_USER_KEY_UNUSED", "used lately, though it is old", report(row(**key(1, rotated=500, used=1)))),
    unreadable("IAM_USER_KEY_UNUSED", "no report", NO_REPORT),
    unreadable("IAM_USER_KEY_UNUSED", "nobody knows how old an active key is", report(row(**UNDATED))),
    planted("IAM_USER_KEY_OLD", "used daily, and old all the same", report(row(**key(1, rotated=91, used=0))), finds=("access_key_1",)),
    hardened("IAM_USER_KEY_OLD", "young; the old one is inactive", report(row(**key(2, rotated=89, used=None)) | {"access_key_1_last_rotated": ago(900)})),
    unreadable("IAM_USER_KEY_OLD", "no report", NO_REPORT),
    unreadable("IAM_USER_KEY_OLD", "nobody knows how old an active key is", report(row(**UNDATED))),
    planted("IAM_USER_TWO_KEYS", "both have been there for weeks", report(row(**key(1, rotated=300, used=0), **key(2, rotated=15, used=0)))),
    hardened("IAM_USER_TWO_KEYS", "in the middle of a rotation", report(row(**key(1, rotated=300, used=0), **key(2, rotated=13, used=0)))),
    hardened("IAM_USER_TWO_KEYS", "one, and an old one that is inactive", report(row(**key(1, rotated=300, used=0)) | {"access_key_2_last_rotated": ago(900)})),
    hardened("IAM_USER_TWO_KEYS", "one is new, and nobody knows how old the other is", report(row(**UNDATED, **key(2, rotated=13, used=0)))),
    unreadable("IAM_USER_TWO_KEYS", "no report", NO_REPORT),
    unreadable("IAM_USER_TWO_KEYS", "one is old, and nobody knows how old the other is", report(row(**UNDATED, **key(2, rotated=15, used=0)))),
]  # fmt: skip

# -- password policy --
STRONG = {
    "MinimumPasswordLength": 14, "PasswordReusePrevention": 24, "RequireSymbols": True, "RequireNumbers": True,
    "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True,
}  # fmt: skip
PASSWORD_CASES = [
    planted("IAM_PASSWORD_POLICY_MISSING", "one user has a password", (absent(PASSWORD_POLICY), report(row(password_enabled=True)))),
    hardened("IAM_PASSWORD_POLICY_MISSING", "nobody but root has a password", (absent(PASSWORD_POLICY), report(row(ROOT, password_enabled=True), row()))),
    hardened("IAM_PASSWORD_POLICY_MISSING", "there is one, however weak", (ok(PASSWORD_POLICY, answer={"PasswordPolicy": {}}), denied(REPORT))),
    unreadable("IAM_PASSWORD_POLICY_MISSING", "nobody knows whether there are passwords", (absent(PASSWORD_POLICY), denied(REPORT))),
    unreadable("IAM_PASSWORD_POLICY_MISSING", "denied is not missing", (denied(PASSWORD_POLICY), report(row(password_enabled=True)))),
    planted("IAM_PASSWORD_POLICY_WEAK", "remembers 23", ok(PASSWORD_POLICY, answer={"PasswordPolicy": STRONG | {"PasswordReusePrevention": 23}})),
    planted("IAM_PASSWORD_POLICY_WEAK", "13 characters", ok(PASSWORD_POLICY, answer={"PasswordPolicy": STRONG | {"MinimumPasswordLength": 13}})),
    planted("IAM_PASSWORD_POLICY_WEAK", "says nothing of symbols", ok(PASSWORD_POLICY, answer={"PasswordPolicy": {k: v for k, v in STRONG.items() if k != "RequireSymbols"}})),
    hardened("IAM_PASSWORD_POLICY_WEAK", "stronger than asked", ok(PASSWORD_POLICY, answer={"PasswordPolicy": STRONG | {"MinimumPasswordLength": 32}})),
    hardened("IAM_PASSWORD_POLICY_WEAK", "none at all is the other check's", absent(PASSWORD_POLICY)),
    unreadable("IAM_PASSWORD_POLICY_WEAK", "denied", denied(PASSWORD_POLICY)),
]  # fmt: skip

# -- users --
QUARANTINE = attached("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3")
USER_CASES = [
    planted("IAM_USER_KEY_QUARANTINED", "version 3", world(user(AttachedManagedPolicies=[QUARANTINE]))),
    hardened("IAM_USER_KEY_QUARANTINED", "a policy of the own that is called so", world(user(AttachedManagedPolicies=[attached(f"arn:aws:iam::{OWN}:policy/AWSCompromisedKeyQuarantineV3")]))),
    hardened("IAM_USER_KEY_QUARANTINED", "another of AWS's policies", world(user(AttachedManagedPolicies=[attached("arn:aws:iam::aws:policy/ReadOnlyAccess")]))),
    unreadable("IAM_USER_KEY_QUARANTINED", "denied", UNREAD),
    planted("IAM_USER_DIRECT_POLICY", "inline", world(user(UserPolicyList=[inline("x", allow("s3:*"))]))),
    planted("IAM_USER_DIRECT_POLICY", "attached", world(user(AttachedManagedPolicies=[attached("arn:aws:iam::aws:policy/ReadOnlyAccess")]))),
    planted("IAM_USER_DIRECT_POLICY", "a policy of the own that is called like AWS's quarantine", world(user(AttachedManagedPolicies=[attached(f"arn:aws:iam::{OWN}:policy/AWSCompromisedKeyQuarantineV3")]))),
    hardened("IAM_USER_DIRECT_POLICY", "through a group; AWS's quarantine", world(user(GroupList=["staff"], AttachedManagedPolicies=[QUARANTINE]), group(AttachedManagedPolicies=[attached(ADMIN_ARN)]))),
    unreadable("IAM_USER_DIRECT_POLICY", "denied", UNREAD),
]  # fmt: skip

# -- policies --
HELD = role(AttachedManagedPolicies=[attached(OWN_POLICY)])


def _broken(check: str) -> Case:
    broken = managed(OWN_POLICY) | {"PolicyVersionList": [{"IsDefaultVersion": True, "Document": MALFORMED}]}
    return unreadable(check, "a policy that is not JSON", world(HELD, broken))


POLICY_CASES = [
    planted("IAM_POLICY_ADMIN", "managed", world(HELD, managed(OWN_POLICY, allow()))),
    planted("IAM_POLICY_ADMIN", "attached, but to nobody who is listed", world(managed(OWN_POLICY, allow()))),
    planted("IAM_POLICY_ADMIN", "one of two holders is expected", world(HELD, role(name="boss", AttachedManagedPolicies=[attached(OWN_POLICY)]), managed(OWN_POLICY, allow())), settings=Settings(admins=("arn:aws:iam::*:role/boss",))),
    planted("IAM_POLICY_ADMIN", "inline, in a group, as one object", world(group(GroupPolicyList=[{"PolicyName": "all", "PolicyDocument": {"Statement": allow(["*"], ["*"])}}])), finds=("all",)),
    planted("IAM_POLICY_ADMIN", "by NotAction", world(HELD, managed(OWN_POLICY, {"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"}))),
    planted("IAM_POLICY_ADMIN", "with MFA", world(HELD, managed(OWN_POLICY, allow(Condition=MFA)))),
    planted("IAM_POLICY_ADMIN", "but one harmless action", world(HELD, managed(OWN_POLICY, allow(), deny("iam:DeleteRole")))),
    planted("IAM_POLICY_ADMIN", "split over statements", world(HELD, managed(OWN_POLICY, allow(["a*", "e*", "i*", "k*", "l*"]), allow("s*")))),
    hardened("IAM_POLICY_ADMIN", "all of IAM denied", world(HELD, managed(OWN_POLICY, allow(), deny("iam:*")))),
    hardened("IAM_POLICY_ADMIN", "only what a tag marks", world(HELD, managed(OWN_POLICY, allow(Condition={"StringEquals": {"aws:ResourceTag/team": "x"}})))),
    hardened("IAM_POLICY_ADMIN", "attached to nobody; an old version was worse", world(managed(OWN_POLICY, allow(), attachments=0), managed(OWN_POLICY + "2", allow("s3:*")))),
    hardened("IAM_POLICY_ADMIN", "an expected holder", world(HELD, managed(OWN_POLICY, allow())), settings=Settings(admins=(f"arn:aws:iam::{OWN}:role/work*",))),
    hardened("IAM_POLICY_ADMIN", "AWS's own is another matter", world(role(AttachedManagedPolicies=[attached(ADMIN_ARN)]), ADMINISTRATOR_ACCESS)),
    unreadable("IAM_POLICY_ADMIN", "denied", UNREAD),
    _broken("IAM_POLICY_ADMIN"),
    planted("IAM_POLICY_NOTACTION_ALLOW", "everything but IAM", world(HELD, managed(OWN_POLICY, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))),
    hardened("IAM_POLICY_NOTACTION_ALLOW", "in a Deny, with a condition, on one bucket", world(HELD, managed(
        OWN_POLICY, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": MFA},
        {"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "arn:aws:s3:::b/*"}))),
    unreadable("IAM_POLICY_NOTACTION_ALLOW", "denied", UNREAD),
    hardened("IAM_POLICY_NOTACTION_ALLOW", "all but one bucket; all of S3 by its name", world(HELD, managed(
        OWN_POLICY, {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b/*"}, allow("s3:*")))),
    _broken("IAM_POLICY_NOTACTION_ALLOW"),
    planted("IAM_POLICY_ASSUME_ANY_ROLE", "on everything", world(HELD, managed(OWN_POLICY, allow("sts:AssumeRole")))),
    planted("IAM_POLICY_ASSUME_ANY_ROLE", "by wildcards, inline", world(role(RolePolicyList=[inline("hop", allow("sts:Assume*", "arn:aws:iam::*:role/*"))])), finds=("hop",)),
    hardened("IAM_POLICY_ASSUME_ANY_ROLE", "one account; one name; with MFA; denied; a federation's action", world(HELD, managed(
        OWN_POLICY, allow("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*"), allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy"),
        allow("sts:AssumeRole", Condition=MFA), allow("sts:AssumeRoleWithSAML")))),
    hardened("IAM_POLICY_ASSUME_ANY_ROLE", "a Deny takes it back; another is an administrator's", world(HELD, managed(OWN_POLICY, allow("sts:*"), deny("sts:AssumeRole")), role(name="a", RolePolicyList=[inline("all", allow())]))),
    unreadable("IAM_POLICY_ASSUME_ANY_ROLE", "denied", UNREAD),
    _broken("IAM_POLICY_ASSUME_ANY_ROLE"),
    planted("IAM_POLICY_KNOWN_BAD", "on a group", world(group(AttachedManagedPolicies=[attached("arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM")])), finds=("AmazonEC2RoleforSSM",)),
    hardened("IAM_POLICY_KNOWN_BAD", "the own policy of that name; a withdrawn entry", world(role(AttachedManagedPolicies=[
        attached(f"arn:aws:iam::{OWN}:policy/AmazonEC2RoleforSSM"), attached("arn:aws:iam::aws:policy/AWSLambdaFullAccess")]))),
    unreadable("IAM_POLICY_KNOWN_BAD", "denied", UNREAD),
]  # fmt: skip

# -- administrators --
BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}}
ALL = {"AttachedManagedPolicies": [attached(ADMIN_ARN)]}
DELEGATED = deny(
    ["iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreateAccessKey",
     "iam:UpdateAssumeRolePolicy", "iam:PassRole", "iam:CreatePolicyVersion"],
    Condition={"StringNotEquals": {"iam:PermissionsBoundary": BOUNDARY}},
)  # fmt: skip


def _admins(*entities: dict[str, Any], extra: tuple[Record, ...] = NO_ORGANIZATION) -> Accounts:
    return world(*entities, ADMINISTRATOR_ACCESS, extra=extra)


ADMIN_CASES = [
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "attached", _admins(role(**ALL))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "through a group, in two halves", _admins(
        user(GroupList=["staff"], UserPolicyList=[inline("a", allow(["iam:Put*", "iam:A*", "iam:C*"]))]), group(GroupPolicyList=[inline("b", allow(["iam:PassRole", "iam:U*"]))]))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a boundary that bounds nothing", _admins(role(**ALL, **BOUND), managed(BOUNDARY, allow(), deny("ec2:*")))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "but only with MFA", _admins(user(**ALL, UserPolicyList=[inline("mfa", deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))]))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "the set-up's role, trusting a stranger too", _admins(
        role(trusting({"AWS": [SISTER, STRANGER]}), name="OrganizationAccountAccessRole", **ALL), extra=organization(SISTER, OWN))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "called like Identity Center's, made by hand", _admins(role(trusting({"AWS": OWN}), name="AWSReservedSSO_x", **ALL))),
    planted("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "Identity Center's name and trust, but not its path", _admins(
        role(trusting({"Federated": SSO}, action="sts:AssumeRoleWithSAML"), name="AWSReservedSSO_Admin_1", **ALL))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "bounded", _admins(role(**ALL, **BOUND), managed(BOUNDARY, allow("s3:*")))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "denied by a group", _admins(user(**ALL, GroupList=["staff"]), group(GroupPolicyList=[inline("no", deny(["iam:*", "organizations:*"]))]))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "delegated: whoever it makes carries the boundary", _admins(role(**ALL, RolePolicyList=[inline("d", DELEGATED)]))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a power user", _admins(role(RolePolicyList=[inline("p", {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"})]))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "only its own user", _admins(user(UserPolicyList=[inline("self", allow("iam:*", f"arn:aws:iam::{OWN}:user/${{aws:username}}"))]))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "expected", _admins(role(**ALL)), settings=Settings(admins=("arn:aws:iam::*:role/worker",))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "set-ups with the trust they were made with", _admins(
        role(trusting({"AWS": f"arn:aws:iam::{SISTER}:root"}), name="OrganizationAccountAccessRole", **ALL),
        role(trusting({"Service": "cloudformation.amazonaws.com"}), name="cdk-hnb659fds-cfn-exec-role-1-eu", **ALL),
        role(trusting({"Federated": SSO}, action="sts:AssumeRoleWithSAML"), name="AWSReservedSSO_Admin_1", path=SSO_PATH, **ALL),
        role(name="AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/", **ALL), extra=organization(SISTER, OWN))),
    hardened("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "until a day that is long past", _admins(role(RolePolicyList=[inline("x", allow(Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}))]))),
    unreadable("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "denied", UNREAD),
    unreadable("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "the set-up's role, trusting who may be of the organization", _admins(
        role(trusting({"AWS": SISTER}), name="OrganizationAccountAccessRole", **ALL), extra=UNKNOWN_ORGANIZATION)),
    unreadable("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a boundary that was not in the answer", _admins(role(**ALL, **BOUND))),
    unreadable("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "an attached policy that was not in the answer", _admins(role(AttachedManagedPolicies=[attached(OWN_POLICY)]))),
    unreadable("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a policy that is not JSON", _admins(role(**ALL, RolePolicyList=[{"PolicyName": "x", "PolicyDocument": MALFORMED}]))),
]  # fmt: skip

# -- providers, roles --
PROVIDERS, SAMLS = "iam.list_open_id_connect_providers", "iam.list_saml_providers"
GITHUB_ARN = f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"
NO_SAML = ok(SAMLS, answer={"SAMLProviderList": []})
ONE_OIDC = ok(PROVIDERS, answer={"OpenIDConnectProviderList": [{"Arn": GITHUB_ARN}]})
NO_OIDC = ok(PROVIDERS, answer={"OpenIDConnectProviderList": []})
ONE_SSO = ok(SAMLS, answer={"SAMLProviderList": [{"Arn": SSO}]})
SSO_TRUST = trusting({"Federated": SSO}, action="sts:AssumeRoleWithSAML")
OTHER_CASES = [
    planted("IAM_IDP_UNEXPECTED", "no list: every one", (ONE_OIDC, ok(SAMLS, answer={"SAMLProviderList": [{"Arn": f"arn:aws:iam::{OWN}:saml-provider/corp"}]})), finds=("", "")),
    planted("IAM_IDP_UNEXPECTED", "named like Identity Center's, though no role of its trusts it", (NO_OIDC, ONE_SSO, details(role(SSO_TRUST), role(name="AWSReservedSSO_x", path=SSO_PATH)))),
    planted("IAM_IDP_UNEXPECTED", "nearly its name", (NO_OIDC, ok(SAMLS, answer={"SAMLProviderList": [{"Arn": f"{SSO}_2"}]}))),
    hardened("IAM_IDP_UNEXPECTED", "Identity Center's", (NO_OIDC, ONE_SSO, details(role(SSO_TRUST, name="AWSReservedSSO_x", path=SSO_PATH)))),
    unreadable("IAM_IDP_UNEXPECTED", "named like Identity Center's, and roles are unread", (NO_OIDC, ONE_SSO, denied(DETAILS))),
    planted("IAM_IDP_UNEXPECTED", "a host that only ends so", (ok(PROVIDERS, answer={"OpenIDConnectProviderList": [{"Arn": f"arn:aws:iam::{OWN}:oidc-provider/evil-{GITHUB}"}]}), NO_SAML), settings=Settings(identity_providers=frozenset({GITHUB}))),
    hardened("IAM_IDP_UNEXPECTED", "by issuer and by ARN", (ONE_OIDC, ok(SAMLS, answer={"SAMLProviderList": [{"Arn": SSO}]})), settings=Settings(identity_providers=frozenset({GITHUB, SSO}))),
    unreadable("IAM_IDP_UNEXPECTED", "one of the two lists is denied", (denied(PROVIDERS), NO_SAML)),
    planted("IAM_ROLE_UNUSED", "used long ago", world(role(RoleLastUsed={"LastUsedDate": ago(181)}))),
    planted("IAM_ROLE_UNUSED", "never used, and old", world(role(RoleLastUsed={}))),
    hardened("IAM_ROLE_UNUSED", "new; in use; AWS's own", world(
        role(CreateDate=ago(179)), role(name="b", RoleLastUsed={"LastUsedDate": ago(3)}), role(name="c", path="/aws-service-role/x/"), role(name="AWSReservedSSO_d", path=SSO_PATH))),
    unreadable("IAM_ROLE_UNUSED", "denied", UNREAD),
    unreadable("IAM_ROLE_UNUSED", "nobody says when it was made, or used", world({name: value for name, value in role().items() if name != "CreateDate"})),
]  # fmt: skip

CASES: list[Case] = [
    *ROOT_CASES, *CREDENTIAL_CASES, *PASSWORD_CASES, *USER_CASES, *POLICY_CASES, *ADMIN_CASES, *OTHER_CASES, *escalation_cases.CASES,
    *escalation_twins.CASES, *handing_cases.CASES, *makers_cases.CASES, *powerful_cases.CASES, *trust_cases.CASES,
]  # fmt: skip
