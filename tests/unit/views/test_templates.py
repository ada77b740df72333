"""The CloudFormation template and the Terraform module: valid, complete, and saying the same."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import hcl2
import pytest
import yaml

from nightaudit_auditor.aws.actions import source
from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.views.policy import DENY_DATA, ORGANIZATION, cloudformation, role_policies, terraform

POLICIES = role_policies(load_catalogue(Models(botocore.session.get_session().get_component("data_loader"))))
MANAGED = [name for name in POLICIES if name != DENY_DATA]
TEMPLATE = cloudformation(POLICIES)
STACK = yaml.safe_load(TEMPLATE)
MODULE = terraform(POLICIES)


def plain(value: Any) -> Any:
    """What the parser of HCL read, without the quotes that it keeps."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.removeprefix('"').removesuffix('"') if isinstance(value, str) else value


def blocks(kind: str, type_: str) -> dict[str, Any]:
    """The module's blocks of a kind (`resource`, `data`) and type, by name."""
    return {
        name: block
        for found in HCL[kind]
        for found_type, named in found.items()
        if found_type == type_
        for name, block in named.items()
    }


HCL = plain(hcl2.loads(MODULE))


def linted(template: str) -> list[str]:
    """What cfn-lint has against a template: errors and warnings."""
    from cfnlint.api import lint  # takes seconds

    return [str(match) for match in lint(template, regions=["eu-central-1"])]


