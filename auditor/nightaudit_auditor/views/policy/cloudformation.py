"""The audit role as a CloudFormation template, for a stack in one account or a StackSet in all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from nightaudit_auditor.views.policy.documents import DENY_DATA, ORGANIZATION, Document
from nightaudit_auditor.views.policy.words import (
    ATTACHED,
    EXTERNAL_ID,
    EXTERNAL_ID_LENGTH,
    PRINCIPAL,
    PURPOSE,
    ROLE_NAME,
    SESSION_SECONDS,
    SETTINGS,
    head,
)

_SWITCH = {"Type": "String", "AllowedValues": ["true", "false"], "Default": "false"}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "TrustedPrincipalArn": {"Type": "String", "AllowedPattern": PRINCIPAL},
    "ExternalId": {"Type": "String", "AllowedPattern": EXTERNAL_ID, "MaxLength": EXTERNAL_ID_LENGTH},
    "RoleName": {"Type": "String", "AllowedPattern": ROLE_NAME, "Default": "nightaudit"},
    "ReadsOrganization": _SWITCH,
    "AllowSessionTags": _SWITCH,
}


def cloudformation(policies: Mapping[str, Document]) -> str:
    """The template as YAML; `policies` as `role_policies` makes them."""
    managed = [name for name in policies if name != DENY_DATA]
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": PURPOSE,
        "Parameters": {name: {**parameter, "Description": SETTINGS[name]} for name, parameter in _PARAMETERS.items()},
        "Conditions": {
            "WithOrganization": _is_true("ReadsOrganization"),
            "WithSessionTags": _is_true("AllowSessionTags"),
        },
        "Resources": {
            "Role": _role(policies[DENY_DATA]),
            **{_logical_id(name): _managed(name, policies[name]) for name in managed},
        },
        "Outputs": {
            "RoleArn": {"Description": SETTINGS["RoleArn"], "Value": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
    }
    comment = "".join(f"# {line}\n" for line in head("--cloudformation", policies))
    return comment + yaml.dump(template, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _role(denied: Document) -> dict[str, Any]:
    may = {
        "Effect": "Allow",
        "Principal": {"AWS": _ref("TrustedPrincipalArn")},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": _ref("ExternalId")}},
    }
    # The external id is no condition key of sts:TagSession, which alone gives nobody a session.
    tags = {"Effect": "Allow", "Principal": {"AWS": _ref("TrustedPrincipalArn")}, "Action": "sts:TagSession"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": _ref("RoleName"),
            "Description": PURPOSE,
            "MaxSessionDuration": SESSION_SECONDS,
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [may, {"Fn::If": ["WithSessionTags", tags, _ref("AWS::NoValue")]}],
            },
            "Policies": [{"PolicyName": DENY_DATA, "PolicyDocument": denied}],
        },
    }


def _managed(name: str, document: Document) -> dict[str, Any]:
    # A change of Description would replace the policy, which CloudFormation cannot do to one that has a name.
    properties = {
        "ManagedPolicyName": {"Fn::Sub": f"${{RoleName}}-{name}"},
        "Description": ATTACHED,
        "PolicyDocument": document,
        "Roles": [_ref("Role")],
    }
    condition = {"Condition": "WithOrganization"} if name == ORGANIZATION else {}
    return {"Type": "AWS::IAM::ManagedPolicy", **condition, "Properties": properties}


def _logical_id(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-")) + "Policy"


def _ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def _is_true(parameter: str) -> dict[str, Any]:
    return {"Fn::Equals": [_ref(parameter), "true"]}


class _Dumper(yaml.SafeDumper):
    """Items of lists are indented, equal parts are written out, and what YAML 1.1 takes for a date is quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True
