"""CloudFormation: a stack with a parameter, an output and a resource."""

from __future__ import annotations

import json

from tests.contract.collect.aws import client


def seed() -> None:
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}},
        "Outputs": {"Queue": {"Value": {"Ref": "Queue"}}},
    }
    client("cloudformation").create_stack(
        StackName="stack",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Name", "ParameterValue": "of-stack"}],
        Tags=[{"Key": "a", "Value": "b"}],
    )
