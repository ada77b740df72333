"""What the components are told."""

from __future__ import annotations

import base64
import json
import tomllib
from pathlib import Path

import pytest

from demo.cluster import config
from demo.cluster.pki import Authority, Pair
from demo.cluster.subnets import POD_BRIDGE_IP


@pytest.fixture
def layout(tmp_path: Path) -> config.Layout:
    authority = Authority(tmp_path / "pki")
    return config.Layout(
        state=tmp_path,
        node="demo",
        cgroup="nightaudit-3",
        ca=authority.certificate,
        service_account_key=authority.key_only("service-accounts"),
        serving=authority.issue("apiserver", user="kube-apiserver", names=["kubernetes", "10.96.0.1"]),
        kubelet_client=authority.issue("client", user="client"),
        kubelet_serving=authority.issue("kubelet", user="system:node:demo", names=["demo"]),
    )


class TestKubeconfig:
    def test_a_client_certificate_travels_inside_the_file(self, layout: config.Layout) -> None:
        user = config.certificate_user(layout.kubelet_client)
        document = json.loads(config.kubeconfig("https://10.201.3.2:6443", layout.ca, user))

        authority = document["clusters"][0]["cluster"]["certificate-authority-data"]
        assert document["clusters"][0]["cluster"]["server"] == "https://10.201.3.2:6443"
        assert base64.b64decode(authority) == layout.ca.read_bytes()
        key = base64.b64decode(document["users"][0]["user"]["client-key-data"])
        assert key == layout.kubelet_client.key.read_bytes()

    def test_the_current_context_joins_the_cluster_and_the_user_that_are_defined(self, layout: config.Layout) -> None:
        document = json.loads(config.kubeconfig("https://x", layout.ca, {"token": "t"}))

        context = document["contexts"][0]
        assert document["current-context"] == context["name"]
        assert context["context"]["cluster"] == document["clusters"][0]["name"]
        assert context["context"]["user"] == document["users"][0]["name"]
        assert document["users"][0]["user"] == {"token": "t"}


class TestApiServer:
    def test_it_is_advertised_at_the_address_that_pods_reach(self, layout: config.Layout) -> None:
        assert f"--advertise-address={POD_BRIDGE_IP}" in config.apiserver(layout)

    def test_requests_are_authorized_by_rbac(self, layout: config.Layout) -> None:
        assert "--authorization-mode=Node,RBAC" in config.apiserver(layout)

    def test_it_leaves_default_admission_plugins_on(self, layout: config.Layout) -> None:
        assert not [flag for flag in config.apiserver(layout) if flag.startswith("--disable-admission-plugins")]

    def test_tokens_are_signed_and_checked_with_the_same_key(self, layout: config.Layout) -> None:
        flags = dict(flag.removeprefix("--").split("=", 1) for flag in config.apiserver(layout)[1:])
        manager = dict(flag.removeprefix("--").split("=", 1) for flag in config.controller_manager(layout)[1:])
        assert flags["service-account-signing-key-file"] == flags["service-account-key-file"]
        assert flags["service-account-key-file"] == manager["service-account-private-key-file"]


class TestNode:
    def test_the_kubelet_asks_the_api_server_who_may_call_it(self, layout: config.Layout) -> None:
        document = json.loads(config.kubelet_file(layout))
        assert document["authentication"]["anonymous"] == {"enabled": False}
        assert document["authorization"] == {"mode": "Webhook"}

    def test_the_nodes_limits_are_written_to_the_control_group_of_the_instance(self, layout: config.Layout) -> None:
        document = json.loads(config.kubelet_file(layout))
        assert document["cgroupRoot"] == "/nightaudit-3"

    def test_kubelet_and_containerd_meet_at_one_socket(self, layout: config.Layout) -> None:
        kubelet = json.loads(config.kubelet_file(layout))
        containerd = tomllib.loads(config.containerd_file(layout))
        assert kubelet["containerRuntimeEndpoint"] == f"unix://{containerd['grpc']['address']}"

    def test_containerd_finds_the_network_where_it_is_written(self, layout: config.Layout) -> None:
        containerd = tomllib.loads(config.containerd_file(layout))
        cri = containerd["plugins"]["io.containerd.grpc.v1.cri"]
        assert cri["cni"]["conf_dir"] == str(layout.etc / "cni")
        assert cri["sandbox_image"] == config.PAUSE_IMAGE

    def test_pods_route_through_the_bridge_that_the_instance_made(self) -> None:
        bridge = json.loads(config.cni_file())["plugins"][0]
        assert bridge["bridge"] == "cni0"
        assert bridge["ipam"]["ranges"] == [[{"subnet": "10.244.0.0/24", "gateway": POD_BRIDGE_IP}]]

    def test_kube_proxy_leaves_the_machines_connection_table_alone(self, layout: config.Layout) -> None:
        document = json.loads(config.kube_proxy_file(layout))
        assert document["conntrack"] == {"maxPerCore": 0, "min": 0}

    def test_the_node_finds_its_own_name_without_a_name_server(self) -> None:
        assert f"{POD_BRIDGE_IP} demo\n" in config.hosts_file("demo")


def test_state_paths_do_not_make_socket_paths_long(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 200)
    pair = Pair(deep / "a.crt", deep / "a.key")
    layout = config.Layout(deep, "demo", "nightaudit-0", deep, deep, pair, pair, pair)

    sockets = (config.CONTAINERD_SOCKET, f"{config.KUBELET_ROOT}/device-plugins/kubelet.sock")
    assert all(len(socket) < 108 for socket in sockets)
    assert f"--root-dir={config.KUBELET_ROOT}" in config.kubelet(layout)
