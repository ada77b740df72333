"""Administrators with keys, powerful roles and whom they trust, policies about MFA, guests of identity pools."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    absent,
    account,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    DETAILS,
    REPORT,
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
    trusting,
    user,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

Accounts = tuple[AccountData, ...]
ALL = {"AttachedManagedPolicies": [attached(ADMIN_ARN)]}
UNREAD: Accounts = (account(denied(DETAILS), *NO_ORGANIZATION),)
OURS = f"arn:aws:iam::{OWN}:policy/ours"
MALFORMED = "{'not': json}"
BROKEN = role(RolePolicyList=[{"PolicyName": "p", "PolicyDocument": MALFORMED}])


def _world(
    *entities: dict[str, Any], records: tuple[Record, ...] = (), extra: tuple[Record, ...] = NO_ORGANIZATION
) -> Accounts:
    return (account(details(*entities, ADMINISTRATOR_ACCESS), *records, *extra),)


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return role(RolePolicyList=[inline("p", *statements)])


# -- administrators --
KEY, NAME = "IAM_USER_ADMIN_WITH_KEY", "IAM_ADMIN_NAME_HIDDEN"
ACTIVE, NONE = (
    report(row(**key(2, rotated=5, used=1))),
    report(row(**key(1, rotated=5, used=1) | {"access_key_1_active": False})),
)
UNKNOWN = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))
SET_UP = role(trusting({"AWS": SISTER}), name="stacksets-exec-0123456789abcdef", **ALL)
ADMIN_CASES = [
    planted(KEY, "attached", _world(user(**ALL), records=(ACTIVE,))),
    planted(KEY, "through a group, expected or not", _world(user(GroupList=["staff"]), group(**ALL), records=(ACTIVE,)), settings=Settings(admins=("**",))),
    hardened(KEY, "its key is inactive", _world(user(**ALL), records=(NONE,))),
    hardened(KEY, "the key is another user's", _world(user("bob", **ALL), user(), records=(ACTIVE,))),
    hardened(KEY, "no administrator, and no report", _world(user(), records=(denied(REPORT),))),
    unreadable(KEY, "denied", (account(denied(DETAILS), ACTIVE),)),
    unreadable(KEY, "the report is denied", _world(user(**ALL), records=(denied(REPORT),))),
    planted(NAME, "a group and a role", _world(group(**ALL), role(**ALL)), finds=("", "")),
    hardened(NAME, "it says so, in capitals; no administrator", _world(group("TeamADMINS", **ALL), role())),
    hardened(NAME, "a service's own", _world(role(path="/aws-service-role/x/", **ALL))),
    unreadable(NAME, "denied", UNREAD),
    unreadable(NAME, "a set-up's, whose trust nobody can judge", _world(SET_UP, extra=UNKNOWN)),
    unreadable(NAME, "a policy that is not JSON", _world(BROKEN)),
]  # fmt: skip

# -- trust of powerful roles --
TRUST, EXFIL = "IAM_ROLE_ADMIN_UNEXPECTED_TRUST", "IAM_ROLE_S3_EXFIL_UNEXPECTED_TRUST"
READER = {"RolePolicyList": [inline("read", allow(["s3:ListAllMyBuckets", "s3:Get*"]))]}
BOB, BOSS = f"arn:aws:iam::{OWN}:user/bob", f"arn:aws:iam::{OWN}:user/boss"
EC2, LAMBDA = "ec2.amazonaws.com", "lambda.amazonaws.com"
SET_UP_READER = role(trusting({"AWS": SISTER}), name="stacksets-exec-0123456789abcdef", **READER)
OKTA, GITHUB = (
    f"arn:aws:iam::{OWN}:saml-provider/okta",
    f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com",
)
CLUSTER = f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/abcdef"


def _tokens(provider: str, subject: str) -> dict[str, Any]:
    issuer = provider.partition(":oidc-provider/")[2]
    return trusting(
        {"Federated": provider}, {"StringLike": {f"{issuer}:sub": subject}}, "sts:AssumeRoleWithWebIdentity"
    )


def _assertions() -> dict[str, Any]:
    """AWS's own example for people who log in to the console."""
    condition = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    return trusting({"Federated": OKTA}, condition, "sts:AssumeRoleWithSAML")


