"""The state of keys."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.kms.kinds import KEY, ROTATION, metadata_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_PENDING = ("PendingDeletion", "PendingReplicaDeletion")


@check(
    "KMS_KEY_PENDING_DELETION",
    kind=KEY,
    title="A key is about to be deleted",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="What it encrypted is lost for ever once it is gone: by mistake, or by somebody who wants a ransom.",
    remediation=(
        "If nobody means it: CLI: aws kms cancel-key-deletion --key-id KEY; aws kms enable-key --key-id KEY. "
        "Look in CloudTrail for ScheduleKeyDeletion."
    ),
    terraform="""# Terraform cannot cancel a deletion: cancel it by hand, then keep Terraform from asking for it again.
resource "aws_kms_key" "data" {
  deletion_window_in_days = 30
  lifecycle {
    prevent_destroy = true
  }
}""",
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",),
)
def pending_deletion(resource: Resource, context: Context) -> Iterator[Fail]:
    """The key's state is PendingDeletion or PendingReplicaDeletion."""
    metadata = metadata_of(context.data, resource.region, resource.name)
    if metadata.get("KeyState") in _PENDING:
        when = metadata.get("DeletionDate")
        yield Fail(
            f"key {resource.name} will be deleted{f' at {when}' if when else ''}",
            evidence={"state": metadata["KeyState"], "deletionDate": when},
        )


@check(
    "KMS_ROTATION_OFF",
    kind=KEY,
    title="A key is not rotated",
    severity=Severity.LOW,
    tier=Tier.C,
    needs=(ROTATION,),
    risk="One key material protects everything ever encrypted with the key.",
    remediation="KMS > the key > Key rotation > Enable. CLI: aws kms enable-key-rotation --key-id KEY",
    compliance=("CIS-AWS-3.0:3.6", "CIS-AWS-4.0:3.6", "CIS-AWS-5.0:3.6", "CIS-AWS-6.0:4.6", "CIS-AWS-7.0:4.6"),
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",),
)
def rotation_off(resource: Resource, context: Context) -> Iterator[Fail]:
    """An enabled symmetric encryption key whose material AWS made has automatic rotation off."""
    metadata = metadata_of(context.data, resource.region, resource.name)
    specification = metadata.get("KeySpec") or metadata.get("CustomerMasterKeySpec")
    rotatable = (
        metadata.get("KeyState") == "Enabled"
        and specification == "SYMMETRIC_DEFAULT"
        and metadata.get("Origin") == "AWS_KMS"
    )
    if rotatable:
        status = context.data.answer(ROTATION, resource.region, {"KeyId": resource.name})
        if status is not None and status.get("KeyRotationEnabled") is not True:
            yield Fail(f"key {resource.name} is not rotated")
