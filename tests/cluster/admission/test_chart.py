"""The chart on a real API server: its pods are admitted where only restricted ones are, and its policies hold."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.cluster import Cluster, ClusterError

REPOSITORY = Path(__file__).parents[3]
CHART = REPOSITORY / "deploy" / "helm" / "nightaudit"
TENANT = "admission-tenant"

Manifest = dict[str, Any]
Ask = Callable[..., str]

ROLE = "arn:aws:iam::111111111111:role/nightaudit"
TOPIC = "arn:aws:sns:eu-central-1:111111111111:team-a-errors"


@pytest.fixture(scope="module")
def release(api_server: Cluster, namespace: str, ask: Ask) -> Iterator[list[Manifest]]:
    """The chart, applied: the release's own namespace and one tenant, with a policy on exceptions."""
    tenant = {
        "namespace": TENANT,
        "allowedRoleARNs": ["arn:aws:iam::*:role/nightaudit"],
        "allowedBuckets": ["team-a-*"],
        "allowedTopicARNs": ["arn:aws:sns:eu-central-1:111111111111:team-a-*"],
    }
    policy = {"requireExpiry": True, "maxDays": 30, "requireOwner": True, "requireTicket": True}
    sets = {"tenants": [tenant], "exceptionPolicy": policy, "metrics.dashboard.enabled": True, "crds.enabled": False}
    done = subprocess.run(
        [
            str(api_server.helm_path), "template", "admitted", str(CHART), f"--namespace={namespace}",
            "--kube-version=1.35.0", *(f"--set-json={name}={json.dumps(value)}" for name, value in sets.items()),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TENANT}}
    api_server.kubectl("apply", "--server-side", "-f", "-", input=json.dumps(space))
    api_server.kubectl("apply", "--server-side", "-f", "-", input=done.stdout)
    try:
        yield [item for item in yaml.safe_load_all(done.stdout) if item]
    finally:
        api_server.kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", input=done.stdout)
        # The API server goes on enforcing a policy for a moment after it is gone; the next module must not meet it.
        until = time.monotonic() + 30
        while "required here" in ask(exception(), TENANT) + ask(exception(), namespace) and time.monotonic() < until:
            time.sleep(0.2)


@pytest.fixture(scope="module")
def policies(release: list[Manifest], ask: Ask) -> None:
    """The policies, in force: the API server takes new ones up within seconds."""
    until = time.monotonic() + 30
    while "allowedBuckets" not in ask(schedule(bucket="foreign"), TENANT) or "required here" not in ask(
        exception(), TENANT
    ):
        assert time.monotonic() < until, "the policies are not in force after 30 s"
        time.sleep(0.2)


def schedule(*, role: str = ROLE, bucket: str = "team-a-audit", topic: str = TOPIC) -> Manifest:
    return {
        "apiVersion": "nightaudit.dev/v1alpha1",
        "kind": "AuditSchedule",
        "metadata": {"name": "nightly"},
        "spec": {
            "schedule": "17 3 * * *",
            "accounts": [{"id": "222222222222"}, {"id": "111111111111", "roleARN": role}],
            "storage": {"s3": {"bucket": bucket}},
            "errors": {"sns": {"topicARN": topic}},
        },
    }


def exception(**spec: Any) -> Manifest:
    least = {"match": {"checks": ["S3_*"]}, "reason": "The bucket serves the website"}
    return {
        "apiVersion": "nightaudit.dev/v1alpha1",
        "kind": "AuditException",
        "metadata": {"name": "website"},
        "spec": {**least, **spec},
    }


def governed(days: int, **spec: Any) -> Manifest:
    expiry = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return exception(**{"owner": "web@example.com", "ticket": "SEC-1", "expiryTime": expiry, **spec})


class TestPodSecurity:
    def test_the_operators_pod_is_admitted_where_pods_must_be_restricted(
        self, api_server: Cluster, namespace: str, release: list[Manifest]
    ) -> None:
        (template,) = (item["spec"]["template"] for item in release if item["kind"] == "Deployment")
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "operator", "namespace": namespace}}
        manifest = json.dumps({**pod, "spec": template["spec"]})
        answer = api_server.kubectl("create", "--dry-run=server", "-f", "-", input=manifest)
        assert "pod/operator created (server dry run)" in answer

    @pytest.mark.usefixtures("release")
    def test_another_pod_is_not(self, api_server: Cluster, namespace: str) -> None:
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "any", "namespace": namespace}}
        manifest = json.dumps({**pod, "spec": {"containers": [{"name": "any", "image": "any"}]}})
        with pytest.raises(ClusterError, match='violates PodSecurity "restricted'):
            api_server.kubectl("create", "--dry-run=server", "-f", "-", input=manifest)


