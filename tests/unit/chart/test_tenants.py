"""Tenants: an identity, a network and an admission policy for each; and the policy on exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.manifests import glob_matches

FULL = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit" / "ci" / "full-values.yaml"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
One = Callable[..., Manifest]


def expressions(policy: Manifest) -> str:
    spec = policy["spec"]
    return "\n".join(item["expression"] for item in [*spec.get("variables", []), *spec["validations"]])


def test_each_has_the_auditors_identity_with_its_own_annotations(render: Render, one: One) -> None:
    manifests = render(FULL)
    role = "eks.amazonaws.com/role-arn"
    annotations = {
        namespace: one(manifests, "ServiceAccount", "nightaudit-auditor", namespace)["metadata"].get("annotations")
        for namespace in ("security", "team-a", "team-b")
    }
    assert annotations == {
        "security": {role: "arn:aws:iam::111111111111:role/nightaudit"},
        "team-a": {role: "arn:aws:iam::111111111111:role/nightaudit-team-a"},
        "team-b": None,
    }


def test_each_has_a_policy_that_binds_its_namespace_alone(render: Render, one: One) -> None:
    manifests = render(FULL)
    for tenant in ("team-a", "team-b"):
        binding = one(manifests, "ValidatingAdmissionPolicyBinding", f"nightaudit-tenant-{tenant}")["spec"]
        assert binding["validationActions"] == ["Deny"]
        selector = binding["matchResources"]["namespaceSelector"]
        assert selector == {"matchLabels": {"kubernetes.io/metadata.name": tenant}}
        policy = one(manifests, "ValidatingAdmissionPolicy", binding["policyName"])["spec"]
        assert policy["failurePolicy"] == "Fail"
        (rule,) = policy["matchConstraints"]["resourceRules"]
        assert (rule["resources"], rule["operations"]) == (["auditschedules"], ["CREATE", "UPDATE"])


def test_a_missing_list_allows_nothing(render: Render, one: One) -> None:
    policy = one(render(FULL), "ValidatingAdmissionPolicy", "nightaudit-tenant-team-b")
    assert expressions(policy).count('matches("^()$")') == 2


def test_without_tenants_there_is_no_policy(render: Render) -> None:
    assert not [item for item in render() if item["kind"].startswith("ValidatingAdmissionPolicy")]


def test_the_release_namespace_need_not_be_watched(render: Render, one: One) -> None:
    manifests = render(FULL.with_name("tenants-only-values.yaml"))
    assert one(manifests, "Role")["metadata"]["namespace"] == "team-a"
    assert one(manifests, "ServiceAccount", "nightaudit-auditor")["metadata"]["namespace"] == "team-a"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    glob=st.text(alphabet="ab-/:.*?+(", min_size=1, max_size=8),
    texts=st.lists(st.text(alphabet="ab-/:.+(", max_size=8), min_size=20, max_size=20),
)
def test_its_globs_mean_what_globs_mean_everywhere(render: Render, one: One, glob: str, texts: list[str]) -> None:
    manifests = render(tenants=[{"namespace": "a", "allowedBuckets": [glob]}])
    policy = one(manifests, "ValidatingAdmissionPolicy")
    (quoted,) = re.findall(r'bucket\.matches\("(.*)"\)$', expressions(policy), re.MULTILINE)
    expression = re.compile(quoted.encode().decode("unicode_escape"))
    for text in [*texts, glob]:
        assert bool(expression.fullmatch(text)) is glob_matches(glob, text)


class TestExceptionPolicy:
    @pytest.mark.parametrize(
        ("value", "setting", "expected"),
        [
            ("requireExpiry", True, ["has(object.spec.expiryTime)"]),
            ("requireOwner", True, ["has(object.spec.owner)"]),
            ("requireTicket", True, ["has(object.spec.ticket)"]),
        ],
    )
    def test_each_value_makes_its_rule(
        self, value: str, setting: Any, expected: list[str], render: Render, one: One
    ) -> None:
        manifests = render(**{f"exceptionPolicy.{value}": setting})
        policy = one(manifests, "ValidatingAdmissionPolicy", "nightaudit-exceptions")
        assert expressions(policy).splitlines() == expected

    def test_a_limit_of_days_asks_for_an_expiry_too(self, render: Render, one: One) -> None:
        policy = one(render(**{"exceptionPolicy.maxDays": 90}), "ValidatingAdmissionPolicy")
        assert "has(object.spec.expiryTime)" in expressions(policy).splitlines()
        assert "duration('2160h')" in expressions(policy)

    def test_it_holds_in_every_watched_namespace(self, render: Render, one: One) -> None:
        binding = one(render(FULL), "ValidatingAdmissionPolicyBinding", "nightaudit-exceptions")
        (requirement,) = binding["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"]
        assert requirement["values"] == ["security", "team-a", "team-b"]
