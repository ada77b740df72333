"""IAM: who becomes an administrator, and who is let in to what administrators and readers of everything are."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding import iam as seeding
from demo.aws.seeding.cloud import document
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place
from tests.contract.truth.worlds.iam_policies import ALL, AWS, arn, user

ADMIN = f"{AWS}/AdministratorAccess"
READ_ALL = {"Action": ["s3:ListAllMyBuckets", "s3:GetObject"], "Resource": "*"}
LAMBDA = {"Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    _alone(at)
    _by_workloads(at)
    _entrusted(at)
    _readers(at)


def role(at: Place, name: str, trust: dict[str, Any], *statements: dict[str, Any], policy: str = "") -> str:
    """A role with an inline policy of these statements, and a managed one; its ARN."""
    seeding.role(at.cloud, at.problems, name, trust, *([policy] if policy else []))
    if statements:
        at.client("iam").put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*statements))
    return arn(at, f"role/{name}")


def trust(*principals: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A trust statement in all of these."""
    merged: dict[str, Any] = {}
    for one in principals:
        merged |= one
    return {"Principal": merged, **more}


def _alone(at: Place) -> None:
    """Ways through IAM, in one step."""
    own = arn(at, "user/${aws:username}")
    own_policy = {"Action": "iam:PutUserPolicy", "Resource": own}
    attach = {"Action": "iam:AttachUserPolicy", "Resource": own}
    read_only = {"Condition": {"ArnLike": {"iam:PolicyARN": f"{AWS}/ReadOnly*"}}}
    puts = user(at, "puts-own-policy", own_policy)
    attaches = user(at, "attaches-any", attach)
    harmless = user(at, "attaches-read-only", {**attach, **read_only})
    taken_back = user(at, "puts-nothing", own_policy, {"Effect": "Deny", "Action": "iam:Put*", "Resource": "*"})
    others = user(at, "puts-others-policy", {**own_policy, "Resource": arn(at, "user/by-group")})
    mine = seeding.account_trust(at.problems.id)
    free = role(at, "puts-on-itself", mine, {"Action": "iam:PutRolePolicy", "Resource": arn(at, "role/*")})
    self_put = {"Action": "iam:PutRolePolicy", "Resource": arn(at, "role/puts-within-bounds")}
    bounded = role(at, "puts-within-bounds", mine, self_put)
    bound = document({"Action": "s3:*", "Resource": "*"}, self_put)
    made = at.client("iam").create_policy(PolicyName="bound", PolicyDocument=bound)["Policy"]["Arn"]
    at.client("iam").put_role_permissions_boundary(RoleName="puts-within-bounds", PermissionsBoundary=made)
    at.finds("IAM_PRINCIPAL_PRIVESC", puts, attaches, free, region=GLOBAL)
    at.passes("IAM_PRINCIPAL_PRIVESC", harmless, taken_back, others, bounded, region=GLOBAL)


def _by_workloads(at: Place) -> None:
    """An administrator's role that Lambda may run as (there are more in iam_workloads), and who may hand it over."""
    boss = role(at, "boss", seeding.service("lambda"), policy=ADMIN)
    anything = {"Action": "iam:PassRole", "Resource": "*"}
    to_ec2 = {**anything, "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
    to_lambda = {**anything, "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
    never = {"Effect": "Deny", "Action": "iam:PassRole", "Resource": [boss, arn(at, "role/runs-*")]}
    passes = user(at, "passes-any", anything, LAMBDA)
    to_functions = user(at, "passes-to-functions", to_lambda, LAMBDA)
    kept = (
        user(at, "passes-to-machines", to_ec2, LAMBDA),
        user(at, "passes-app-roles", {**anything, "Resource": arn(at, "role/app-*")}, LAMBDA),
        user(at, "passes-all-but-boss", anything, never, LAMBDA),
        user(at, "makes-functions", LAMBDA),
    )
    at.finds("IAM_PRINCIPAL_PRIVESC_PASSROLE", passes, to_functions, region=GLOBAL)
    at.passes("IAM_PRINCIPAL_PRIVESC_PASSROLE", *kept, region=GLOBAL)


def _entrusted(at: Place) -> None:
    """Roles of administrators: whom they let in."""
    check, ec2 = "IAM_ROLE_ADMIN_UNEXPECTED_TRUST", seeding.service("ec2")
    nobody = {"AWS": user(at, "nobody")}
    boss = {"AWS": user(at, "administrator", ALL)}
    at.finds(
        check,
        role(at, "machines-admin", ec2, policy=ADMIN),
        role(at, "nobodys-admin", trust(nobody), policy=ADMIN),
        role(at, "strangers-admin", seeding.account_trust(facts.STRANGER), policy=ADMIN),
        arn(at, "role/boss"),
        region=GLOBAL,
    )
    at.passes(
        check,
        role(at, "bosses-admin", trust(boss), policy=ADMIN),
        role(at, "own-admin", seeding.account_trust(at.problems.id), policy=ADMIN),
        role(at, "recorders-admin", seeding.service("config"), policy=ADMIN),
        role(at, "machines-reader", ec2, READ_ALL),
        region=GLOBAL,
    )


def _readers(at: Place) -> None:
    """Roles that read every bucket: whom they let in."""
    check, ec2 = "IAM_ROLE_S3_EXFIL_UNEXPECTED_TRUST", seeding.service("ec2")
    own_bucket = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::own/*"}
    listing = {"Action": "s3:ListAllMyBuckets", "Resource": "*"}
    never = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    stranger = seeding.account_trust(facts.STRANGER, external_id="acme-7f3d9c")
    at.finds(check, arn(at, "role/machines-reader"), role(at, "strangers-reader", stranger, READ_ALL), region=GLOBAL)
    at.passes(
        check,
        role(at, "own-bucket-reader", ec2, listing, own_bucket),
        role(at, "denied-reader", ec2, READ_ALL, never),
        role(at, "sisters-reader", seeding.account_trust(at.twins.id), READ_ALL),
        role(at, "inventory-reader", seeding.service("config"), READ_ALL),
        arn(at, "role/machines-admin"),
        region=GLOBAL,
    )
