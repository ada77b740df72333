"""What the release may do, and what its pods may: as little as works."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit"
OPERATOR = Path(__file__).parents[3] / "operator" / "nightaudit_operator"
SETS = [None, *sorted((CHART / "ci").glob("*.yaml"))]

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
One = Callable[..., Manifest]


def breaches(pod: dict[str, Any]) -> list[str]:
    """What the restricted Pod Security Standard refuses in a pod, and what we ask beyond it."""
    context = pod.get("securityContext", {})
    found = [f"host {name}" for name in ("hostNetwork", "hostPID", "hostIPC") if pod.get(name)]
    found += ["may run as root"] * (context.get("runAsNonRoot") is not True or context.get("runAsUser") != 65532)
    found += ["no seccomp profile"] * (context.get("seccompProfile") != {"type": "RuntimeDefault"})
    for volume in pod.get("volumes", []):
        found += [f"volume {kind}" for kind in volume.keys() - {"name", "configMap", "emptyDir", "projected", "secret"}]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        own = container.get("securityContext", {})
        found += ["privilege escalation"] * (own.get("allowPrivilegeEscalation") is not False)
        found += ["capabilities"] * (own.get("capabilities") != {"drop": ["ALL"]})
        found += ["writable root file system"] * (own.get("readOnlyRootFilesystem") is not True)
        found += ["no memory limit"] * ("memory" not in container.get("resources", {}).get("limits", {}))
    return found


@pytest.mark.parametrize("file", SETS, ids=lambda path: path.stem if path else "defaults")
class TestEverySetOfValues:
    def test_pods_are_restricted(self, file: Path | None, render: Render) -> None:
        templates = [item["spec"]["template"]["spec"] for item in render(file) if "template" in item.get("spec", {})]
        assert [breaches(pod) for pod in templates] == [[]]

    def test_no_role_has_a_wildcard_or_reads_secrets(self, file: Path | None, render: Render) -> None:
        rules = [rule for item in render(file) for rule in item.get("rules", []) if "Role" in item["kind"]]
        assert rules
        for rule in rules:
            words = {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}
            assert not any("*" in word for word in words)
            assert not words & {"secrets", "pods/exec", "serviceaccounts/token", "escalate", "bind", "impersonate"}

    def test_nothing_is_bound_across_the_cluster(self, file: Path | None, render: Render) -> None:
        assert not [item for item in render(file) if item["kind"] == "ClusterRoleBinding"]

    def test_no_service_account_hands_out_tokens_by_itself(self, file: Path | None, render: Render) -> None:
        accounts = [item for item in render(file) if item["kind"] == "ServiceAccount"]
        assert accounts
        assert {item["automountServiceAccountToken"] for item in accounts} == {False}


def test_the_role_grants_what_the_operator_asks_for_and_nothing_else(render: Render, one: One) -> None:
    """Its writes are calls with the resource's name in the source; everything it knows of it also reads."""
    verbs = {"create": {"create"}, "delete": {"delete"}, "apply": {"create", "patch"}, "patch": {"patch"}}
    asked: dict[str, set[str]] = {"pods": set(), "auditschedules": set(), "auditexceptions": set()}
    for source in (OPERATOR / "cluster").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in verbs:
                match node.args:
                    case [ast.Constant(value=str(resource)), *_]:
                        asked.setdefault(resource, set()).update(verbs[node.func.attr])
    reads = {resource: {"get", "list", "watch"} for resource in asked if resource != "events"}
    statuses = {f"{kind}/status": {"patch"} for kind in ("auditschedules", "auditexceptions", "auditruns")}
    granted = {
        resource: set(rule["verbs"]) for rule in one(render(), "Role")["rules"] for resource in rule["resources"]
    }
    assert granted == {resource: verbs | reads.get(resource, set()) for resource, verbs in asked.items()} | statuses


def test_the_auditor_may_do_nothing_in_kubernetes(render: Render) -> None:
    subjects = [subject["name"] for item in render() for subject in item.get("subjects", [])]
    assert subjects == ["nightaudit-operator"]