@pytest.mark.usefixtures("policies")
class TestTenant:
    def test_may_name_what_it_is_allowed(self, ask: Ask) -> None:
        assert ask(schedule(), TENANT) == ""

    @pytest.mark.parametrize(
        ("foreign", "field", "value"),
        [
            ({"role": "arn:aws:iam::111111111111:role/admin"}, "roleARN", "arn:aws:iam::111111111111:role/admin"),
            ({"role": f"{ROLE}-2"}, "roleARN", f"{ROLE}-2"),
            ({"bucket": "team-b-audit"}, "spec.storage.s3.bucket", "team-b-audit"),
            ({"topic": TOPIC.replace("team-a", "team-b")}, "spec.errors.sns.topicARN", "team-b-errors"),
        ],
        ids=["role", "longer-role", "bucket", "topic"],
    )
    def test_may_not_name_what_is_anothers(self, foreign: dict[str, str], field: str, value: str, ask: Ask) -> None:
        refusal = ask(schedule(**foreign), TENANT)
        assert field in refusal
        assert value in refusal
        assert f"tenant {TENANT}" in refusal

    @pytest.mark.parametrize(
        ("organization", "field"),
        [
            ({"memberRoleName": "nightaudit"}, ""),
            ({"memberRoleName": "nightaudit", "roleARN": ROLE}, ""),
            ({"memberRoleName": "admin"}, "spec.organization.memberRoleName: admin"),
            ({"memberRoleName": "nightaudit", "roleARN": f"{ROLE}-2"}, f"spec.organization.roleARN: {ROLE}-2"),
        ],
        ids=["member", "reader", "foreign-member", "foreign-reader"],
    )
    def test_the_roles_of_an_organization_are_bound_too(
        self, organization: dict[str, str], field: str, ask: Ask
    ) -> None:
        body = schedule()
        del body["spec"]["accounts"]
        body["spec"]["organization"] = organization
        refusal = ask(body, TENANT)
        assert field in refusal
        assert (f"tenant {TENANT}" in refusal) is bool(field)

    def test_need_not_name_roles_and_topics(self, ask: Ask) -> None:
        body = schedule()
        del body["spec"]["errors"], body["spec"]["accounts"][1]["roleARN"]
        assert ask(body, TENANT) == ""

    def test_the_policy_of_one_is_not_anothers(self, ask: Ask, namespace: str) -> None:
        assert ask(schedule(bucket="security-audit"), namespace) == ""

    @pytest.mark.parametrize("policy", ["admitted-nightaudit-exceptions", f"admitted-nightaudit-tenant-{TENANT}"])
    def test_the_api_server_finds_no_fault_in_the_types_of_a_policy(self, policy: str, api_server: Cluster) -> None:
        name = f"validatingadmissionpolicy/{policy}"
        api_server.kubectl("wait", "--for=jsonpath={.status.observedGeneration}=1", "--timeout=30s", name)
        status = json.loads(api_server.kubectl("get", name, "--output=json"))["status"]
        assert status["typeChecking"] == {}


@pytest.mark.usefixtures("policies")
class TestExceptionPolicy:
    def test_admits_an_exception_that_is_governed(self, ask: Ask) -> None:
        assert ask(governed(days=29), TENANT) == ""

    def test_admits_one_that_has_expired_so_that_it_can_be_applied_again(self, ask: Ask) -> None:
        assert ask(governed(days=-10), TENANT) == ""

    @pytest.mark.parametrize("field", ["owner", "ticket", "expiryTime"])
    def test_refuses_one_without(self, field: str, ask: Ask) -> None:
        body = governed(days=29)
        del body["spec"][field]
        assert f"spec.{field} is required here" in ask(body, TENANT)

    def test_refuses_one_that_lasts_too_long(self, ask: Ask) -> None:
        assert "must be within 30 days of the exception's creation" in ask(governed(days=31), TENANT)

    def test_holds_in_the_release_namespace_too(self, ask: Ask, namespace: str) -> None:
        assert "required here" in ask(exception(), namespace)

    def test_an_exception_cannot_be_prolonged_beyond_the_days_after_its_creation(self, api_server: Cluster) -> None:
        def apply(body: Manifest) -> str:
            args = ("apply", "--server-side", f"--namespace={TENANT}", "-f", "-")
            return api_server.kubectl(*args, input=json.dumps({**body, "metadata": {"name": "prolonged"}}))

        apply(governed(days=20))
        apply(governed(days=29))
        with pytest.raises(ClusterError, match="must be within 30 days of the exception's creation"):
            apply(governed(days=31))
