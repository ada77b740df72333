"""EBS: who may copy a snapshot, and what is written in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.checks.ec2.kinds import PUBLIC_SNAPSHOT, SNAPSHOT, VOLUME, VOLUMES
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_ATTRIBUTE = "ec2.describe_snapshot_attribute"
_DEFAULT = "ec2.get_ebs_encryption_by_default"
_ENCRYPTION = "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html"


@check(
    "EBS_SNAPSHOT_PUBLIC",
    kind=PUBLIC_SNAPSHOT,
    needs=(_ATTRIBUTE,),
    title="EBS snapshot can be restored by every AWS account",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Anybody with an AWS account can copy the disk, keys and data included; public snapshots are searched for all day.",
    remediation="Console: EC2 > Snapshots > the snapshot > Actions > Modify permissions > Private, and switch on Block public "
    "access for EBS snapshots. CLI: aws ec2 modify-snapshot-attribute --snapshot-id ID --attribute createVolumePermission "
    "--operation-type remove --group-names all. Treat what was on it as disclosed.",
    terraform="""resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing" # what is public already becomes unavailable, too
}""",
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",),
)
def snapshot_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The snapshot's createVolumePermission names the group `all`.

    Candidates come from EC2's own filter (snapshots that all may restore); each is confirmed by its attribute.
    """
    parameters = {"SnapshotId": resource.data["SnapshotId"]}
    answer = context.data.answer(_ATTRIBUTE, resource.region, parameters) or {}
    if "CreateVolumePermissions" not in answer:
        yield Unknown("the answer holds no CreateVolumePermissions", _ATTRIBUTE)
    elif any(permission.get("Group") == "all" for permission in answer["CreateVolumePermissions"]):
        volume = resource.data.get("VolumeId", "")
        yield Fail("every AWS account may create volumes from it", "all", {"volume": volume, "group": "all"})


@check(
    "EBS_SNAPSHOT_SHARED",
    kind=SNAPSHOT,
    needs=(_ATTRIBUTE, *TRUST),
    title="EBS snapshot is shared with a foreign account",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="That account can copy the disk and keep it, whatever happens to the sharing afterwards.",
    remediation="Console: EC2 > Snapshots > the snapshot > Actions > Modify permissions: remove the account, or list it in the "
    "schedule's trust.accounts. CLI: aws ec2 modify-snapshot-attribute --snapshot-id ID --attribute createVolumePermission "
    "--operation-type remove --user-ids ACCOUNT.",
    terraform="""resource "aws_snapshot_create_volume_permission" "restore" {
  snapshot_id = aws_ebs_snapshot.disk.id
  account_id  = "222222222222" # an account of the organization
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",),
)
def snapshot_shared(resource: Resource, context: Context) -> Iterator[Result]:
    """The createVolumePermission of an own snapshot names an account outside of the own, the organization's and the trusted
    ones. One finding for each."""
    parameters = {"SnapshotId": resource.data["SnapshotId"]}
    answer = context.data.answer(_ATTRIBUTE, resource.region, parameters) or {}
    if "CreateVolumePermissions" not in answer:
        yield Unknown("the answer holds no CreateVolumePermissions", _ATTRIBUTE)
        return
    named = {permission["UserId"] for permission in answer["CreateVolumePermissions"] if permission.get("UserId")}
    copy = Grant(frozenset({"ec2:CreateVolume", "ec2:CopySnapshot"}))
    yield from foreign_results(Exposure(accounts=dict.fromkeys(named, copy)), context, "may be copied by")


@check(
    "EBS_VOLUME_UNENCRYPTED",
    kind=VOLUME,
    title="EBS volume in use is not encrypted",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="Its snapshots are in the clear too and can be shared or made public by one call; no key policy stands in between.",
    remediation="Console: EC2 > Snapshots > Create snapshot of the volume > Copy snapshot with encryption > Create volume, then "
    "exchange the volumes. CLI: aws ec2 create-snapshot --volume-id ID; aws ec2 copy-snapshot --encrypted "
    "--source-snapshot-id ID --source-region REGION; aws ec2 create-volume --snapshot-id COPY --availability-zone ZONE.",
    compliance=("CIS-AWS-3.0:2.2.1", "CIS-AWS-4.0:5.1.1", "CIS-AWS-5.0:5.1.1", "CIS-AWS-6.0:6.1.1"),
    references=(_ENCRYPTION,),
)
def volume_unencrypted(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """A volume that is attached to something says Encrypted: false."""
    if resource.data.get("State") != "in-use":
        return
    encrypted = resource.data.get("Encrypted")
    if encrypted is None:
        yield Unknown("the volume does not say whether it is encrypted", "ec2.describe_volumes")
    elif not encrypted:
        attached = [item.get("InstanceId", "") for item in resource.data.get("Attachments", [])]
        yield Fail(f"in use by {', '.join(attached) or 'an instance'} and not encrypted", "", {"instances": attached})


@check(
    "EBS_DEFAULT_ENCRYPTION_OFF",
    kind=ACCOUNT_REGION,
    needs=(_DEFAULT, VOLUMES),
    title="New EBS volumes are not encrypted by default",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Every volume that somebody creates without asking for encryption is written in the clear.",
    remediation="Console: EC2 > Settings > Data protection and security > EBS encryption > Manage > Enable, in the region. "
    "CLI: aws ec2 enable-ebs-encryption-by-default --region REGION. Existing volumes stay as they are.",
    compliance=(
        "CIS-AWS-3.0:2.2.1",
        "CIS-AWS-4.0:5.1.1",
        "CIS-AWS-5.0:5.1.1",
        "CIS-AWS-6.0:6.1.1",
        "CIS-AWS-7.0:6.1.1",
    ),
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",),
)
def default_encryption_off(resource: Resource, context: Context) -> Iterator[Result]:
    """EBS encryption by default is off in a region that holds volumes. Regions without volumes pass."""
    data, region = context.data, resource.region
    require_open(data, region)
    answer = data.answer(_DEFAULT, region) or {}
    enabled = answer.get("EbsEncryptionByDefault")
    if enabled is None:
        yield Unknown("the answer holds no EbsEncryptionByDefault", _DEFAULT)
    elif not enabled:
        volumes = (data.answer(VOLUMES, region) or {}).get("Volumes", [])
        if volumes:
            yield Fail(f"off in {region}, which holds {len(volumes)} volumes", "", {"volumes": len(volumes)})
