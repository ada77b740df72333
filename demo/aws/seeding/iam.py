"""Users, keys, policies and role trust."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud, document

GITHUB = "token.actions.githubusercontent.com"
EVERYTHING = {"Action": "*", "Resource": "*"}
READ_LOGS = {"Action": ["logs:GetLogEvents", "logs:DescribeLogGroups"], "Resource": "*"}

_STRONG = {
    "MinimumPasswordLength": 16, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True, "PasswordReusePrevention": 24, "MaxPasswordAge": 90,
}  # fmt: skip


def users(cloud: Cloud, account: Account, wanted: dict[str, dict[str, Any]], root: dict[str, Any]) -> None:
    """Make users: {name: {password, mfa, keys: n, groups, policies, inline, ages: {…}}}; `ages` as the server takes them."""
    iam = cloud.client(account, "iam")
    for name, one in wanted.items():
        iam.create_user(UserName=name)
        if one.get("password"):
            iam.create_login_profile(UserName=name, Password="Correct-Horse-9-Battery")  # noqa: S106
        if one.get("mfa"):
            device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
            iam.enable_mfa_device(
                UserName=name, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="234567"
            )
        for _ in one.get("ages", {}).get("keys", ()):
            iam.create_access_key(UserName=name)
        for group in one.get("groups", ()):
            iam.add_user_to_group(GroupName=group, UserName=name)
        for policy in one.get("policies", ()):
            iam.attach_user_policy(UserName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        for policy, statement in one.get("inline", {}).items():
            iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=document(statement))
    ages = {name: {"created_days": 300, **one.get("ages", {})} for name, one in wanted.items()}
    cloud.post("/demo/ages", {"account": account.id, "facts": {"root": root, "users": ages}})


def policy(cloud: Cloud, account: Account, name: str, *statements: dict[str, Any]) -> str:
    """A customer managed policy; its ARN."""
    made = cloud.client(account, "iam").create_policy(PolicyName=name, PolicyDocument=document(*statements))
    return str(made["Policy"]["Arn"])


def role(
    cloud: Cloud, account: Account, name: str, trust: dict[str, Any], *policies: str, days: int | None = 3
) -> None:
    """A role with one trust statement and these policies, last used so many days ago (None: never)."""
    iam = cloud.client(account, "iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document({"Action": "sts:AssumeRole", **trust}))
    for arn in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    ages = {"created_days": 500} | ({"last_used_days": days} if days is not None else {})
    cloud.post("/demo/ages", {"account": account.id, "facts": {"roles": {name: ages}}})


def service(name: str) -> dict[str, Any]:
    """Trust in a service of AWS."""
    return {"Principal": {"Service": f"{name}.amazonaws.com"}}


def account_trust(account: str, external_id: str = "") -> dict[str, Any]:
    """Trust in another account."""
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
    return {"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, **condition}


def production(cloud: Cloud) -> None:
    """Most of the problems."""
    account = facts.PRODUCTION
    iam = cloud.client(account, "iam")
    weak = {**_STRONG, "MinimumPasswordLength": 8}
    del weak["PasswordReusePrevention"]
    iam.update_account_password_policy(**weak)
    iam.create_group(GroupName="admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    users(cloud, account, _PRODUCTION_USERS, {"mfa": False, "password": True, "password_last_used_days": 400})
    _policies(cloud, account)
    _trusts(cloud, account)


_PRODUCTION_USERS: dict[str, dict[str, Any]] = {
    "alice": {"password": True, "mfa": True, "groups": ["developers"], "ages": {"password_last_used_days": 1}},
    "bob": {"password": True, "groups": ["developers"], "ages": {"password_last_used_days": 3}},
    "carol": {"password": True, "mfa": True, "ages": {"password_last_used_days": 200}},
    "ci-deploy": {"inline": {"logs": READ_LOGS}, "ages": {"keys": [{"created_days": 400, "last_used_days": 1}]}},
    "ci-legacy": {"ages": {"keys": [{"created_days": 300, "last_used_days": 250}]}},
    "ci-fresh": {"ages": {"keys": [{"created_days": 20, "last_used_days": 0}]}},
    "backup": {
        "ages": {"keys": [{"created_days": 60, "last_used_days": 2}, {"created_days": 45, "last_used_days": 2}]}
    },
    "ci-rotating": {
        "ages": {"keys": [{"created_days": 60, "last_used_days": 2}, {"created_days": 3, "last_used_days": 1}]}
    },
    "ops-admin": {"groups": ["admins"], "ages": {"keys": [{"created_days": 10, "last_used_days": 1}]}},
    "ops-lead": {"password": True, "mfa": True, "groups": ["admins"], "ages": {"password_last_used_days": 1}},
    "leaked": {
        "policies": ["AWSCompromisedKeyQuarantineV2"],
        "ages": {"keys": [{"created_days": 30, "last_used_days": 1}]},
    },
}


def _policies(cloud: Cloud, account: Account) -> None:
    everything = policy(cloud, account, "everything", EVERYTHING)
    cancelled = policy(cloud, account, "everything-and-nothing", EVERYTHING, {**EVERYTHING, "Effect": "Deny"})
    not_iam = policy(cloud, account, "all-but-iam", {"NotAction": "iam:*", "Resource": "*"})
    guardrail = policy(
        cloud, account, "guardrail",
        {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(facts.REGIONS)}}},
    )  # fmt: skip
    any_role = policy(cloud, account, "assume-any-role", {"Action": "sts:AssumeRole", "Resource": "*"})
    one_role = policy(
        cloud, account, "assume-one-role",
        {"Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{facts.STAGING.id}:role/deploy"},
    )  # fmt: skip
    mine = account_trust(account.id)
    role(cloud, account, "legacy-ops", mine, everything)
    role(cloud, account, "frozen-ops", mine, cancelled)
    role(cloud, account, "power-users", mine, not_iam)
    role(cloud, account, "guarded", mine, guardrail)
    role(cloud, account, "jumper", mine, any_role)
    role(cloud, account, "deployer", mine, one_role)
    role(cloud, account, "Administrator", mine, "arn:aws:iam::aws:policy/AdministratorAccess")
    role(cloud, account, "old-ssm", service("ec2"), "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM")
    role(cloud, account, "new-ssm", service("ec2"), "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
    role(cloud, account, "functions", service("lambda"))
    role(cloud, account, "forgotten", mine, days=400)


def _trusts(cloud: Cloud, account: Account) -> None:
    role(cloud, account, "open-door", {"Principal": {"AWS": "*"}})
    organization = cloud.client(facts.MANAGEMENT, "organizations", "us-east-1").describe_organization()["Organization"]
    only_ours = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": organization["Id"]}}}
    role(cloud, account, "house-door", {"Principal": {"AWS": "*"}, **only_ours})
    role(cloud, account, "contractor", account_trust(facts.STRANGER))
    role(cloud, account, "staging-reader", account_trust(facts.STAGING.id))
    role(cloud, account, "vendor-open", account_trust(facts.VENDOR))
    role(cloud, account, "vendor-guarded", account_trust(facts.VENDOR, external_id="acme-7f3d9c"))
    iam = cloud.client(account, "iam")
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
    )["OpenIDConnectProviderArn"]
    for name, subject in (
        ("github-anyone", None),
        ("github-wild", "repo:*"),
        ("github-main", "repo:acme/shop:ref:refs/heads/main"),
    ):
        condition: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
        if subject:
            condition["StringLike"] = {f"{GITHUB}:sub": subject}
        trust = {
            "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition,
        }  # fmt: skip
        role(cloud, account, name, trust)
    iam.create_saml_provider(Name="contractors", SAMLMetadataDocument=_SAML)


_SAML = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://contractors.example.net/saml">'
     "<!-- " + "identity provider of a contractor " * 30 + "-->"
    + "</EntityDescriptor>"
)  # fmt: skip


def staging(cloud: Cloud) -> None:
    """A root user with a key that was used two days ago; a user with a password, and no password policy."""
    root = {"mfa": True, "key": True, "password": True, "password_last_used_days": 2}
    wanted: dict[str, dict[str, Any]] = {
        "erin": {"password": True, "mfa": True, "ages": {"password_last_used_days": 5}},
        "frank": {"password": True, "ages": {"password_last_used_days": 9}},
        "tests": {"ages": {"keys": [{"created_days": 12, "last_used_days": 0}]}},
    }
    users(cloud, facts.STAGING, wanted, root)
    role(cloud, facts.STAGING, "deploy", account_trust(facts.PRODUCTION.id))
    role(cloud, facts.STAGING, "functions", service("lambda"))


def others(cloud: Cloud) -> None:
    """Management and sandbox: in order, and not audited in the demo."""
    for account in (facts.MANAGEMENT, facts.SANDBOX):
        cloud.client(account, "iam").update_account_password_policy(**_STRONG)
        users(cloud, account, {}, {"mfa": True, "password": True})
