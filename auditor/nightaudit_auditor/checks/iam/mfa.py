"""Policies that mean to ask for MFA, and root's device."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.policy import (
    FREE,
    MISSING,
    Caller,
    Document,
    Facts,
    Request,
    Statement,
    Truth,
    applies,
    decide,
)
from nightaudit_auditor.aws.policy.facts import Alternatives
from nightaudit_auditor.checks.iam.kinds import MFA_DEVICES, POLICY, policy_of
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import Account

_KEYS = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_NAME = "nightaudit"
_WITHOUT: dict[str, Alternatives] = {"an access key": MISSING, "a session without MFA": (("false",),)}
"""Requests with a long-lived key carry no word of MFA at all (IAM User Guide, "Secure API access with MFA")."""


@check(
    "IAM_POLICY_BAD_MFA",
    kind=POLICY,
    title="A policy that asks for MFA lets its holders take their MFA device off without it",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever has the password or an access key removes the device, adds one of his own, and has MFA.",
    remediation=(
        "Use AWS's own example: Deny all but what it takes to enrol a device, BoolIfExists aws:MultiFactorAuthPresent false, and "
        "leave iam:DeactivateMFADevice out of its NotAction. Console: IAM > Policies > the policy > Edit. "
        "CLI: aws iam create-policy-version --policy-arn ARN --policy-document FILE --set-as-default"
    ),
    terraform="""data "aws_iam_policy_document" "force_mfa" {
  statement {
    effect      = "Deny"
    not_actions = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"]
    resources   = ["*"]
    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
  }
}""",
    aliases=("IAM_BAD_MFA_POLICY",),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
    ),
)
def bad_mfa(resource: Resource, context: Context) -> Iterator[Fail]:
    """A policy has a condition on MFA, and yet without MFA (with an access key, or in a session that has none) it allows
    iam:DeactivateMFADevice on the holder's own device, or its Deny of everything else (NotAction) spares that action or does
    not apply to access keys (Bool where BoolIfExists is meant). That a first device is enrolled without MFA cannot be helped.

    Only users have devices: policies that roles alone hold are left aside, and so are those that ask for MFA for something
    else, where neither a statement with the condition is about IAM (or all but what it spares) nor an Allow names devices."""
    reference, holders, discriminator = policy_of(resource)
    document = reference.document
    if holders and all(":role/" in holder for holder in holders):
        return
    if not any(map(_asks, document.statements)) or not any(map(_is_about_devices, document.statements)):
        return
    loose = [how for how, without in _WITHOUT.items() if _is_loose(document, without, context.data.account)]
    if loose:
        yield Fail(
            f"policy {reference.name} lets its holders remove their MFA device with {' or '.join(loose)}",
            discriminator,
            {"policy": reference.name, "with": loose},
        )


def _asks(statement: Statement) -> bool:
    return any(condition.key in _KEYS for condition in statement.conditions)


def _is_about_devices(statement: Statement) -> bool:
    if _asks(statement):
        actions = statement.actions
        return actions is None or any(action.lower().startswith(("iam:", "*")) for action in actions)
    return statement.allow and any("mfadevice" in action.lower() for action in statement.actions or ())


def _is_loose(document: Document, without: Alternatives, account: Account) -> bool:
    known = {"aws:multifactorauthpresent": without, "aws:multifactorauthage": MISSING, "aws:username": ((_NAME,),)}
    own = build_arn(account, "iam", "", f"user/{_NAME}")
    request = Request("iam:DeactivateMFADevice", own, Caller("AWS", account.id), Facts(known, FREE))
    if decide([document], request) is not Truth.NO:
        return True
    forcing = [s for s in document.denying() if s.not_actions is not None and _asks(s)]
    return bool(forcing) and not any(applies(s, request) is Truth.YES for s in forcing)


@check(
    "IAM_ROOT_VIRTUAL_MFA",
    kind=ACCOUNT,
    title="The root user's MFA device is a virtual one",
    severity=Severity.LOW,
    tier=Tier.C,
    needs=(MFA_DEVICES,),
    risk="The seed of a virtual device can be copied, from a phone or its backup, without anybody noticing.",
    remediation=(
        "Console (as root): IAM > Security credentials > Assign MFA device > Passkey or security key, then remove the virtual one. "
        "CLI (as root): aws iam deactivate-mfa-device --user-name root --serial-number SERIAL"
    ),
    compliance=("CIS-AWS-3.0:1.6", "CIS-AWS-4.0:1.6", "CIS-AWS-5.0:1.5", "CIS-AWS-6.0:2.5", "CIS-AWS-7.0:2.6"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",),
)
def root_virtual_mfa(_resource: Resource, context: Context) -> Iterator[Fail]:
    """A virtual MFA device is assigned to the root user."""
    for device in (context.data.answer(MFA_DEVICES) or {}).get("VirtualMFADevices", []):
        if str((device.get("User") or {}).get("Arn", "")).endswith(":root"):
            yield Fail("the root user's MFA device is a virtual one", evidence={"serial": device["SerialNumber"]})
