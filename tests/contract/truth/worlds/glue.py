"""Glue: whom a region's Data Catalog lets in."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import REGIONS
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "GLUE_CATALOG_PUBLIC"


def plant(at: Place) -> None:
    """A region has one: everybody's, a stranger's, and that of the organization, from which others are kept out."""
    everybodys, strangers, members = REGIONS
    owner = {"Principal": {"AWS": at.problems.id}, "Action": "glue:*"}
    organization = at.cloud.home("organizations").describe_organization()["Organization"]["Id"]
    own = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    _policy(at, everybodys, owner, {"Principal": {"AWS": "*"}, "Action": "glue:GetTables"}, what="database/shop")
    _policy(at, strangers, owner, {"Principal": {"AWS": facts.STRANGER}, "Action": "glue:GetTable"})
    _policy(
        at, members, {"Principal": {"AWS": at.twins.id}, "Action": "glue:GetTable"},
        {"Principal": "*", "Action": "glue:Get*", "Condition": own},
    )  # fmt: skip
    at.finds(CHECK, _arn(at, everybodys), region=everybodys, discriminator="")
    at.finds(CHECK, _arn(at, strangers), region=strangers, discriminator=facts.STRANGER)
    at.passes(CHECK, _arn(at, members), region=members)
    for region in REGIONS:
        at.passes(CHECK, f"arn:aws:glue:{region}:{at.twins.id}:catalog", region=region, twin_account=True)


def _arn(at: Place, region: str) -> str:
    return f"arn:aws:glue:{region}:{at.problems.id}:catalog"


def _policy(at: Place, region: str, *statements: dict[str, Any], what: str = "*") -> None:
    where = f"arn:aws:glue:{region}:{at.problems.id}:{what}"
    policy = document(*({**one, "Resource": where} for one in statements))
    at.client("glue", region).put_resource_policy(PolicyInJson=policy)
