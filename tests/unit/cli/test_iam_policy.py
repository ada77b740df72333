"""`nightaudit iam-policy` prints what deploy/aws holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.views.policy import documents

ROLE = Path(__file__).parents[3] / "deploy" / "aws"


def printed(*options: str) -> str:
    done = CliRunner().invoke(cli, ["iam-policy", *options])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("option", "file"), [("--cloudformation", "cloudformation.yaml"), ("--terraform", "terraform/main.tf")]
)
def test_the_files_of_deploy_aws_are_its_output(option, file):
    assert printed(option) == (ROLE / file).read_text()


def test_without_an_option_each_policy_is_a_document_by_name():
    policies = json.loads(printed())
    first, *_, organization, last = policies
    assert (first, organization, last) == ("read-1", "organization", "deny-data")
    assert all(policy["Version"] == "2012-10-17" for policy in policies.values())


def test_an_unfit_action_ends_it_with_its_name(monkeypatch):
    monkeypatch.setattr(documents, "DATA_READS", {"buckets": ("s3:ListAllMyBuckets",)})
    done = CliRunner().invoke(cli, ["iam-policy"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "error: s3:ListAllMyBuckets reads data, not configuration\n"
