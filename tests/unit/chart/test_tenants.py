"""Tenants: an identity, a network and an admission policy for each; and the policy on exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cel_expr_python import cel
from cel_expr_python.ext import ext_strings
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
    assert expressions(policy).count('matches("^()$")') == 4


def refusals(policy: Manifest, **spec: Any) -> list[str]:
    """What the policy says against a schedule with this spec, by the runtime that the API server's dialect comes from."""
    extensions = [ext_strings.ExtStrings()]
    environment = cel.NewEnv(variables={"object": cel.Type.DYN, "variables": cel.Type.DYN}, extensions=extensions)
    known: dict[str, Any] = {
        "object": {"spec": {"storage": {"s3": {"bucket": "team-a-audit"}}, **spec}},
        "variables": {},
    }

    def value(expression: str) -> Any:
        answer = environment.compile(expression).eval(data=known)
        assert answer.type() != cel.Type.ERROR, answer.value()
        return answer.plain_value()

    for variable in policy["spec"]["variables"]:
        known["variables"][variable["name"]] = value(variable["expression"])
    return [value(rule["messageExpression"]) for rule in policy["spec"]["validations"] if not value(rule["expression"])]


class TestTheRolesThatATenantMayName:
    ANYWHERE = "arn:aws:iam::*:role/nightaudit"

    def refused(self, render: Render, one: One, allowed: list[str], **organization: str) -> list[str]:
        manifests = render(tenants=[{"namespace": "a", "allowedRoleARNs": allowed, "allowedBuckets": ["team-a-audit"]}])
        policy = one(manifests, "ValidatingAdmissionPolicy")
        return refusals(policy, organization={"memberRoleName": "nightaudit", **organization})

    @pytest.mark.parametrize(
        "allowed",
        [ANYWHERE, "arn:aws:iam::????????????:role/night*", "arn:aws:iam::**", "**", "arn:*:iam::*:role/nightaudit"],
    )
    def test_the_members_role_is_allowed_where_it_is_allowed_in_every_account(
        self, allowed: str, render: Render, one: One
    ) -> None:
        assert self.refused(render, one, [allowed]) == []

    @pytest.mark.parametrize(
        "allowed",
        [
            "arn:aws:iam::222222222222:role/nightaudit", "arn:aws:iam::2*:role/nightaudit", "arn:aws:iam::*:role/other",
            "arn:aws:iam::*2:role/**", "arn:aws:iam::*:role/nightaudi", "arn:aws:iam::*:role/security/nightaudit",
        ],
    )  # fmt: skip
    def test_it_is_refused_where_it_is_allowed_in_some_accounts_or_not_at_all(
        self, allowed: str, render: Render, one: One
    ) -> None:
        (refusal,) = self.refused(render, one, [allowed])
        assert refusal.startswith("spec.organization.memberRoleName: nightaudit is assumed in every account")
        assert "tenant a" in refusal

    def test_with_its_path(self, render: Render, one: One) -> None:
        refused = self.refused(render, one, [self.ANYWHERE], memberRoleName="security/nightaudit")
        assert len(refused) == 1

    def test_in_the_partition_of_the_role_that_reads_the_organization(self, render: Render, one: One) -> None:
        reader = "arn:aws-cn:iam::111111111111:role/reader"
        assert self.refused(render, one, [reader, "arn:aws-cn:iam::*:role/nightaudit"], roleARN=reader) == []
        (refusal,) = self.refused(render, one, [reader, self.ANYWHERE], roleARN=reader)
        assert "memberRoleName" in refusal

    def test_the_role_that_reads_the_organization_is_bound_too(self, render: Render, one: One) -> None:
        reader = "arn:aws:iam::111111111111:role/reader"
        assert self.refused(render, one, [self.ANYWHERE, reader], roleARN=reader) == []
        (refusal,) = self.refused(render, one, [self.ANYWHERE], roleARN=reader)
        assert refusal == f"spec.organization.roleARN: {reader} is not among the allowedRoleARNs of tenant a"

    def test_the_accounts_roles_are_bound_as_before(self, render: Render, one: One) -> None:
        policy = one(render(FULL), "ValidatingAdmissionPolicy", "nightaudit-tenant-team-a")
        accounts = [{"id": "1", "roleARN": "arn:aws:iam::111111111111:role/admin"}, {"id": "2"}]
        (refusal,) = refusals(policy, accounts=accounts)
        assert refusal.startswith("spec.accounts: roleARN arn:aws:iam::111111111111:role/admin is not among")


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