class TestCloudFormation:
    def test_is_a_template_without_errors_or_warnings(self):
        assert linted(TEMPLATE) == []

    def test_the_linter_does_find_errors(self):
        assert linted(TEMPLATE.replace("MaxSessionDuration: 3600", "MaxSessionDuration: ever"))

    def test_holds_every_policy(self):
        resources = STACK["Resources"]
        managed = {
            one["Properties"]["ManagedPolicyName"]["Fn::Sub"].removeprefix("${RoleName}-"): one["Properties"][
                "PolicyDocument"
            ]
            for one in resources.values()
            if one["Type"] == "AWS::IAM::ManagedPolicy"
        }
        assert managed == {name: POLICIES[name] for name in MANAGED}
        assert resources["Role"]["Properties"]["Policies"] == [
            {"PolicyName": DENY_DATA, "PolicyDocument": POLICIES[DENY_DATA]}
        ]

    def test_attaches_every_managed_policy(self):
        managed = [one["Properties"] for one in STACK["Resources"].values() if one["Type"] == "AWS::IAM::ManagedPolicy"]
        assert [one["Roles"] for one in managed] == [[{"Ref": "Role"}]] * len(MANAGED)

    def test_only_the_organizations_policy_is_a_choice(self):
        chosen = [one["Properties"]["ManagedPolicyName"] for one in STACK["Resources"].values() if "Condition" in one]
        assert chosen == [{"Fn::Sub": f"${{RoleName}}-{ORGANIZATION}"}]
        assert STACK["Parameters"]["ReadsOrganization"]["Default"] == "false"

    def test_nobody_is_trusted_without_the_external_id(self):
        trust = STACK["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust[0]["Action"] == "sts:AssumeRole"
        assert trust[0]["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
        condition, tags, otherwise = trust[1]["Fn::If"]
        assert (condition, tags["Action"], otherwise) == ("WithSessionTags", "sts:TagSession", {"Ref": "AWS::NoValue"})
        assert all(one["Principal"] == {"AWS": {"Ref": "TrustedPrincipalArn"}} for one in (trust[0], tags))
        assert not {"Default"} & {*STACK["Parameters"]["TrustedPrincipalArn"], *STACK["Parameters"]["ExternalId"]}


class TestTerraform:
    def test_holds_every_policy(self):
        documents = blocks("data", "aws_iam_policy_document")
        assert list(documents) == ["trust", *(name.replace("-", "_") for name in POLICIES)]
        for name, policy in POLICIES.items():
            read = [
                {
                    "Sid": one["sid"],
                    "Effect": one["effect"],
                    "Action": one["actions"],
                    **{
                        key: one[said]
                        for key, said in (("Resource", "resources"), ("NotResource", "not_resources"))
                        if said in one
                    },
                }
                for one in documents[name.replace("-", "_")]["statement"]
            ]
            said = [{**s, "Resource": ["*"]} if s.get("Resource") == "*" else s for s in policy["Statement"]]
            assert read == said

    def test_attaches_every_policy_to_the_role(self):
        policies = blocks("resource", "aws_iam_policy")
        attached = blocks("resource", "aws_iam_role_policy_attachment")
        assert [one["name"] for one in policies.values()] == [f"${{var.role_name}}-{name}" for name in MANAGED]
        assert list(attached) == list(policies)
        for name, one in policies.items():
            assert one["policy"] == f"${{data.aws_iam_policy_document.{name}.json}}"
            assert attached[name]["role"] == "${aws_iam_role.this.name}"
            assert attached[name]["policy_arn"].startswith(f"${{aws_iam_policy.{name}")
        inline = blocks("resource", "aws_iam_role_policy")["deny_data"]
        assert inline["role"] == "${aws_iam_role.this.name}"
        assert inline["policy"] == "${data.aws_iam_policy_document.deny_data.json}"

    def test_only_the_organizations_policy_is_a_choice(self):
        counted = [
            name
            for type_ in ("aws_iam_policy", "aws_iam_role_policy_attachment")
            for name, one in blocks("resource", type_).items()
            if "count" in one
        ]
        assert counted == ["organization", "organization"]
        assert (
            blocks("resource", "aws_iam_role_policy_attachment")["organization"]["policy_arn"]
            == "${aws_iam_policy.organization[0].arn}"
        )

    def test_nobody_is_trusted_without_the_external_id(self):
        trust = blocks("data", "aws_iam_policy_document")["trust"]
        (may,) = trust["statement"]
        assert may["actions"] == ["sts:AssumeRole"]
        assert may["condition"] == [
            {"test": "StringEquals", "variable": "sts:ExternalId", "values": ["${var.external_id}"]}
        ]
        (tags,) = (one["statement"]["content"][0] for one in trust["dynamic"])
        assert tags["actions"] == ["sts:TagSession"]
        assert (
            may["principals"]
            == tags["principals"]
            == [{"type": "AWS", "identifiers": ["${var.trusted_principal_arn}"]}]
        )

    def test_its_patterns_repeat_no_more_than_re2_does(self):
        patterns = re.findall(r'regex\("(.*?)", var\.', MODULE)
        assert len(patterns) == 3
        assert max(int(count) for pattern in patterns for count in re.findall(r"\d+(?=[,}])", pattern)) <= 1000

    def test_its_lines_stand_as_terraform_fmt_puts_them(self):
        for block in MODULE.split("\n\n"):
            signs = {
                line.index(" = ") for line in block.splitlines() if " = " in line and not line.endswith(("[", "{"))
            }
            depths = {len(line) - len(line.lstrip()) for line in block.splitlines() if " = " in line}
            assert len(signs) <= len(depths), block


@pytest.mark.parametrize("text", [TEMPLATE, MODULE], ids=["cloudformation", "terraform"])
def test_says_what_its_actions_were_checked_against(text):
    table = source()
    assert f"{table.package} {table.version} ({table.published})" in text[:400]


def test_both_ask_for_the_same_settings():
    settings = {name.lower() for name in STACK["Parameters"]}
    variables = {name.replace("_", "") for one in HCL["variable"] for name in one}
    assert settings == variables
    required = {name.lower() for name, one in STACK["Parameters"].items() if "Default" not in one}
    assert required == {
        name.replace("_", "") for one in HCL["variable"] for name, said in one.items() if "default" not in said
    }