def test_the_operators_role_is_bound_in_every_watched_namespace(render: Render, one: One) -> None:
    manifests = render(CHART / "ci" / "full-values.yaml")
    for namespace in ("security", "team-a", "team-b"):
        binding = one(manifests, "RoleBinding", namespace=namespace)
        assert binding["roleRef"]["name"] == one(manifests, "Role", namespace=namespace)["metadata"]["name"]
        (subject,) = binding["subjects"]
        assert (subject["name"], subject["namespace"]) == ("nightaudit-operator", "security")


class TestPeople:
    def test_those_who_may_view_see_all_kinds(self, render: Render, one: One) -> None:
        role = one(render(), "ClusterRole", "nightaudit-viewer")
        assert role["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-view"] == "true"
        assert role["rules"][0]["verbs"] == ["get", "list", "watch"]

    def test_those_who_may_edit_run_audits_but_do_not_except_findings(self, render: Render, one: One) -> None:
        role = one(render(), "ClusterRole", "nightaudit-editor")
        assert role["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-edit"] == "true"
        assert role["rules"][0]["resources"] == ["auditschedules", "auditruns"]

    def test_approving_exceptions_is_a_right_of_its_own(self, render: Render, one: One) -> None:
        role = one(render(), "ClusterRole", "nightaudit-exception-approver")
        assert not [label for label in role["metadata"]["labels"] if "aggregate" in label]
        assert role["rules"][0]["resources"] == ["auditexceptions"]


class TestNetwork:
    def test_the_auditor_reaches_dns_https_and_the_pod_identity_agent_and_is_reached_by_nobody(
        self, render: Render, one: One
    ) -> None:
        spec = one(render(), "NetworkPolicy", "nightaudit-auditor")["spec"]
        assert spec["podSelector"]["matchLabels"] == {
            "app.kubernetes.io/name": "nightaudit-auditor",
            "app.kubernetes.io/managed-by": "nightaudit-operator",
        }
        assert spec["ingress"] == []
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        assert [[port["port"] for port in rule["ports"]] for rule in spec["egress"]] == [[53, 53], [443], [80]]
        assert spec["egress"][2]["to"][0] == {"ipBlock": {"cidr": "169.254.170.23/32"}}

    def test_the_operator_reaches_dns_and_the_api_server(self, render: Render, one: One) -> None:
        spec = one(render(CHART / "ci" / "full-values.yaml"), "NetworkPolicy", "nightaudit-operator")["spec"]
        dns, server, extra = spec["egress"]
        assert [port["port"] for port in dns["ports"]] == [53, 53]
        assert server["to"] == [{"ipBlock": {"cidr": "10.96.0.1/32"}}, {"ipBlock": {"cidr": "fd00::1/128"}}]
        assert [port["port"] for port in server["ports"]] == [443]
        assert [port["port"] for port in extra["ports"]] == [8443]

    def test_metrics_can_be_kept_for_the_monitoring(self, render: Render, one: One) -> None:
        health, metrics = one(render(CHART / "ci" / "full-values.yaml"), "NetworkPolicy", "nightaudit-operator")[
            "spec"
        ]["ingress"]
        assert "from" not in health
        assert metrics["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "monitoring"}

    def test_extra_egress_of_the_auditor_is_added_in_every_watched_namespace(self, render: Render, one: One) -> None:
        manifests = render(CHART / "ci" / "full-values.yaml")
        for namespace in ("security", "team-a", "team-b"):
            spec = one(manifests, "NetworkPolicy", "nightaudit-auditor", namespace)["spec"]
            assert spec["egress"][-1] == {"ports": [{"protocol": "TCP", "port": 5000}]}

    def test_can_be_left_to_others(self, render: Render) -> None:
        assert not [item for item in render(**{"networkPolicy.enabled": False}) if item["kind"] == "NetworkPolicy"]


def test_the_predicate_sees_what_it_looks_for() -> None:
    pod = {"hostNetwork": True, "volumes": [{"name": "a", "hostPath": {}}], "containers": [{"name": "a"}]}
    assert breaches(pod) == [
        "host hostNetwork", "may run as root", "no seccomp profile", "volume hostPath", "privilege escalation",
        "capabilities", "writable root file system", "no memory limit",
    ]  # fmt: skip
