"""Machine images: whose are in use, and who may use ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from nightaudit_auditor.aws import per_account
from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.aws.trust import IMAGE_PUBLISHERS, Relation
from nightaudit_auditor.checks.ec2.kinds import IMAGE, INSTANCE, RUNNING
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.regional import Item
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_METADATA: Final = "ec2.describe_instance_image_metadata"
_ATTRIBUTE: Final = "ec2.describe_image_attribute"
_VERIFIED: Final = frozenset({"amazon", "aws-marketplace", "aws-backup-vault"})
_SHARING = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html"


@check(
    "EC2_UNTRUSTED_AMI",
    kind=INSTANCE,
    needs=(_METADATA, *TRUST),
    title="Instance runs an image of somebody whom nobody vouches for",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Whoever made the image had root on the machine before you: images with miners and back doors are published under the "
    "names of well-known ones.",
    remediation="Rebuild the machine from an image of your own, of Amazon or of the AWS Marketplace, or list the owner in the "
    "schedule's trust.accounts. Console: EC2 > Settings > Data protection and security > Allowed AMIs. CLI: aws ec2 "
    "enable-allowed-images-settings --allowed-images-settings-state enabled; aws ec2 replace-image-criteria-in-allowed-images-"
    "settings --image-criteria ImageProviders=amazon,self.",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html",),
)
def untrusted_ami(resource: Resource, context: Context) -> Iterator[Result]:
    """The owner of a running instance's image is neither the own account, Amazon, the AWS Marketplace, the organization nor
    trusted, nor (while trust.knownVendors is true) a well-known publisher of images in the auditor's dated table.

    EC2 tells the owner also of images that are deregistered or private by now. Where it names none, that is UNKNOWN.
    """
    if resource.data["State"]["Name"] not in RUNNING:
        return
    instance, image = resource.data["InstanceId"], resource.data.get("ImageId", "")
    listed = context.data.answer(_METADATA, resource.region)
    found = _image_metadata(context.data).get(instance, {}) if listed is not None else {}
    owner = found.get("OwnerId", "")
    if found.get("ImageOwnerAlias") in _VERIFIED:
        return
    if not owner:
        yield Unknown(f"EC2 does not say who owns the image {image}", _METADATA)
        return
    if owner in IMAGE_PUBLISHERS and context.settings.known_vendors:
        return
    known = context.trust.classify(owner)
    if known.relation is Relation.STRANGER:
        evidence = {"image": image, "name": found.get("Name", ""), "owner": owner}
        yield Fail(f"runs {image}, an image of account {owner}, which nobody vouches for", owner, evidence)
    elif known.relation is Relation.UNKNOWN:
        yield Unknown(f"runs {image}; {known.reason}", known.operation)


@per_account
def _image_metadata(data: AccountData) -> Mapping[str, Item]:
    """Instance → what is known of its image, in the regions that were read."""
    listed = (item for r in data.records(_METADATA) for item in (r.answer or {}).get("InstanceImageMetadata", []))
    return {item.get("InstanceId", ""): item.get("ImageMetadata") or {} for item in listed}


@check(
    "AMI_PUBLIC",
    kind=IMAGE,
    title="Machine image is public",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Every AWS account can start it and read its disk, with whatever keys, code and histories are left on it.",
    remediation="Console: EC2 > AMIs > the image > Actions > Edit AMI permissions > Private, and EC2 > Settings > Block public "
    "access for AMIs. CLI: aws ec2 modify-image-attribute --image-id ID --launch-permission 'Remove=[{Group=all}]'; aws ec2 "
    "enable-image-block-public-access --image-block-public-access-state block-new-sharing. Treat what was on it as disclosed.",
    terraform="""resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}""",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html",),
)
def ami_public(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """An own image says Public: true."""
    public = resource.data.get("Public")
    if public is None:
        yield Unknown("the image does not say whether it is public", "ec2.describe_images")
    elif public:
        yield Fail("every AWS account may launch it", "all", {"image": resource.data["ImageId"]})


@check(
    "AMI_SHARED",
    kind=IMAGE,
    needs=(_ATTRIBUTE, *TRUST, "organizations.describe_organization"),
    title="Machine image is shared with a foreign account",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="That account can start the image, read its disk, and keep a copy whatever happens to the sharing afterwards.",
    remediation="Console: EC2 > AMIs > the image > Actions > Edit AMI permissions: remove the account, or list it in the schedule's "
    "trust.accounts. CLI: aws ec2 modify-image-attribute --image-id ID --launch-permission 'Remove=[{UserId=ACCOUNT}]'.",
    parameters=VOUCHED_FOR,
    references=(_SHARING,),
)
def ami_shared(resource: Resource, context: Context) -> Iterator[Result]:
    """The launch permission of an own image names an account, organization or organizational unit outside of the own, the
    organization's and the trusted ones. One finding for each."""
    answer = context.data.answer(_ATTRIBUTE, resource.region, {"ImageId": resource.data["ImageId"]}) or {}
    launch = Grant(frozenset({"ec2:RunInstances"}))
    accounts: dict[str, Grant] = {}
    organizations: dict[str, Grant] = {}
    for permission in answer.get("LaunchPermissions", []):
        if account := permission.get("UserId"):
            accounts[account] = launch
        arn = permission.get("OrganizationArn") or permission.get("OrganizationalUnitArn")
        if arn:
            # …:organization/o-id, …:ou/o-id/ou-id
            organizations[arn.split("/")[1]] = launch
    yield from foreign_results(Exposure(accounts=accounts, organizations=organizations), context, "may be launched by")
