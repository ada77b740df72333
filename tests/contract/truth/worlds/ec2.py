"""EC2: instances, launch templates, images and volumes."""

from __future__ import annotations

import base64
import gzip
from typing import Any

from demo.aws import facts
from demo.aws.seeding import iam
from demo.aws.seeding.cloud import document
from demo.aws.seeding.network import ANYWHERE, IMAGE, OFFICE, Region, Vpc
from tests.contract.truth.place import Place

SECRET = "#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEX\nAWS_ACCESS_KEY_ID=AKIAZQ3DRSTUVWXY2345\n"
HARMLESS = '#!/bin/sh\nTOKEN="$(aws ssm get-parameter --name /app/token --with-decryption)"\nPASSWORD=${PASSWORD:-}\n'


def plant(at: Place) -> None:
    """One VPC with a public and a private subnet; each problem has its twin beside it but where a whole region is judged."""
    here = Region(at.cloud, at.problems)
    vpc = here.vpc("truth", "10.40.0.0/16", {"public-a": "10.40.1.0/24", "private-a": "10.40.11.0/24"})
    _user_data(at, here, vpc)
    _roles(at, here, vpc)
    _forwarding(at, here, vpc)
    _images(at)
    _images_in_use(at, here, vpc)
    _volumes(at, here, vpc)
    _age(at, here, vpc)


def arn(at: Place, kind: str, id_: str, *, twin: bool = False) -> str:
    """Of a resource of EC2 in the home region."""
    return f"arn:aws:ec2:{facts.HOME_REGION}:{(at.twins if twin else at.problems).id}:{kind}/{id_}"


def _user_data(at: Place, here: Region, vpc: Vpc) -> None:
    """Plain and packed; a secret of which only the first version of a template knows is a thing of the past."""
    check, subnet = "EC2_USERDATA_SECRET", vpc.subnets["private-a"]
    for text, expect in (
        (SECRET, at.finds), (gzip.compress(SECRET.encode()), at.finds), (HARMLESS, at.passes),
        (gzip.compress(HARMLESS.encode()), at.passes),
    ):  # fmt: skip
        made = here.ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=subnet, UserData=text)
        expect(check, arn(at, "instance", made["Instances"][0]["InstanceId"]))
    for name, texts, default, expect in (
        ("with-key", (SECRET,), "1", at.finds),
        ("with-key-again", (HARMLESS, SECRET), "1", at.finds),
        ("with-key-still", (SECRET, HARMLESS), "1", at.finds),
        ("with-key-once", (SECRET, HARMLESS), "2", at.passes),
        ("with-parameter", (HARMLESS,), "1", at.passes),
    ):
        first, *later = ({"UserData": base64.b64encode(text.encode()).decode()} for text in texts)
        made = here.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=first)["LaunchTemplate"]
        for data in later:
            here.ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
        here.ec2.modify_launch_template(LaunchTemplateName=name, DefaultVersion=default)
        expect(check, arn(at, "launch-template", made["LaunchTemplateId"]))


def _roles(at: Place, here: Region, vpc: Vpc) -> None:
    """Only who is both reachable and mighty is a problem."""
    check = "EC2_PUBLIC_PRIVILEGED_ROLE"
    everything = {"Action": "*", "Resource": "*"}
    buckets = {"Action": ["s3:ListAllMyBuckets", "s3:Get*"], "Resource": "*"}
    own_bucket = {"Action": ["s3:ListAllMyBuckets"], "Resource": "*"}
    _profile(at, "mighty", everything)
    _profile(at, "curious", buckets)
    _profile(at, "modest", own_bucket, {"Action": "s3:Get*", "Resource": "arn:aws:s3:::own/*"})
    _profile(at, "roundabout", everything, {"Effect": "Deny", "Action": ["iam:*", "s3:*"], "Resource": "*"})
    _profile(at, "muzzled", everything, {"Effect": "Deny", "NotAction": ["cloudwatch:*", "logs:*"], "Resource": "*"})
    web = here.group(vpc, "truth-web", (443, 443, ANYWHERE))
    office = here.group(vpc, "truth-office", (443, 443, OFFICE))
    public, private = vpc.subnets["public-a"], vpc.subnets["private-a"]
    at.finds(check, *(_machine(at, here, public, web, name) for name in ("mighty", "curious", "roundabout")))
    at.passes(
        check,
        _machine(at, here, public, web, "modest"),
        _machine(at, here, public, office, "mighty"),
        _machine(at, here, private, web, "mighty"),
        _machine(at, here, public, web, "muzzled"),
    )


def _profile(at: Place, name: str, *statements: dict[str, Any]) -> None:
    iam.role(at.cloud, at.problems, name, iam.service("ec2"))
    client = at.client("iam")
    client.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*statements))
    client.create_instance_profile(InstanceProfileName=name)
    client.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def _machine(at: Place, here: Region, subnet: str, group: str, profile: str) -> str:
    instance = here.instance(profile, subnet, group)
    here.ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile={"Name": profile})
    return arn(at, "instance", instance)


