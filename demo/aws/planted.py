"""What the seed planted, for tests: every problem must be found, and no clean twin may be flagged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from demo.aws.facts import HOME_REGION, PRODUCTION, SANDBOX, STAGING, Account
from demo.aws.seeding.cloud import Cloud
from demo.aws.seeding.detection import UNWATCHED_REGION
from demo.aws.seeding.network import SCRIPT

GLOBAL = "global"


@dataclass(frozen=True)
class Planted:
    """A check and a resource: an ARN, or `kind/name` of a resource whose id AWS chooses (see `resolve`)."""

    check: str
    account: Account
    resource: str
    region: str = GLOBAL


def _root(account: Account) -> str:
    return f"arn:aws:iam::{account.id}:root"


def _iam(account: Account, *names: str) -> list[str]:
    return [f"arn:aws:iam::{account.id}:{name}" for name in names]


def _each(check: str, account: Account, resources: list[str], region: str = GLOBAL) -> list[Planted]:
    return [Planted(check, account, resource, region) for resource in resources]


def _buckets(check: str, *names: str, account: Account = PRODUCTION) -> list[Planted]:
    return _each(check, account, [f"arn:aws:s3:::{name}" for name in names], HOME_REGION)


def _users(check: str, *names: str, account: Account = PRODUCTION) -> list[Planted]:
    return _each(check, account, _iam(account, *(f"user/{name}" for name in names)))


def _roles(check: str, *names: str, account: Account = PRODUCTION) -> list[Planted]:
    return _each(check, account, _iam(account, *(f"role/{name}" for name in names)))


def _policies(check: str, *names: str) -> list[Planted]:
    return _each(check, PRODUCTION, _iam(PRODUCTION, *(f"policy/{name}" for name in names)))


def _here(check: str, *resources: str, account: Account = PRODUCTION) -> list[Planted]:
    return _each(check, account, list(resources), HOME_REGION)


def _regional(check: str, service: str, *names: str) -> list[Planted]:
    return _here(check, *(f"arn:aws:{service}:{HOME_REGION}:{PRODUCTION.id}:{name}" for name in names))


PROBLEMS: tuple[Planted, ...] = (
    Planted("IAM_ROOT_NO_MFA", PRODUCTION, _root(PRODUCTION)),
    Planted("IAM_ROOT_ACCESS_KEY", STAGING, _root(STAGING)),
    Planted("IAM_ROOT_USED", STAGING, _root(STAGING)),
    Planted("IAM_PASSWORD_POLICY_WEAK", PRODUCTION, _root(PRODUCTION)),
    Planted("IAM_PASSWORD_POLICY_MISSING", STAGING, _root(STAGING)),
    *_users("IAM_USER_CONSOLE_NO_MFA", "bob"),
    *_users("IAM_USER_CONSOLE_NO_MFA", "frank", account=STAGING),
    *_users("IAM_USER_CONSOLE_UNUSED", "carol"),
    *_users("IAM_USER_KEY_UNUSED", "ci-legacy"),
    *_users("IAM_USER_KEY_OLD", "ci-legacy", "ci-deploy"),
    *_users("IAM_USER_TWO_KEYS", "backup"),
    *_users("IAM_USER_KEY_QUARANTINED", "leaked"),
    *_users("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "ops-admin"),
    *_roles("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "legacy-ops"),
    *_policies("IAM_POLICY_ADMIN", "everything"),
    *_policies("IAM_POLICY_NOTACTION_ALLOW", "all-but-iam"),
    *_policies("IAM_POLICY_ASSUME_ANY_ROLE", "assume-any-role"),
    *_roles("IAM_POLICY_KNOWN_BAD", "old-ssm"),
    *_roles("IAM_ROLE_ASSUMABLE_BY_ANYONE", "open-door"),
    *_roles("IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT", "contractor"),
    *_roles("IAM_ROLE_VENDOR_NO_EXTERNAL_ID", "vendor-open"),
    *_roles("IAM_ROLE_OIDC_UNSCOPED_SUBJECT", "github-anyone", "github-wild"),
    *_roles("IAM_ROLE_UNUSED", "forgotten"),
    *_each("IAM_IDP_UNEXPECTED", PRODUCTION, _iam(PRODUCTION, "saml-provider/contractors")),
    *_users("IAM_USER_ADMIN_WITH_KEY", "ops-admin"),
    *_roles("IAM_PRINCIPAL_PRIVESC_CHAIN", "jumper", "power-users"),
    Planted("ACCOUNT_NO_SECURITY_CONTACT", PRODUCTION, _root(PRODUCTION)),
    Planted("S3_ACCOUNT_PAB_OFF", PRODUCTION, _root(PRODUCTION)),
    *_buckets("S3_BUCKET_PUBLIC_GETOBJECT", "acme-downloads"),
    *_buckets("S3_BUCKET_PUBLIC_POLICY", "acme-data-lake"),
    *_buckets("S3_BUCKET_PUBLIC_WRITE", "acme-uploads"),
    *_buckets("S3_BUCKET_PUBLIC_ACL", "acme-legacy-site"),
    *_buckets("S3_BUCKET_CROSS_ACCOUNT", "acme-partner-share"),
    *_here("EC2_PUBLIC_ADMIN_PORT", "instance/web-1", f"instance/{SCRIPT}"),
    *_here("EC2_PUBLIC_DATASTORE_PORT", "instance/reports-1"),
    *_here("EC2_PUBLIC_ALL_PORTS", "instance/build-1"),
    *_here("EC2_SG_OPEN_ADMIN_PORT", "security-group/rdp-unused"),
    *_here("EC2_IMDSV1_ALLOWED", "instance/web-1"),
    *_here("EC2_IMDSV1_ALLOWED", "instance/tests-1", account=STAGING),
    *_here("EBS_SNAPSHOT_PUBLIC", "snapshot/customers-2021"),
    *_here("EBS_SNAPSHOT_SHARED", "snapshot/contractor-copy"),
    *_here("KMS_KEY_PUBLIC", "key/open"),
    *_here("KMS_KEY_CROSS_ACCOUNT", "key/contractor"),
    *_here("KMS_KEY_PENDING_DELETION", "key/leaving"),
    *_here("KMS_ROTATION_OFF", "key/still"),
    *_regional("LAMBDA_PUBLIC", "lambda", "function:open-api"),
    *_regional("LAMBDA_URL_NO_AUTH", "lambda", "function:webhook"),
    *_regional("LAMBDA_ENV_SECRET", "lambda", "function:billing"),
    *_regional("LAMBDA_CONFUSED_DEPUTY", "lambda", "function:thumbnails-open"),
    *_regional("RDS_PUBLIC", "rds", "db:shop-replica"),
    *_regional("RDS_PUBLIC_FLAG", "rds", "db:shop-reports"),
    *_regional("RDS_UNENCRYPTED", "rds", "db:shop-archive"),
    *_regional("RDS_SNAPSHOT_PUBLIC", "rds", "snapshot:shop-for-everybody"),
    *_regional("CLOUDTRAIL_STOPPED", "cloudtrail", "trail/main"),
    Planted("GUARDDUTY_OFF", PRODUCTION, _root(PRODUCTION), UNWATCHED_REGION),
    *_each("CONFIG_RECORDER_OFF", PRODUCTION, [_root(PRODUCTION)], HOME_REGION),
    Planted("AUDIT_ACCOUNT_UNREACHABLE", SANDBOX, _root(SANDBOX)),
    Planted("AUDIT_COLLECTION_DENIED", STAGING, _root(STAGING)),
)

CLEAN: tuple[Planted, ...] = (
    Planted("IAM_ROOT_NO_MFA", STAGING, _root(STAGING)),
    Planted("IAM_ROOT_ACCESS_KEY", PRODUCTION, _root(PRODUCTION)),
    Planted("IAM_ROOT_USED", PRODUCTION, _root(PRODUCTION)),
    Planted("IAM_PASSWORD_POLICY_MISSING", PRODUCTION, _root(PRODUCTION)),
    *_users("IAM_USER_CONSOLE_NO_MFA", "alice", "carol", "ops-lead", "ci-fresh"),
    *_users("IAM_USER_CONSOLE_NO_MFA", "erin", account=STAGING),
    *_users("IAM_USER_CONSOLE_UNUSED", "alice", "bob"),
    *_users("IAM_USER_KEY_UNUSED", "ci-fresh", "ci-deploy"),
    *_users("IAM_USER_KEY_OLD", "ci-fresh", "backup"),
    *_users("IAM_USER_TWO_KEYS", "ci-rotating", "ci-deploy"),
    *_users("IAM_USER_KEY_QUARANTINED", "ci-fresh"),
    *_users("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "ops-lead", "alice"),
    *_users("IAM_USER_ADMIN_WITH_KEY", "ops-lead", "ci-fresh"),
    *_users("IAM_PRINCIPAL_PRIVESC_CHAIN", "alice"),
    *_roles("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "Administrator", "frozen-ops", "deployer"),
    *_policies("IAM_POLICY_ADMIN", "everything-and-nothing", "assume-one-role"),
    *_policies("IAM_POLICY_NOTACTION_ALLOW", "guardrail"),
    *_policies("IAM_POLICY_ASSUME_ANY_ROLE", "assume-one-role"),
    *_roles("IAM_POLICY_KNOWN_BAD", "new-ssm"),
    *_roles("IAM_ROLE_ASSUMABLE_BY_ANYONE", "house-door", "contractor"),
    *_roles("IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT", "staging-reader", "vendor-open", "nightaudit"),
    *_roles("IAM_ROLE_VENDOR_NO_EXTERNAL_ID", "vendor-guarded", "staging-reader"),
    *_roles("IAM_ROLE_OIDC_UNSCOPED_SUBJECT", "github-main"),
    *_roles("IAM_ROLE_UNUSED", "staging-reader"),
    *_each(
        "IAM_IDP_UNEXPECTED", PRODUCTION, _iam(PRODUCTION, "oidc-provider/token.actions.githubusercontent.com")
    ),
    Planted("S3_ACCOUNT_PAB_OFF", STAGING, _root(STAGING)),
    *_buckets("S3_BUCKET_PUBLIC_GETOBJECT", "acme-brochures", "acme-office-only", "acme-invoices"),
    *_buckets("S3_BUCKET_PUBLIC_GETOBJECT", "acme-staging-site", account=STAGING),
    *_buckets("S3_BUCKET_PUBLIC_POLICY", "acme-brochures", "acme-office-only", "acme-cloudtrail"),
    *_buckets("S3_BUCKET_PUBLIC_WRITE", "acme-downloads", "acme-cloudtrail"),
    *_buckets("S3_BUCKET_PUBLIC_ACL", "acme-photos", "acme-invoices"),
    *_buckets("S3_BUCKET_CROSS_ACCOUNT", "acme-staging-share", "acme-cloudtrail"),
    *_buckets("S3_BUCKET_ACL_FOREIGN", "acme-legacy-site", "acme-cloudtrail"),
    *_buckets("S3_BUCKET_REPLICATES_OUTSIDE", "acme-cloudtrail"),
    *_buckets("S3_BUCKET_KMS_FOREIGN", "acme-invoices", "acme-cloudtrail"),
    *_here(
        "EC2_PUBLIC_ADMIN_PORT", "instance/web-2", "instance/bastion-1", "instance/inner-1", "instance/no-route-1",
        "instance/guarded-1", "instance/reports-1",
    ),
    *_here("EC2_PUBLIC_DATASTORE_PORT", "instance/web-1", "instance/web-2"),
    *_here("EC2_PUBLIC_ALL_PORTS", "instance/web-1", "instance/web-2"),
    *_here("EC2_SG_OPEN_ADMIN_PORT", "security-group/web", "security-group/ssh-office"),
    *_here("EC2_IMDSV1_ALLOWED", "instance/web-2"),
    *_here("EBS_SNAPSHOT_PUBLIC", "snapshot/nightly-backup", "snapshot/contractor-copy"),
    *_here("EBS_SNAPSHOT_SHARED", "snapshot/nightly-backup", "snapshot/customers-2021"),
    *_here("KMS_KEY_PUBLIC", "key/own-callers", "key/orders"),
    *_here("KMS_KEY_CROSS_ACCOUNT", "key/orders"),
    *_here("KMS_KEY_PENDING_DELETION", "key/orders"),
    *_here("KMS_ROTATION_OFF", "key/orders", "key/open"),
    *_regional("LAMBDA_PUBLIC", "lambda", "function:partner-api", "function:thumbnails", "function:mailer"),
    *_regional("LAMBDA_URL_NO_AUTH", "lambda", "function:internal-hook"),
    *_regional("LAMBDA_ENV_SECRET", "lambda", "function:mailer"),
    *_regional("LAMBDA_CONFUSED_DEPUTY", "lambda", "function:thumbnails"),
    *_regional("RDS_PUBLIC", "rds", "db:shop-reports", "db:shop-main"),
    *_regional("RDS_PUBLIC_FLAG", "rds", "db:shop-main"),
    *_regional("RDS_UNENCRYPTED", "rds", "db:shop-main"),
    *_regional("RDS_SNAPSHOT_PUBLIC", "rds", "snapshot:shop-before-migration"),
    *_here("CLOUDTRAIL_STOPPED", f"arn:aws:cloudtrail:{HOME_REGION}:{STAGING.id}:trail/main", account=STAGING),
    *_regional("CLOUDTRAIL_BUCKET_FOREIGN", "cloudtrail", "trail/main"),
    *_buckets("CLOUDTRAIL_BUCKET_PUBLIC", "acme-cloudtrail", "acme-downloads"),
    *_buckets("CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE", "acme-cloudtrail"),
    Planted("GUARDDUTY_OFF", PRODUCTION, _root(PRODUCTION), HOME_REGION),
    Planted("GUARDDUTY_OFF", STAGING, _root(STAGING), UNWATCHED_REGION),
    *_each("CONFIG_RECORDER_OFF", STAGING, [_root(STAGING)], HOME_REGION),
    Planted("AUDIT_ACCOUNT_UNREACHABLE", PRODUCTION, _root(PRODUCTION)),
)  # fmt: skip

SECOND_ACT_NEW = tuple(_here("EC2_PUBLIC_ADMIN_PORT", "instance/web-2"))
SECOND_ACT_RESOLVED = tuple(_buckets("S3_BUCKET_PUBLIC_GETOBJECT", "acme-downloads"))
THIRD_ACT_NEW = tuple(_here("EBS_SNAPSHOT_PUBLIC", "snapshot/nightly-backup"))
THIRD_ACT_RESOLVED = tuple(_users("IAM_USER_CONSOLE_NO_MFA", "bob"))


def resolve(cloud: Cloud, planted: tuple[Planted, ...]) -> tuple[Planted, ...]:
    """The same with every resource as an ARN. Raises LookupError if a resource is not in the accounts."""
    known: dict[Account, dict[str, str]] = {}
    resolved = []
    for one in planted:
        if one.resource.startswith("arn:"):
            resolved.append(one)
            continue
        if one.account not in known:
            known[one.account] = named(cloud, one.account)
        arn = known[one.account].get(one.resource)
        if arn is None:
            raise LookupError(f"{one.resource} is not in {one.account.name}: was the server seeded?")
        resolved.append(replace(one, resource=arn))
    return tuple(resolved)


def named(cloud: Cloud, account: Account) -> dict[str, str]:
    """ARNs in the home region by `kind/name`: instances, security groups, snapshots and keys."""
    ec2, kms = cloud.client(account, "ec2"), cloud.client(account, "kms")
    at = f"arn:aws:ec2:{HOME_REGION}:{account.id}"
    found = {}
    for reservation in ec2.describe_instances()["Reservations"]:
        for one in reservation["Instances"]:
            found[f"instance/{_name(one)}"] = f"{at}:instance/{one['InstanceId']}"
    for one in ec2.describe_security_groups()["SecurityGroups"]:
        found[f"security-group/{one['GroupName']}"] = f"{at}:security-group/{one['GroupId']}"
    for one in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        found[f"snapshot/{_name(one)}"] = f"arn:aws:ec2:{HOME_REGION}::snapshot/{one['SnapshotId']}"
    for one in kms.list_aliases()["Aliases"]:
        if "TargetKeyId" in one:
            name = one["AliasName"].removeprefix("alias/")
            found[f"key/{name}"] = f"arn:aws:kms:{HOME_REGION}:{account.id}:key/{one['TargetKeyId']}"
    return found


def _name(item: dict[str, object]) -> str:
    tags = item.get("Tags", [])
    if not isinstance(tags, list):
        return ""
    return next((str(tag["Value"]) for tag in tags if tag["Key"] == "Name"), "")
