"""The resource policy of a region's Data Catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.exposed import open_results, policy_exposure
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.registry import Context, Kind, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

POLICY: Final = "glue.get_resource_policy"
_ACTIONS: Final = tuple(
    f"glue:{action}"
    for action in (
        "BatchGetPartition", "CreateDatabase", "CreateTable", "DeleteDatabase", "DeleteResourcePolicy", "DeleteTable",
        "GetConnection", "GetConnections", "GetDatabase", "GetDatabases", "GetPartition", "GetPartitions", "GetTable",
        "GetTableVersions", "GetTables", "GetUserDefinedFunctions", "PutResourcePolicy", "SearchTables", "UpdateDatabase",
        "UpdatePartition", "UpdateTable",
    )
)  # fmt: skip
_WITHIN: Final = ("catalog", "connection/*", "database/*", "table/*/*", "userDefinedFunction/*/*")


def _catalogs(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        arn = build_arn(data.account, "glue", region, "catalog")
        yield Resource(arn, "AWS::Glue::Catalog", f"Data Catalog of {region}", region)


CATALOG = Kind("AWS::Glue::Catalog", (), _catalogs, regional=True)
"""The one Data Catalog that an account has in each region, whether it is used or not."""


@check(
    "GLUE_CATALOG_PUBLIC",
    kind=CATALOG,
    needs=(POLICY, *TRUST),
    title="A Data Catalog lets in everybody, or an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers learn which data there are and where; if they may write, they point queries at data of their own.",
    remediation="Remove the principal, or vouch for the account under trust.accounts in the schedule. Console: Glue > Data Catalog > "
    "Catalog settings > Permissions. CLI: aws glue put-resource-policy --policy-in-json file://policy.json, or aws glue "
    "delete-resource-policy",
    terraform='resource "aws_glue_resource_policy" "own" {\n  policy = data.aws_iam_policy_document.catalog.json\n}',
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html",),
)
def catalog_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The catalogue's policy lets in everybody, or an account or organization that is not own, of the organization, trusted, or a
    known vendor's. One finding for each. What Lake Formation shares besides is not read."""
    answer = context.data.answer(POLICY, resource.region) or {}
    arns = [build_arn(context.data.account, "glue", resource.region, part) for part in _WITHIN]
    exposed = policy_exposure(answer.get("PolicyInJson"), _ACTIONS, resource, context, arns=arns)
    yield from open_results(exposed, context, f"the {resource.name}")