def _forwarding(at: Place, here: Region, vpc: Vpc) -> None:
    """A NAT instance is one to which a route leads."""
    check = "EC2_SOURCE_DEST_CHECK_OFF"
    private = vpc.subnets["private-a"]
    group = here.group(vpc, "forwards")
    forwarder, nat, plain = (
        here.instance(name, private, group, public=False) for name in ("forwarder", "nat", "plain")
    )
    for one in (forwarder, nat):
        described = here.ec2.describe_instances(InstanceIds=[one])["Reservations"][0]["Instances"][0]
        interface = described["NetworkInterfaces"][0]["NetworkInterfaceId"]
        here.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
    table = here.ec2.create_route_table(VpcId=vpc.id)["RouteTable"]["RouteTableId"]
    here.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", InstanceId=nat)
    at.finds(check, arn(at, "instance", forwarder))
    at.passes(check, arn(at, "instance", nat), arn(at, "instance", plain))


def _images(at: Place) -> None:
    """In each region, as images are the region's."""
    for region in facts.REGIONS:
        ec2 = at.client("ec2", region)
        private, public, shared, sister = (
            ec2.register_image(Name=name, RootDeviceName="/dev/sda1")["ImageId"]
            for name in ("private", "public", "shared", "sister")
        )
        for image, whom in (
            (public, {"UserGroups": ["all"]}), (shared, {"UserIds": [facts.STRANGER]}), (sister, {"UserIds": [at.twins.id]}),
        ):  # fmt: skip
            ec2.modify_image_attribute(ImageId=image, Attribute="launchPermission", OperationType="add", **whom)
        named = {one: f"arn:aws:ec2:{region}::image/{one}" for one in (private, public, shared, sister)}
        at.finds("AMI_PUBLIC", named[public], region=region)
        at.passes("AMI_PUBLIC", named[private], named[shared], region=region)
        at.finds("AMI_SHARED", named[shared], region=region)
        at.passes("AMI_SHARED", named[private], named[sister], named[public], region=region)


def _images_in_use(at: Place, here: Region, vpc: Vpc) -> None:
    """Amazon's, an own one and a sister account's are vouched for; what is stopped runs nothing."""
    check = "EC2_UNTRUSTED_AMI"

    def run(image: str) -> str:
        made = here.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=vpc.subnets["private-a"])
        return str(made["Instances"][0]["InstanceId"])

    strangers, own, sisters = (
        str(at.cloud.client(account, "ec2").register_image(Name="in-use", RootDeviceName="/dev/sda1")["ImageId"])
        for account in (at.former, at.problems, at.twins)
    )
    stopped = run(strangers)
    here.ec2.stop_instances(InstanceIds=[stopped])
    at.finds(check, arn(at, "instance", run(strangers)), discriminator=at.former.id)
    at.passes(check, *(arn(at, "instance", id_) for id_ in (run(own), run(sisters), run(IMAGE), stopped)))


def _volumes(at: Place, here: Region, vpc: Vpc) -> None:
    """Encryption by default is a region's; the twins have volumes, too, and a region of the problems' account has none."""
    check, zone = "EBS_VOLUME_UNENCRYPTED", f"{facts.HOME_REGION}a"
    instance = here.instance("with-volumes", vpc.subnets["private-a"], here.group(vpc, "volumes"), public=False)
    clear, idle, encrypted = (
        here.ec2.create_volume(AvailabilityZone=zone, Size=8, Encrypted=secret)["VolumeId"]
        for secret in (False, False, True)
    )
    for number, volume in enumerate((clear, encrypted)):
        here.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device=f"/dev/sd{'fg'[number]}")
    at.finds(check, arn(at, "volume", clear))
    at.passes(check, arn(at, "volume", idle), arn(at, "volume", encrypted))
    twin = at.client("ec2", twin=True)
    twin.enable_ebs_encryption_by_default()
    twin.create_volume(AvailabilityZone=zone, Size=8)
    at.finds("EBS_DEFAULT_ENCRYPTION_OFF", f"arn:aws:iam::{at.problems.id}:root")
    at.passes("EBS_DEFAULT_ENCRYPTION_OFF", f"arn:aws:iam::{at.twins.id}:root", twin_account=True)
    at.passes("EBS_DEFAULT_ENCRYPTION_OFF", f"arn:aws:iam::{at.problems.id}:root", region=facts.REGIONS[1])


def _age(at: Place, here: Region, vpc: Vpc) -> None:
    """It is running that counts: what was stopped long ago is no old machine."""
    made = here.ec2.run_instances(ImageId=IMAGE, MinCount=3, MaxCount=3, SubnetId=vpc.subnets["private-a"])
    old, younger, stopped = (one["InstanceId"] for one in made["Instances"])
    here.ec2.stop_instances(InstanceIds=[stopped])
    days = {old: 366.5, younger: 364.5, stopped: 800}
    ages = {"instances": {id_: {"launched_days": ago} for id_, ago in days.items()}}
    at.cloud.post("/demo/ages", {"account": at.problems.id, "facts": ages})
    at.finds("EC2_INSTANCE_OLD", arn(at, "instance", old))
    at.passes("EC2_INSTANCE_OLD", arn(at, "instance", younger), arn(at, "instance", stopped))
