"""A whole run against a server that hands out secrets: no file of it, and nothing that it says, holds one."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from tests.contract.collect.aws import ACCOUNT, REGION, client, document

TOKENS = {name: f"ghp_{name}" + "a1B2" * 8 for name in ("plain", "gzip", "mime")}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/role"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/orders:1"
PASSWORD, HEADER, VARIABLE = "q8Zr4-mW0xTc", "o5Rg1n-h34der-value", "st4ge-v4riable-value"
WRITTEN, PROSE = "t3mpl4te-p4ssw0rd", "what somebody wrote in a template"

PLACED = {
    place: f"pl4nted-{place}-v4lue" for place in ("uri", "request", "response", "proxy", "rule", "entry", "processor")
}


def placed() -> list[str]:
    """Secrets wherever else AWS takes free text, in an API, in containers, in a rule, in a stream: all are handed out again."""
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="orders")["id"]
    method = {
        "restApiId": api, "resourceId": gateway.get_resources(restApiId=api)["items"][0]["id"], "httpMethod": "POST",
    }  # fmt: skip
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration(
        **method, type="HTTP", integrationHttpMethod="POST", uri=f"https://app:{PLACED['uri']}@example.com/",
        requestTemplates={"application/json": PLACED["request"]},
    )  # fmt: skip
    gateway.put_integration_response(
        **method, statusCode="200", responseTemplates={"application/json": PLACED["response"]}
    )
    ecs = client("ecs")
    ecs.create_cluster(clusterName="orders")
    ecs.register_task_definition(
        family="orders", containerDefinitions=[{"name": "orders", "image": "orders:1", "memory": 64}],
        proxyConfiguration={"containerName": "orders", "properties": [{"name": "key", "value": PLACED["proxy"]}]},
    )  # fmt: skip
    ecs.create_service(cluster="orders", serviceName="orders", taskDefinition="orders", desiredCount=1)
    source = {"Owner": "AWS", "SourceIdentifier": "REQUIRED_TAGS"}
    config = client("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": ROLE})
    config.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "tags",
            "Source": source,
            "InputParameters": json.dumps({"tag1Key": PLACED["rule"]}),
        }
    )
    role = client("iam").create_role(
        RoleName="role", AssumeRolePolicyDocument=document(Principal="*", Action="sts:AssumeRole")
    )
    client("lambda").create_function(
        FunctionName="orders", Role=role["Role"]["Arn"], PackageType="Image", Code={"ImageUri": IMAGE},
        ImageConfig={"EntryPoint": ["serve", f"--password={PLACED['entry']}"]},
    )  # fmt: skip
    parameters = [{"ParameterName": "LambdaArn", "ParameterValue": PLACED["processor"]}]
    client("firehose").create_delivery_stream(
        DeliveryStreamName="orders",
        ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE, "BucketARN": "arn:aws:s3:::orders",
            "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}]},
        },
    )  # fmt: skip
    answers = [
        gateway.get_resources(restApiId=api, embed=["methods"]), ecs.describe_task_definition(taskDefinition="orders"),
        config.describe_config_rules(), client("firehose").describe_delivery_stream(DeliveryStreamName="orders"), client("lambda").list_functions(),
    ]  # fmt: skip
    assert [secret for secret in PLACED.values() if secret not in str(answers)] == []
    return [*PLACED.values()]


@pytest.fixture(scope="module")
def keys(environment: None) -> list[str]:
    """Secrets in user data, however it is packed, in templates, in a header to an origin, in the keys of a VPN, and elsewhere."""
    ec2 = client("ec2")
    image = ec2.register_image(Name="image", RootDeviceName="/dev/sda1")["ImageId"]
    parts = MIMEMultipart()
    parts.attach(MIMEText(f"#!/bin/sh\nexport TOKEN={TOKENS['mime']}\n", "x-shellscript", "utf-8"))
    scripts = [
        f"#!/bin/sh\nTOKEN={TOKENS['plain']}\n".encode(),
        gzip.compress(f"TOKEN={TOKENS['gzip']}".encode()),
        parts.as_bytes(),
    ]
    for script in scripts:
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, UserData=script)
    data = base64.b64encode(f"#cloud-config\npassword: {PASSWORD}\n".encode()).decode()
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"UserData": data})
    customer = ec2.create_customer_gateway(Type="ipsec.1", BgpAsn=65000, PublicIp="198.51.100.7")["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    vpn = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=gateway
    )
    options = vpn["VpnConnection"].get("Options", {}).get("TunnelOptions", [])
    configuration = vpn["VpnConnection"]["CustomerGatewayConfiguration"]
    origin = {
        "Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Key", "HeaderValue": HEADER}]},
    }  # fmt: skip
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1", "Comment": "site", "Enabled": True, "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "https-only"},
        }
    )  # fmt: skip
    api = client("apigatewayv2").create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    client("apigatewayv2").create_stage(ApiId=api, StageName="prod", StageVariables={"key": VARIABLE})
    queue = {"Type": "AWS::SQS::Queue", "Metadata": {"Password": WRITTEN, "Purpose": PROSE}}
    client("cloudformation").create_stack(StackName="queue", TemplateBody=json.dumps({"Resources": {"Queue": queue}}))
    packed = [base64.b64encode(script).decode() for script in scripts]
    shared = [part.split("</pre_shared_key>")[0] for part in configuration.split("<pre_shared_key>")[1:]]
    shared += [option["PreSharedKey"] for option in options if option.get("PreSharedKey")]
    return [*placed(), *TOKENS.values(), PASSWORD, HEADER, VARIABLE, WRITTEN, PROSE, data, *packed, *shared]


def test_no_file_and_no_output_holds_a_secret(keys: list[str], tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.json"
    spec = {
        "schedule": "@daily", "accounts": [{"id": ACCOUNT}], "regions": {"include": [REGION]},
        "storage": {"s3": {"bucket": "results", "region": REGION}},
    }  # fmt: skip
    head = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": {"name": "nightly"}}
    schedule.write_text(json.dumps({**head, "spec": spec}))
    store = tmp_path / "store"
    command = [sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(schedule), "--storage", f"file://{store}"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=180)
    assert ran.returncode == 0, ran.stderr
    files = [path for path in store.rglob("*") if path.is_file()]
    written = b"\n".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files
    ).decode()
    (findings,) = store.rglob("findings.jsonl.gz")
    found = [json.loads(line) for line in gzip.decompress(findings.read_bytes()).splitlines()]
    told = sorted(one["evidence"]["detector"] for one in found if one["check"] == "EC2_USERDATA_SECRET")
    assert told == ["generic-secret", *["github-token"] * 3]
    (template,) = (one["evidence"] for one in found if one["check"] == "CFN_TEMPLATE_SECRET")
    assert template["where"] == "Resources.Queue.Metadata.Password"
    assert len(keys) > 12 + len(PLACED), "the VPN has no pre-shared key"
    assert [secret for secret in keys if secret in written + ran.stdout + ran.stderr] == []
