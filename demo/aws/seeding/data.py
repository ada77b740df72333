"""Keys, functions and databases."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud, document
from demo.aws.seeding.network import ANYWHERE, OFFICE, Region, Vpc

LEAKED_SECRET = {"DATABASE_HOST": "db.internal", "AWS_ACCESS_KEY_ID": "AKIAQ3EGVNTMZK5J7YHC", "AWS_SECRET_ACCESS_KEY": "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"}  # fmt: skip
"""Random characters in the shape of an access key: it opens nothing."""

Arguments = dict[str, Any]


def key(cloud: Cloud, account: Account, alias: str, *statements: Arguments, rotate: bool = True) -> str:
    """A customer key with an alias; `statements` come after the account's own. Returns its id."""
    kms = cloud.client(account, "kms")
    owner = {"Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*", "Resource": "*"}
    made = kms.create_key(Description=alias, Policy=document(owner, *statements))["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{alias}", TargetKeyId=made)
    if rotate:
        kms.enable_key_rotation(KeyId=made)
    return str(made)


def keys(cloud: Cloud) -> None:
    """Keys of production and staging."""
    use = {"Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
    ours = {"Condition": {"StringEquals": {"kms:CallerAccount": facts.PRODUCTION.id}}}
    key(cloud, facts.PRODUCTION, "open", {"Principal": {"AWS": "*"}, **use})
    key(cloud, facts.PRODUCTION, "own-callers", {"Principal": {"AWS": "*"}, **use, **ours})
    key(cloud, facts.PRODUCTION, "contractor", {"Principal": {"AWS": f"arn:aws:iam::{facts.STRANGER}:root"}, **use})
    key(cloud, facts.PRODUCTION, "still", rotate=False)
    key(cloud, facts.PRODUCTION, "orders")
    leaving = key(cloud, facts.PRODUCTION, "leaving")
    cloud.client(facts.PRODUCTION, "kms").schedule_key_deletion(KeyId=leaving, PendingWindowInDays=14)
    key(cloud, facts.STAGING, "staging")


def _code() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", "def handler(event, context):\n    return 200\n")
    return archive.getvalue()


def function(cloud: Cloud, account: Account, name: str, environment: dict[str, str] | None = None) -> Any:
    """A function; returns the client, for what is to be done with it."""
    client = cloud.client(account, "lambda")
    client.create_function(
        FunctionName=name, Runtime="python3.13", Handler="index.handler", Code={"ZipFile": _code()},
        Role=f"arn:aws:iam::{account.id}:role/functions", Environment={"Variables": environment or {"STAGE": account.name}},
    )  # fmt: skip
    return client


def functions(cloud: Cloud) -> None:
    """Functions of production and staging."""
    account = facts.PRODUCTION

    def allow(name: str, principal: str, action: str = "lambda:InvokeFunction", **more: str) -> None:
        client = function(cloud, account, name)
        client.add_permission(FunctionName=name, StatementId="demo", Action=action, Principal=principal, **more)

    allow("open-api", "*")
    allow("partner-api", facts.STAGING.id)
    allow("thumbnails-open", "s3.amazonaws.com")
    allow("thumbnails", "s3.amazonaws.com", SourceArn="arn:aws:s3:::acme-photos", SourceAccount=account.id)
    url = {"FunctionUrlAuthType": "NONE"}
    allow("webhook", "*", "lambda:InvokeFunctionUrl", **url)
    client = cloud.client(account, "lambda")
    client.add_permission(
        FunctionName="webhook", StatementId="invoke", Action="lambda:InvokeFunction", Principal="*",
        InvokedViaFunctionUrl=True,
    )  # fmt: skip
    client.create_function_url_config(FunctionName="webhook", AuthType="NONE")
    function(cloud, account, "internal-hook").create_function_url_config(
        FunctionName="internal-hook", AuthType="AWS_IAM"
    )
    function(cloud, account, "billing", LEAKED_SECRET)
    function(cloud, account, "mailer", {"SMTP_HOST": "smtp.internal", "SMTP_PASSWORD_PARAMETER": "/shop/smtp/password"})
    function(cloud, facts.STAGING, "smoke-tests")


def databases(cloud: Cloud, vpc: Vpc) -> None:
    """Databases of production, in the shop's VPC."""
    account = facts.PRODUCTION
    here = Region(cloud, account)
    rds = cloud.client(account, "rds")
    for name, subnets in (("public", ("public-a", "public-b")), ("private", ("private-a", "private-b"))):
        rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=[vpc.subnets[one] for one in subnets]
        )
    anyone = here.group(vpc, "db-open", (5432, 5432, ANYWHERE))
    office = here.group(vpc, "db-office", (5432, 5432, OFFICE))
    for name, group_of_subnets, group, public, encrypted in (
        ("shop-replica", "public", anyone, True, True),
        ("shop-reports", "public", office, True, True),
        ("shop-main", "private", office, False, True),
        ("shop-archive", "private", office, False, False),
    ):
        database(rds, name, group_of_subnets, group, public=public, encrypted=encrypted)
    for name in ("shop-for-everybody", "shop-before-migration"):
        rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier="shop-main")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="shop-for-everybody", AttributeName="restore", ValuesToAdd=["all"]
    )


def database(rds: Any, name: str, subnets: str, group: str, *, public: bool, encrypted: bool) -> None:
    """A PostgreSQL instance."""
    rds.create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
        MasterUsername="shop", MasterUserPassword="demo-not-a-secret", Port=5432, DBSubnetGroupName=subnets,
        VpcSecurityGroupIds=[group], PubliclyAccessible=public, StorageEncrypted=encrypted, BackupRetentionPeriod=7,
    )  # fmt: skip


def staging_database(cloud: Cloud, vpc: Vpc) -> None:
    """A database that the audit role may not read."""
    rds = cloud.client(facts.STAGING, "rds")
    subnets = [vpc.subnets["private-a"], vpc.subnets["private-b"]]
    rds.create_db_subnet_group(DBSubnetGroupName="private", DBSubnetGroupDescription="private", SubnetIds=subnets)
    group = Region(cloud, facts.STAGING).group(vpc, "db", (5432, 5432, OFFICE))
    database(rds, "staging-main", "private", group, public=False, encrypted=True)