TRUST_CASES = [
    planted(TRUST, "two services", _world(role(trusting({"Service": [EC2, LAMBDA]}), **ALL)), finds=(EC2, LAMBDA)),
    planted(TRUST, "a service, for this account only", _world(role(trusting({"Service": LAMBDA}, {"StringEquals": {"aws:SourceAccount": OWN}}), **ALL)), finds=(LAMBDA,)),
    planted(TRUST, "an expected administrator's role, too", _world(role(trusting({"Service": EC2}), **ALL)), finds=(EC2,), settings=Settings(admins=("arn:aws:iam::*:role/worker",))),
    planted(TRUST, "a user who is none", _world(user("bob"), role(trusting({"AWS": BOB}), **ALL)), finds=(BOB,)),
    planted(TRUST, "another account, as a whole and one role", _world(role(trusting({"AWS": [SISTER, f"arn:aws:iam::{STRANGER}:role/x"]}), **ALL)), finds=(f"arn:aws:iam::{SISTER}:root", f"arn:aws:iam::{STRANGER}:role/x")),
    planted(TRUST, "a service for a stranger, and a service for the own account", _world(role(
        trusting({"Service": "config.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": STRANGER}}), trusting({"Service": "config.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OWN}}), **ALL)),
        finds=(f"arn:aws:iam::{STRANGER}:root",)),
    planted(TRUST, "a set-up's name, but not its trust", _world(role(trusting({"Service": EC2}), name="cdk-x-cfn-exec-role-1", **ALL)), finds=(EC2,)),
    *(planted(TRUST, f"a set-up's role, to whose trust somebody added {what}", _world(
        user("bob"), role(trusting({"AWS": SISTER}), added, name="OrganizationAccountAccessRole", **ALL), extra=organization(SISTER, OWN)), finds=(whom, f"arn:aws:iam::{SISTER}:root"))
      for what, added, whom in (
        ("an identity provider", _assertions(), OKTA), ("a user of the account", trusting({"AWS": BOB}), BOB),
        ("a service, for this account only", trusting({"Service": LAMBDA}, {"StringEquals": {"aws:SourceAccount": OWN}}), LAMBDA))),
    planted(TRUST, "another organization", _world(role(trusting("*", {"StringEquals": {"aws:PrincipalOrgID": "o-foreign0000"}}), **ALL), extra=organization(OWN, SISTER)), finds=("o-foreign0000",)),
    *(planted(TRUST, f"a service that runs its customers' code: {service}", _world(role(trusting({"Service": service}), **ALL)), finds=(service,)) for service in (
        "airflow-env.amazonaws.com", "codepipeline.amazonaws.com", "edgelambda.amazonaws.com", "emr-serverless.amazonaws.com",
        "kinesisanalytics.amazonaws.com", "pods.eks.amazonaws.com", "tasks.apprunner.amazonaws.com", "credentials.iot.amazonaws.com")),
    *(planted(TRUST, f"by another name: {spelled}", _world(role(trusting({"Service": spelled}), **ALL)), finds=(plain,)) for spelled, plain in (
        ("ec2.amazonaws.com.cn", EC2), ("elasticmapreduce.amazonaws.com.cn", "elasticmapreduce.amazonaws.com"),
        ("states.eu-central-1.amazonaws.com", "states.amazonaws.com"), ("lambda.us-gov-west-1.amazonaws.com", LAMBDA))),
    hardened(TRUST, "a name that only begins or ends so", _world(role(trusting({"Service": ["ec2.amazonaws.com.example.com", "not-ec2.amazonaws.com", "ec2.internal.amazonaws.com"]}), **ALL))),
    hardened(TRUST, "the service is denied by another name", _world(role(trusting({"Service": EC2}), {"Effect": "Deny", "Principal": {"Service": "ec2.amazonaws.com.cn"}, "Action": "*"}, **ALL))),
    planted(TRUST, "builds of a repository, and a cluster's service account, however narrow", _world(role(
        _tokens(GITHUB, "repo:acme/app:ref:refs/heads/main"), _tokens(CLUSTER, "system:serviceaccount:a:b"), **ALL)), finds=(GITHUB, CLUSTER)),
    planted(TRUST, "builds, though the provider is known", _world(role(_tokens(GITHUB, "repo:acme/app:*"), **ALL)), finds=(GITHUB,), settings=Settings(identity_providers=frozenset({GITHUB, "token.actions.githubusercontent.com"}))),
    planted(TRUST, "people of whom nobody knows", _world(role(_assertions(), **ALL)), finds=(OKTA,), settings=Settings(identity_providers=frozenset({f"{OKTA}-2"}))),
    hardened(TRUST, "people who log in", _world(role(_assertions(), **ALL)), settings=Settings(identity_providers=frozenset({OKTA}))),
    hardened(TRUST, "a provider that is expected", _world(role(_tokens(GITHUB, "repo:acme/deploy:*"), _assertions(), **ALL)), settings=Settings(admins=("arn:aws:iam::*:oidc-provider/token.actions.githubusercontent.com", OKTA))),
    hardened(TRUST, "a provider, but no administrator", _world(role(_tokens(GITHUB, "repo:acme/app:*"), **READER))),
    hardened(TRUST, "a provider by the other's action, and one that is denied", _world(role(
        trusting({"Federated": OKTA}, action="sts:AssumeRoleWithWebIdentity"), trusting({"Federated": GITHUB}, action="sts:AssumeRoleWithSAML"), _tokens(CLUSTER, "x"),
        {"Effect": "Deny", "Principal": {"Federated": CLUSTER}, "Action": "sts:*"}, **ALL))),
    hardened(TRUST, "an administrator; the account as a whole; one that is expected", _world(
        user("boss", **ALL), role(trusting({"AWS": [BOSS, OWN, f"arn:aws:iam::{SISTER}:role/break-glass"]}), **ALL)),
        settings=Settings(admins=("arn:aws:iam::*:role/break-glass",))),
    hardened(TRUST, "everybody, which is another check's, and no service", _world(role(trusting("*"), **ALL))),
    hardened(TRUST, "a user who is none, and is expected to be one", _world(user("bob"), role(trusting({"AWS": BOB}), **ALL)), settings=Settings(admins=(BOB,))),
    hardened(TRUST, "a user who is none, and may assume nothing", _world(user("bob", UserPolicyList=[inline("no", deny("sts:AssumeRole"))]), role(trusting({"AWS": BOB}), **ALL))),
    hardened(TRUST, "itself", _world(role(trusting({"AWS": f"arn:aws:iam::{OWN}:role/worker"}), **ALL))),
    hardened(TRUST, "a service, but no administrator", _world(role(trusting({"Service": EC2}), **READER))),
    hardened(TRUST, "the service is denied again", _world(role(trusting({"Service": EC2}), {"Effect": "Deny", "Principal": {"Service": EC2}, "Action": "*"}, **ALL))),
    hardened(TRUST, "a service that runs nobody's code", _world(role(trusting({"Service": "config.amazonaws.com"}), **ALL))),
    hardened(TRUST, "a set-up's trust", _world(role(trusting({"Service": "cloudformation.amazonaws.com"}), name="cdk-x-cfn-exec-role-1", **ALL))),
    hardened(TRUST, "a service's own role", _world(role(trusting({"Service": EC2}), path="/aws-service-role/x/", **ALL))),
    unreadable(TRUST, "denied", UNREAD),
    unreadable(TRUST, "a set-up's, trusting who may be of the organization", _world(SET_UP, extra=UNKNOWN)),
    unreadable(TRUST, "a trust policy that is not JSON", _world(role(**ALL) | {"AssumeRolePolicyDocument": "{'not': json}"})),
    planted(EXFIL, "a service and a stranger", _world(role(trusting({"Service": EC2, "AWS": STRANGER}), **READER)), finds=(EC2, STRANGER)),
    planted(EXFIL, "in China", _world(role(trusting({"Service": "ec2.amazonaws.com.cn"}), **READER)), finds=(EC2,)),
    planted(EXFIL, "by two policies", _world(role(trusting({"Service": EC2}), RolePolicyList=[inline("a", allow("s3:List*")), inline("b", allow("s3:GetObject", "arn:aws:s3:::*"))])), finds=(EC2,)),
    hardened(EXFIL, "an administrator's is another check's", _world(role(trusting({"Service": EC2}), **ALL))),
    hardened(EXFIL, "only its own bucket", _world(role(trusting({"Service": EC2}), RolePolicyList=[inline("a", allow("s3:ListAllMyBuckets"), allow("s3:GetObject", "arn:aws:s3:::own/*"))]))),
    hardened(EXFIL, "denied", _world(role(trusting({"Service": EC2}), RolePolicyList=[*READER["RolePolicyList"], inline("no", deny("s3:GetObject"))]))),
    hardened(EXFIL, "a sister", _world(role(trusting({"AWS": SISTER}), **READER), extra=organization(OWN, SISTER))),
    hardened(EXFIL, "a set-up's trust", _world(role(trusting({"Service": "cloudformation.amazonaws.com"}), name="cdk-x-cfn-exec-role-1", **READER))),
    hardened(EXFIL, "a service's own role, whose policy was not read", _world(role(trusting({"Service": EC2}), path="/aws-service-role/x/", AttachedManagedPolicies=[attached(OURS)]))),
    hardened(EXFIL, "an inventory's service", _world(role(trusting({"Service": "config.amazonaws.com"}), **READER))),
    unreadable(EXFIL, "denied", UNREAD),
    hardened(EXFIL, "a set-up's name, but it reads nothing", _world(SET_UP_READER | {"RolePolicyList": []}, extra=UNKNOWN)),
    unreadable(EXFIL, "he may be of the organization, which could not be read", _world(role(trusting({"AWS": STRANGER}), **READER), extra=UNKNOWN)),
]  # fmt: skip

# -- AWS's policies --
UNINTENDED = "IAM_POLICY_MANAGED_UNINTENDED_ADMIN"
SERVICE_POLICY = "arn:aws:iam::aws:policy/AmazonSomethingFullAccess"
SOMETHING = {"AttachedManagedPolicies": [attached(SERVICE_POLICY)]}
MANAGED_CASES = [
    planted(UNINTENDED, "attach any policy to any role", _world(role(**SOMETHING), managed(SERVICE_POLICY, allow(["s3:*", "iam:AttachRolePolicy"]))), finds=("AmazonSomethingFullAccess",)),
    planted(UNINTENDED, "on a group, by wildcard", _world(group(**SOMETHING), managed(SERVICE_POLICY, allow("iam:Create*"))), finds=("AmazonSomethingFullAccess",)),
    hardened(UNINTENDED, "only roles of the service; only policies of the service; only to pass", _world(role(**SOMETHING), managed(
        SERVICE_POLICY, allow("iam:PutRolePolicy", "arn:aws:iam::*:role/service-role/*"), allow("iam:PassRole"),
        allow("iam:AttachRolePolicy", Condition={"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/*"}})))),
    hardened(UNINTENDED, "meant; the own; AWS's own role; expected", _world(
        role(**ALL), role(name="b", AttachedManagedPolicies=[attached(OURS)]), managed(OURS, allow()), role(name="c", path="/aws-service-role/x/", **SOMETHING),
        role(name="boss", **SOMETHING), managed(SERVICE_POLICY, allow())), settings=Settings(admins=("arn:aws:iam::*:role/boss",))),
    unreadable(UNINTENDED, "denied", UNREAD),
    unreadable(UNINTENDED, "its document was not read", _world(role(**SOMETHING))),
]  # fmt: skip

# -- MFA --
MFA = "IAM_POLICY_BAD_MFA"
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SELF = f"arn:aws:iam::{OWN}:user/${{aws:username}}"
ENROL = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"]


def _deny_but(actions: Any, condition: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Deny", "NotAction": actions, "Resource": "*", "Condition": condition}


def _own(*statements: dict[str, Any]) -> dict[str, Any]:
    return user(UserPolicyList=[inline("p", *statements)])


MFA_CASES = [
    planted(MFA, "the device may be taken off at any time", _world(_own(
        allow(["iam:EnableMFADevice", "iam:DeactivateMFADevice"], SELF), _deny_but(["iam:*"], NO_MFA))), finds=("p",)),
    planted(MFA, "the Deny spares all of IAM; what allows is elsewhere", _world(_own(_deny_but("iam:*", NO_MFA))), finds=("p",)),
    planted(MFA, "Bool, which access keys never meet", _world(_own(allow("iam:*MFADevice", SELF), _deny_but(ENROL, {"Bool": {"aws:MultiFactorAuthPresent": "false"}}))), finds=("p",)),
    planted(MFA, "in a managed policy", _world(role(AttachedManagedPolicies=[attached(OURS)]), user(AttachedManagedPolicies=[attached(OURS)]), managed(OURS, allow("ec2:*", Condition=WITH_MFA), allow("iam:DeactivateMFADevice", SELF)))),
    hardened(MFA, "AWS's own example", _world(_own(
        allow(["iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"], SELF), _deny_but(ENROL, NO_MFA)))),
    hardened(MFA, "only with MFA", _world(_own(allow(ENROL), allow("iam:DeactivateMFADevice", SELF, Condition=WITH_MFA)))),
    hardened(MFA, "it asks for no MFA at all", _world(_own(allow("iam:DeactivateMFADevice", SELF)))),
    hardened(MFA, "it asks for an address", _world(_own(allow("iam:DeactivateMFADevice", SELF, Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})))),
    hardened(MFA, "without MFA some of S3 is denied", _world(_own(deny("s3:Delete*", Condition=NO_MFA)))),
    hardened(MFA, "abroad all but IAM is denied, and S3 asks for MFA", _world(_own(_deny_but("iam:*", {"StringNotEquals": {"aws:RequestedRegion": REGION}}), allow("s3:*", Condition=WITH_MFA)))),
    hardened(MFA, "others' devices, with MFA somewhere", _world(_own(allow("iam:DeactivateMFADevice", f"arn:aws:iam::{OWN}:user/break-glass"), allow("s3:*", Condition=WITH_MFA)))),
    planted(MFA, "of a group", _world(group(GroupPolicyList=[inline("p", _deny_but("iam:*", NO_MFA))])), finds=("p",)),
    planted(MFA, "a condition on all of IAM, and all the same allowed", _world(_own(allow(), deny("iam:Create*", Condition=NO_MFA))), finds=("p",)),
    hardened(MFA, "only a role holds it, which has no device", _world(role(RolePolicyList=[inline("p", _deny_but("iam:*", NO_MFA))]))),
    hardened(MFA, "an administrator who terminates instances with MFA alone", _world(_own(allow(), deny("ec2:TerminateInstances", Condition=NO_MFA)))),
    hardened(MFA, "all but its own devices is denied, and S3 asks for MFA", _world(_own(deny("iam:DeactivateMFADevice"), allow(), deny("s3:*", Condition=NO_MFA)))),
    unreadable(MFA, "denied", UNREAD),
    unreadable(MFA, "a policy that is not JSON", _world(user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": MALFORMED}]))),
    planted("IAM_ROOT_VIRTUAL_MFA", "root's", ok("iam.list_virtual_mfa_devices", answer={"VirtualMFADevices": [
        {"SerialNumber": f"arn:aws:iam::{OWN}:mfa/root-account-mfa-device", "User": {"Arn": f"arn:aws:iam::{OWN}:root"}}]})),
    hardened("IAM_ROOT_VIRTUAL_MFA", "a user's, who is called root; one that nobody has", ok("iam.list_virtual_mfa_devices", answer={"VirtualMFADevices": [
        {"SerialNumber": f"arn:aws:iam::{OWN}:mfa/a", "User": {"Arn": f"arn:aws:iam::{OWN}:user/root"}}, {"SerialNumber": f"arn:aws:iam::{OWN}:mfa/b"}]})),
    unreadable("IAM_ROOT_VIRTUAL_MFA", "denied", denied("iam.list_virtual_mfa_devices")),
]  # fmt: skip

# -- form --
LINT = "IAM_POLICY_LINT"
LINT_CASES = [
    planted(LINT, "no Resource", _world(_policy({"Effect": "Allow", "Action": "s3:*"})), finds=("p",)),
    planted(LINT, "malformed", _world(BROKEN), finds=("p",)),
    planted(LINT, "an action without its service, a resource that is none", _world(_policy(allow("GetObject", "my-bucket"))), finds=("p",)),
    planted(LINT, "what is spared by name has no service and is no ARN", _world(_policy({"Effect": "Deny", "NotAction": "GetObject", "NotResource": "my-bucket"})), finds=("p",)),
    planted(LINT, "a condition without values", _world(_policy(deny("*", Condition={"StringEquals": {"aws:x": []}}))), finds=("p",)),
    planted(LINT, "variables in an old version", _world(role(RolePolicyList=[{"PolicyName": "p", "PolicyDocument": {"Statement": allow("s3:*", "arn:aws:s3:::b/${aws:username}")}}])), finds=("p",)),
    hardened(LINT, "nothing odd", _world(_policy(allow("*", Condition=WITH_MFA), allow("s3:Get*", SELF), {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:*:s3:::b"}))),
    hardened(LINT, "an old version without variables", _world(role(RolePolicyList=[{"PolicyName": "p", "PolicyDocument": {"Statement": allow("s3:*", "arn:aws:s3:::b/*")}}]))),
    unreadable(LINT, "denied", UNREAD),
    unreadable(LINT, "not in the answer", _world(role(RolePolicyList=[{"PolicyName": "p"}]))),
]  # fmt: skip

# -- Bedrock --
BEDROCK, CREDENTIALS = "IAM_BEDROCK_API_KEY_LONG_LIVED", "iam.list_service_specific_credentials"


def _key(identity: str, status: str = "Active", service: str = "bedrock.amazonaws.com", **more: Any) -> dict[str, Any]:
    return {
        "UserName": "BedrockAPIKey-1",
        "Status": status,
        "ServiceSpecificCredentialId": identity,
        "ServiceName": service,
        **more,
    }


BEDROCK_CASES = [
    planted(BEDROCK, "never; in 31 days", ok(CREDENTIALS, answer={"ServiceSpecificCredentials": [_key("A"), _key("B", ExpirationDate=ago(-31))]}), finds=("A", "B")),
    hardened(BEDROCK, "soon; inactive; expired; another service's", ok(CREDENTIALS, answer={"ServiceSpecificCredentials": [
        _key("A", ExpirationDate=ago(-29)), _key("B", "Inactive"), _key("C", "Expired"), _key("D", service="codecommit.amazonaws.com")]})),
    hardened(BEDROCK, "no Bedrock here", absent(CREDENTIALS)),
    unreadable(BEDROCK, "denied", denied(CREDENTIALS)),
]  # fmt: skip

# -- Cognito --
COGNITO, ISSUER = "IAM_ROLE_COGNITO_UNAUTH", "cognito-identity.amazonaws.com"
POOL, FOREIGN = f"{REGION}:11111111-1111-1111-1111-111111111111", f"{REGION}:22222222-2222-2222-2222-222222222222"
SHUT, OTHER = f"{REGION}:33333333-3333-3333-3333-333333333333", f"{REGION}:44444444-4444-4444-4444-444444444444"
POOLS = ok(
    "cognito-identity.list_identity_pools",
    REGION,
    {"IdentityPools": [{"IdentityPoolId": id_, "IdentityPoolName": "app"} for id_ in (POOL, SHUT, OTHER)]},
)
DESCRIBE = "cognito-identity.describe_identity_pool"
NO_POOL = denied(DESCRIBE, REGION, IdentityPoolId=POOL)
DELETED = failed(DESCRIBE, REGION, Outcome.GONE, IdentityPoolId=SHUT)


def _described(pool: str, *, guests: bool, **more: Any) -> Record:
    answer = {"IdentityPoolId": pool, "IdentityPoolName": "app", "AllowUnauthenticatedIdentities": guests, **more}
    return ok(DESCRIBE, REGION, answer, IdentityPoolId=pool)


GUESTS_IN_POOL, GUESTS_IN_OTHER = _described(POOL, guests=True), _described(OTHER, guests=True)


def _pooled(
    pool: str | list[str],
    *statements: dict[str, Any],
    amr: str = "unauthenticated",
    records: tuple[Record, ...] = (),
    more: tuple[dict[str, Any], ...] = (),
) -> Accounts:
    trust = _for_users_of(pool, amr)
    inlined = [inline("p", *statements)] if statements else []
    return _world(role(trust, *more, RolePolicyList=inlined), records=(POOLS, *records))


def _for_users_of(pool: str | list[str], amr: str) -> dict[str, Any]:
    """The trust in a pool's users; an empty `amr` asks nothing of what kind they are."""
    kind = {"ForAnyValue:StringLike": {f"{ISSUER}:amr": amr}} if amr else {}
    condition = {"StringEquals": {f"{ISSUER}:aud": pool}, **kind}
    return trusting({"Federated": ISSUER}, condition, "sts:AssumeRoleWithWebIdentity")


def _for_all_but_guests_of(pool: str) -> dict[str, Any]:
    condition = {
        "StringEquals": {f"{ISSUER}:aud": pool},
        "ForAllValues:StringNotEquals": {f"{ISSUER}:amr": "unauthenticated"},
    }
    return trusting({"Federated": ISSUER}, condition, "sts:AssumeRoleWithWebIdentity")


def _of_any_kind(pool: str | list[str], *records: Record, does: dict[str, Any] | None = None) -> Accounts:
    """A role for the users of the pools, of whatever kind, who may read tables or what `does` allows."""
    return _pooled(pool, does or allow("dynamodb:GetItem"), amr="", records=records)


CLASSIC = _described(POOL, guests=True, AllowClassicFlow=True)
PARAMETERS = allow("ssm:GetParameter")
TELEMETRY = allow(["mobileanalytics:PutEvents", "cognito-sync:*"])
GUESTS = trusting(
    {"Federated": ISSUER},
    {"ForAnyValue:StringLike": {f"{ISSUER}:amr": "unauthenticated"}},
    "sts:AssumeRoleWithWebIdentity",
)
COGNITO_CASES = [
    planted(COGNITO, "guests may read a table", _pooled(POOL, TELEMETRY, allow("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{OWN}:table/t")), finds=("unauthenticated",)),
    planted(COGNITO, "guests may do all but IAM", _pooled(POOL, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), finds=("unauthenticated",)),
    planted(COGNITO, "guests of whichever pool", _world(role(GUESTS, RolePolicyList=[inline("p", allow("s3:*"))])), finds=("unauthenticated",)),
    planted(COGNITO, "users of a pool that is none of ours", _pooled(FOREIGN, amr="authenticated"), finds=(FOREIGN,)),
    planted(COGNITO, "a Deny of one bucket, or with a condition, takes nothing back", _pooled(POOL, allow("s3:Get*"), deny("s3:*", "arn:aws:s3:::b/*"), deny("s3:*", Condition=WITH_MFA)), finds=("unauthenticated",)),
    planted(COGNITO, "any kind of user, of a pool that has guests", _of_any_kind(POOL, GUESTS_IN_POOL), finds=("unauthenticated",)),
    planted(COGNITO, "any kind of user, of a pool that cannot be read, one that was deleted and one that has guests", _of_any_kind([POOL, SHUT, OTHER], NO_POOL, DELETED, GUESTS_IN_OTHER), finds=("unauthenticated",)),
    planted(COGNITO, "any kind of user, of a pool that is none of ours", _of_any_kind(FOREIGN), finds=(FOREIGN,)),
    planted(COGNITO, "guests may read parameters, in the classic flow", _pooled(POOL, PARAMETERS, records=(CLASSIC,)), finds=("unauthenticated",)),
    planted(COGNITO, "any kind of user may read parameters, of a pool that has guests, in the classic flow", _of_any_kind(POOL, CLASSIC, does=PARAMETERS), finds=("unauthenticated",)),
    planted(COGNITO, "guests of whichever pool may read parameters", _world(role(GUESTS, RolePolicyList=[inline("p", PARAMETERS)])), finds=("unauthenticated",)),
    planted(COGNITO, "guests may read parameters, also those of a pool that is none of ours", _pooled([POOL, FOREIGN], PARAMETERS, records=(GUESTS_IN_POOL,)), finds=("unauthenticated", FOREIGN)),
    planted(COGNITO, "guests may do everything, within the enhanced flow", _pooled(POOL, allow("*"), records=(GUESTS_IN_POOL,)), finds=("unauthenticated",)),
    planted(COGNITO, "guests may read tables and parameters, of a pool that cannot be read", _pooled(POOL, PARAMETERS, allow("dynamodb:GetItem"), records=(NO_POOL,)), finds=("unauthenticated",)),
    planted(COGNITO, "one of two pools has the classic flow", _pooled([POOL, OTHER], PARAMETERS, records=(GUESTS_IN_OTHER, CLASSIC)), finds=("unauthenticated",)),
    hardened(COGNITO, "guests may read parameters, but not in the enhanced flow", _pooled(POOL, PARAMETERS, records=(GUESTS_IN_POOL,))),
    hardened(COGNITO, "guests may make keys, but not in the enhanced flow", _pooled(POOL, allow("kms:CreateKey"), records=(GUESTS_IN_POOL,))),
    hardened(COGNITO, "any kind of user may read parameters, but guests not in the enhanced flow", _of_any_kind(POOL, GUESTS_IN_POOL, does=PARAMETERS)),
    hardened(COGNITO, "any kind of user may read parameters, in the classic flow, but there are no guests", _of_any_kind(POOL, _described(POOL, guests=False, AllowClassicFlow=True), does=PARAMETERS)),
    hardened(COGNITO, "any kind of user, of a pool that has no guests", _of_any_kind(POOL, _described(POOL, guests=False))),
    hardened(COGNITO, "any kind of user, of a pool that was deleted meanwhile", _of_any_kind(SHUT, DELETED)),
    hardened(COGNITO, "any kind of user, who may send telemetry: whether the pool has guests is nobody's concern", _of_any_kind(POOL, NO_POOL, does=TELEMETRY)),
    hardened(COGNITO, "any kind of user of a pool without guests, and users who signed in of one that has some", _pooled(
        POOL, allow("dynamodb:*"), amr="authenticated", records=(GUESTS_IN_POOL, _described(OTHER, guests=False)), more=(_for_users_of(OTHER, ""),))),
    hardened(COGNITO, "any kind of user of a pool without guests; of another all but guests", _pooled(
        POOL, allow("dynamodb:*"), amr="", records=(_described(POOL, guests=False), GUESTS_IN_OTHER), more=(_for_all_but_guests_of(OTHER),))),
    hardened(COGNITO, "any kind of user of a pool without guests, by a tag that is called as guests are", _world(role(
        trusting({"Federated": ISSUER}, {"StringEquals": {f"{ISSUER}:aud": POOL, "aws:RequestTag/kind": "unauthenticated"}}, "sts:AssumeRoleWithWebIdentity"),
        RolePolicyList=[inline("p", allow("dynamodb:*"))]), records=(POOLS, _described(POOL, guests=False)))),
    hardened(COGNITO, "only users who signed in, whatever they may do then", _world(
        role(_for_users_of(POOL, "authenticated"), RolePolicyList=BROKEN["RolePolicyList"]), records=(POOLS,))),
    hardened(COGNITO, "users of all pools but a foreign one", _world(role(trusting({"Federated": ISSUER}, {
        "StringNotEquals": {f"{ISSUER}:aud": FOREIGN}, "ForAnyValue:StringLike": {f"{ISSUER}:amr": "authenticated"}}, "sts:AssumeRoleWithWebIdentity")), records=(POOLS,))),
    hardened(COGNITO, "the audience of another issuer is no pool", _world(role(trusting(
        {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/gitlab.com"}, {"StringEquals": {"gitlab.com:aud": "sts.amazonaws.com"}}, "sts:AssumeRoleWithWebIdentity")), records=(POOLS,))),
    hardened(COGNITO, "a service of that name, where an issuer was meant", _world(role(trusting(
        {"Service": ISSUER}, {"StringEquals": {f"{ISSUER}:aud": FOREIGN}}, "sts:AssumeRoleWithWebIdentity")), records=(POOLS,))),
    hardened(COGNITO, "only users who signed in, of a pool that has guests", _pooled(POOL, allow("dynamodb:*"), amr="authenticated", records=(GUESTS_IN_POOL,))),
    hardened(COGNITO, "guests may send telemetry", _pooled(POOL, TELEMETRY)),
    hardened(COGNITO, "only users who signed in", _pooled(POOL, allow("dynamodb:*"), amr="authenticated")),
    hardened(COGNITO, "patterns of pools are another check's", _pooled([f"{REGION}:*", "us-east-1:?"], amr="authenticated")),
    hardened(COGNITO, "a Deny takes the rest back", _pooled(POOL, TELEMETRY, allow("s3:Get*"), deny("s3:*"))),
    hardened(COGNITO, "guests are denied by the trust policy", _pooled(POOL, allow("s3:*"), more=({
        "Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"ForAnyValue:StringEquals": {f"{ISSUER}:amr": "unauthenticated"}}},))),
    hardened(COGNITO, "another provider needs no look at pools", _world(role(trusting({"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}, action="sts:AssumeRoleWithSAML")))),
    unreadable(COGNITO, "denied", UNREAD),
    unreadable(COGNITO, "the pools are denied", _pooled(POOL, records=(denied("cognito-identity.list_identity_pools", REGION),))),
    unreadable(COGNITO, "any kind of user, of a pool that cannot be read", _of_any_kind(POOL, NO_POOL)),
    unreadable(COGNITO, "any kind of user, of a pool without guests and one that cannot be read", _of_any_kind([POOL, OTHER], NO_POOL, _described(OTHER, guests=False))),
    unreadable(COGNITO, "guests may read parameters, and whether the pool has the classic flow cannot be read", _pooled(POOL, PARAMETERS, records=(NO_POOL,))),
    unreadable(COGNITO, "the pool's region is not audited", _pooled("us-east-1:1")),
]  # fmt: skip

CASES: list[Case] = [
    *ADMIN_CASES, *TRUST_CASES, *MANAGED_CASES, *MFA_CASES, *LINT_CASES, *BEDROCK_CASES, *COGNITO_CASES,
]  # fmt: skip
