"""AWS Config: a recorder that records, its delivery channel, a rule."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client

AFTER = ("s3",)


def seed() -> None:
    config = client("config")
    recorder = {"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/role"}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": f"logs-{ACCOUNT}"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    rule = {"ConfigRuleName": "mfa", "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}}
    config.put_config_rule(ConfigRule=rule)
