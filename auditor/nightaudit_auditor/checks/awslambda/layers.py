"""Layers that everybody may use, and so read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.exposed import policy_exposure
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

LAYERS: Final = "lambda.list_layers"
VERSIONS: Final = "lambda.list_layer_versions"
POLICY: Final = "lambda.get_layer_version_policy"
_ACTIONS: Final = ("lambda:GetLayerVersion",)


def _layer(data: AccountData, region: str, item: Item) -> Resource:
    name = item["LayerName"]
    arn = item.get("LayerArn") or build_arn(data.account, "lambda", region, f"layer:{name}")
    return Resource(arn, "AWS::Lambda::LayerVersion", name, region, data=dict(item))


LAYER = regional_kind("AWS::Lambda::LayerVersion", (LAYERS, lambda answer: answer.get("Layers", []), _layer))


@check(
    "LAMBDA_LAYER_PUBLIC",
    kind=LAYER,
    needs=(VERSIONS, POLICY),
    title="Everybody with an AWS account can use a layer",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Strangers download the code of the layer, with whatever was packed into it.",
    remediation="Name the organization or accounts. The console does not show it. CLI: aws lambda remove-layer-version-permission "
    "--layer-name NAME --version-number N --statement-id SID; aws lambda add-layer-version-permission --layer-name NAME "
    "--version-number N --statement-id SID --action lambda:GetLayerVersion --principal '*' --organization-id ORGANIZATION",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html",),
)
def layer_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the policy of a version of the layer. One finding for each version."""
    data, region, name = context.data, resource.region, resource.name
    unread: Unreadable | None = None
    for version in (data.answer(VERSIONS, region, {"LayerName": name}) or {}).get("LayerVersions", []):
        number = str(version["Version"])
        try:
            answer = data.answer(POLICY, region, {"LayerName": name, "VersionNumber": number}) or {}
        except Unreadable as problem:
            unread = problem
            continue
        arns = (f"{resource.arn}:{number}",)
        if policy_exposure(answer.get("Policy"), _ACTIONS, resource, context, arns=arns).public:
            yield Fail(f"everybody may use version {number} of {name}", number, {"version": number})
    if unread is not None:
        raise unread
