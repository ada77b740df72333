"""CloudFormation, EC2, GuardDuty, Lambda and S3: what moto says differently from AWS, or not at all."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.awslambda.policy import Policy
from moto.cloudformation import parsing as cloudformation
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.responses import EC2Response
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.guardduty.responses import GuardDutyResponse
from moto.kms.models import kms_backends
from moto.s3.models import OWNER
from moto.s3.responses import S3Response

from demo.aws import facts
from demo.aws.corrections.identity import Correction


def corrections() -> list[Correction]:
    """The methods to replace or to add."""
    return [
        (AvailabilityZonesAndRegions, "describe_regions", _describe_regions),
        (ElasticBlockStore, "describe_snapshots", _describe_snapshots),
        (EBSBackend, "_create_default_encryption_key", _default_encryption_key),
        (EC2Response, "describe_vpc_block_public_access_options", _block_public_access_options),
        (EC2Response, "describe_vpc_block_public_access_exclusions", _block_public_access_exclusions),
        (EC2Response, "describe_instance_image_metadata", _instance_image_metadata),
        (Policy, "condition_merge", _condition_merge),
        (Policy, "principal_formatter", _principal),
        (S3Response, "all_buckets", _all_buckets),
        (GuardDutyResponse, "list_filters", _list_filters),
        (cloudformation, "clean_json", _without_no_value),
    ]


_resolved_as_moto_does: Any = cloudformation.clean_json


def _without_no_value(template: Any, resources: Any) -> Any:
    """AWS::NoValue takes an item out of its list; moto leaves null there."""
    resolved = _resolved_as_moto_does(template, resources)
    return [one for one in resolved if one is not None] if isinstance(template, list) else resolved


def _describe_regions(self: Any) -> Any:
    """The three regions that the organization enabled; names and filters are honoured, as AWS does and moto does not."""
    names = self._get_param("RegionNames", [])
    filters = {one["Name"]: one["Values"] for one in self._get_param("Filters", [])}
    everywhere = ec2_backends[facts.MANAGEMENT.id][facts.HOME_REGION].regions
    regions = [
        region
        for region in everywhere
        if region.name in facts.REGIONS
        and (not names or region.name in names)
        and region.name in filters.get("region-name", [region.name])
        and region.opt_in_status in filters.get("opt-in-status", [region.opt_in_status])
        and f"ec2.{region.name}.amazonaws.com" in filters.get("endpoint", [f"ec2.{region.name}.amazonaws.com"])
    ]
    return ActionResult({"Regions": regions})


_snapshots_as_moto_lists_them: Any = ElasticBlockStore.describe_snapshots


def _describe_snapshots(self: Any) -> Any:
    """Honours RestorableByUserIds=all, which moto ignores."""
    answer = _snapshots_as_moto_lists_them(self)
    if "all" in self._get_param("RestorableByUserIds", []):
        answer.result["Snapshots"] = [
            one for one in answer.result["Snapshots"] if "all" in one.create_volume_permission_groups
        ]
    return answer


_default_encryption_key_as_moto_makes_it: Any = EBSBackend._create_default_encryption_key


def _default_encryption_key(self: Any) -> Any:
    """The key behind alias/aws/ebs is AWS's own, not a customer's."""
    arn = _default_encryption_key_as_moto_makes_it(self)
    kms_backends[self.account_id][self.region_name].keys[arn.rpartition("/")[2]].key_manager = "AWS"
    return arn


def _block_public_access_options(self: Any) -> Any:
    """The state of a region in which nobody has configured VPC Block Public Access."""
    options = {"AwsAccountId": self.current_account, "AwsRegion": self.region, "State": "default-state"}
    return ActionResult({"VpcBlockPublicAccessOptions": {**options, "InternetGatewayBlockMode": "off"}})


def _block_public_access_exclusions(_: Any) -> Any:
    return ActionResult({"VpcBlockPublicAccessExclusions": []})


def _instance_image_metadata(self: Any) -> Any:
    """An image belongs to the account in which it was registered; one that nobody registered is Amazon's."""
    registered = {
        image.id: {"OwnerId": image.owner_id, "Name": image.name, "State": image.state}
        for regions in ec2_backends.values()
        for image in regions[self.region].amis.values()
        if image.owner_alias is None
    }
    amazons = {"ImageOwnerAlias": "amazon"}
    metadata = [
        {"InstanceId": one.id, "ImageMetadata": {"ImageId": one.image_id, **registered.get(one.image_id, amazons)}}
        for one in self.ec2_backend.all_instances()
    ]
    return ActionResult({"InstanceImageMetadata": metadata})


_conditions_as_moto_merges_them: Any = Policy.condition_merge


def _condition_merge(self: Any, statement: dict[str, Any]) -> None:
    """AddPermission's FunctionUrlAuthType and InvokedViaFunctionUrl become conditions, not members of the statement."""
    _conditions_as_moto_merges_them(self, statement)
    condition = statement.get("Condition", {})
    if auth := statement.pop("FunctionUrlAuthType", None):
        condition.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = auth
    if statement.pop("InvokedViaFunctionUrl", None):
        condition.setdefault("Bool", {})["lambda:InvokedViaFunctionUrl"] = "true"
    if condition:
        statement["Condition"] = condition


def _principal(_: Any, principal: Any) -> Any:
    """AddPermission's principal as the policy names it: an account becomes its root."""
    if not isinstance(principal, str) or principal == "*":
        return principal
    if principal.endswith((".amazonaws.com", ".amazon.com")):
        return {"Service": principal}
    return {"AWS": f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal}


def _all_buckets(self: Any) -> Any:
    """With BucketRegion, and the owner that the buckets' ACLs name."""
    self.data["Action"] = "ListBuckets"
    found = self.backend.list_buckets(
        prefix=self._get_param("prefix"),
        bucket_region=self._get_param("bucket-region"),
        max_buckets=self._get_param("max-buckets"),
    )
    buckets = [
        {"Name": one.name, "CreationDate": one.creation_date_ISO8601, "BucketRegion": one.region_name} for one in found
    ]
    return self.serialized(ActionResult({"Owner": {"ID": OWNER, "DisplayName": "webfile"}, "Buckets": buckets}))


def _list_filters(self: Any) -> str:
    """The names of a detector's filters, which moto keeps but does not list."""
    detector = self.guardduty_backend.get_detector(self.path.split("/")[-2])
    return json.dumps({"filterNames": sorted(detector.filters)})


def function_urls(account: str, region: str, function: str) -> dict[str, Any] | None:
    """Lambda's ListFunctionUrlConfigs, which moto lacks; None if there is no such function."""
    found = lambda_backends[account][region].list_functions()
    one = next((each for each in found if function in (each.function_name, each.function_arn)), None)
    if one is None:
        return None
    return {"FunctionUrlConfigs": [one.url_config.to_dict()] if one.url_config else []}
