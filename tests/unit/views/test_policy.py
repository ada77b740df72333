"""The audit role's policies: what is collected and nothing else, no data, in documents that IAM accepts."""

from __future__ import annotations

import botocore.session
import pytest

from nightaudit_auditor.aws.actions import expand
from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.views.policy import (
    DENY_DATA,
    MAXIMUM_CHARACTERS,
    ORGANIZATION,
    Document,
    UnfitAction,
    characters,
    role_policies,
    why_unfit,
)
from nightaudit_auditor.views.policy.data import DATA_READS

CATALOGUE = load_catalogue(Models(botocore.session.get_session().get_component("data_loader")))
POLICIES = role_policies(CATALOGUE)


def catalogue(*actions: str) -> Catalogue:
    """A catalogue with one operation for each action."""
    entries = {a: Entry(name=a, operation="X", scope="global", actions=(a,)) for a in actions}
    return Catalogue(entries=entries, homes={})


def allowed(policies: dict[str, Document]) -> list[str]:
    """The actions that the policies allow, in their order."""
    return [
        action
        for document in policies.values()
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    ]


class TestWhatIsAllowed:
    def test_is_what_the_catalogue_needs_each_once(self):
        needed = {action for entry in CATALOGUE.entries.values() for action in entry.actions}
        assert sorted(allowed(POLICIES)) == sorted(needed)

    def test_an_organizations_members_need_no_policy_to_list_it(self):
        listing = allowed({ORGANIZATION: POLICIES[ORGANIZATION]})
        assert "organizations:ListAccounts" in listing
        assert all(action.startswith("organizations:") for action in listing)
        elsewhere = allowed({name: policy for name, policy in POLICIES.items() if name != ORGANIZATION})
        assert [a for a in elsewhere if a.startswith("organizations:")] == ["organizations:DescribeOrganization"]

    def test_api_gateway_may_not_show_its_keys(self):
        (read, keys), _ = (
            policy["Statement"] for policy in role_policies(catalogue("apigateway:GET", "s3:ListAllMyBuckets")).values()
        )
        assert read["Action"] == ["s3:ListAllMyBuckets"]
        assert keys["Action"] == ["apigateway:GET"]
        assert "arn:*:apigateway:*::/apikeys" in keys["NotResource"]

    @pytest.mark.parametrize(
        ("action", "why"),
        [
            ("s3:ListBuckets", "no IAM action that AWS's table knows by this name"),
            ("monitoring:DescribeAlarms", "no IAM action that AWS's table knows by this name"),
            ("s3:getobject", "no IAM action that AWS's table knows by this name"),
            ("s3:PutBucketPolicy", "more than read: its access level is Permissions management"),
            ("ec2:StopInstances", "more than read: its access level is Write"),
            ("s3:*", "no IAM action that AWS's table knows by this name"),
            ("s3:GetObject", "reads data, not configuration"),
            ("s3:GetObjectTagging", "reads data, not configuration"),
            ("secretsmanager:BatchGetSecretValue", "reads data, not configuration"),
            ("lambda:GetFunction", "reads data, not configuration"),
        ],
    )
    def test_an_unfit_action_is_refused_by_name(self, action, why):
        with pytest.raises(UnfitAction, match=f"^{action.replace('*', '[*]')} .*{why}$"):
            role_policies(catalogue("s3:ListAllMyBuckets", action))


def fit(*patterns: str) -> list[str]:
    """The actions of these patterns that a role may have, sorted."""
    return sorted(action for pattern in patterns for action in expand(pattern) if not why_unfit(action))


class TestDocuments:
    def test_what_does_not_fit_is_split_between_services(self):
        many = fit(
            *(f"{service}:{verb}*" for service in ("glue", "iam", "rds", "s3", "ssm") for verb in ("Get", "Describe"))
        )
        policies = role_policies(catalogue(*many))
        parts = [name for name in policies if name.startswith("read-")]
        assert parts == [f"read-{n}" for n in range(1, len(parts) + 1)]
        assert len(parts) > 1
        assert allowed(policies) == many
        homes = [{action.partition(":")[0] for action in allowed({name: policies[name]})} for name in parts]
        assert sum(map(len, homes)) == len(set.union(*homes))

    def test_none_is_larger_than_iam_takes(self):
        for policies in (POLICIES, role_policies(catalogue(*fit("*:Describe*")))):
            managed = [document for name, document in policies.items() if name != DENY_DATA]
            assert max(map(characters, managed)) <= MAXIMUM_CHARACTERS

    def test_a_service_that_is_too_large_for_one_is_split_too(self):
        ec2 = fit("ec2:Describe*", "ec2:Get*", "ec2:List*")
        policies = role_policies(catalogue(*ec2))
        assert allowed(policies) == ec2

    def test_the_role_has_room_for_them(self):
        """IAM's quotas: ten managed policies, and 10,240 characters of inline ones."""
        assert len(POLICIES) - 1 <= 10
        assert characters(POLICIES[DENY_DATA]) <= 10_240

    def test_the_same_catalogue_in_another_order_gives_the_same(self):
        turned = Catalogue(entries=dict(reversed(CATALOGUE.entries.items())), homes={})
        assert list(role_policies(turned).items()) == list(POLICIES.items())


class TestWhatIsDenied:
    def test_nothing_that_is_needed(self):
        denied = {
            a for s in POLICIES[DENY_DATA]["Statement"] if s["Resource"] == "*" for p in s["Action"] for a in expand(p)
        }
        assert not denied & set(allowed(POLICIES))

    def test_each_pattern_names_an_action_that_exists(self):
        assert [p for patterns in DATA_READS.values() for p in patterns if not expand(p)] == []
