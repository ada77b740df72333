"""The configuration files and flags of every component, rendered from one description of the instance; no I/O."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.cluster.pki import Pair
from demo.cluster.subnets import POD_BRIDGE_IP, POD_CIDR, SERVICE_CIDR

PAUSE_IMAGE = "localhost/nightaudit-pause:1"
API_PORT = 6443

# These live in the instance's own /run: paths stay short enough for Unix sockets wherever the state folder is.
CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
CONTAINERD_ROOT = "/run/containerd-root"
KUBELET_ROOT = "/run/kubelet"


@dataclass(frozen=True)
class Layout:
    """What the components of one instance need to know of it."""

    state: Path
    node: str
    cgroup: str
    ca: Path
    service_account_key: Path
    serving: Pair
    kubelet_client: Pair
    kubelet_serving: Pair

    @property
    def etc(self) -> Path:
        """The folder of the configuration files."""
        return self.state / "etc"

    def kubeconfig(self, component: str) -> Path:
        """The kubeconfig of a component inside the instance."""
        return self.etc / f"{component}.kubeconfig"


def kubeconfig(server: str, ca: Path, user: Mapping[str, str]) -> str:
    """A kubeconfig with one context; JSON, which is YAML, so that every client reads it.

    `user` is what Kubernetes calls AuthInfo: a token, or client-certificate-data and client-key-data.
    """
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "nightaudit",
            "clusters": [
                {"name": "nightaudit", "cluster": {"server": server, "certificate-authority-data": _encoded(ca)}}
            ],
            "users": [{"name": "nightaudit", "user": dict(user)}],
            "contexts": [
                {
                    "name": "nightaudit",
                    "context": {"cluster": "nightaudit", "user": "nightaudit", "namespace": "default"},
                }
            ],
        },
        indent=1,
    )


def certificate_user(pair: Pair) -> dict[str, str]:
    """The AuthInfo of a client certificate."""
    return {"client-certificate-data": _encoded(pair.certificate), "client-key-data": _encoded(pair.key)}


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def etcd(layout: Layout) -> list[str]:
    """etcd's command line: memory-speed, because an instance does not outlive a power cut."""
    client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
    return [
        "etcd",
        "--unsafe-no-fsync",
        f"--data-dir={layout.state / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--logger=zap",
        "--log-level=warn",
    ]


def apiserver(layout: Layout) -> list[str]:
    """The API server's flags; ValidatingAdmissionPolicy and PodSecurity are on by its own defaults."""
    return [
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:2379",
        "--bind-address=0.0.0.0",
        f"--secure-port={API_PORT}",
        # The bridge's address: pods reach it without leaving the machine, and 127.0.0.1 cannot be an endpoint.
        f"--advertise-address={POD_BRIDGE_IP}",
        f"--client-ca-file={layout.ca}",
        f"--tls-cert-file={layout.serving.certificate}",
        f"--tls-private-key-file={layout.serving.key}",
        f"--kubelet-client-certificate={layout.kubelet_client.certificate}",
        f"--kubelet-client-key={layout.kubelet_client.key}",
        f"--kubelet-certificate-authority={layout.ca}",
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-signing-key-file={layout.service_account_key}",
        f"--service-account-key-file={layout.service_account_key}",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--profiling=false",
    ]


def controller_manager(layout: Layout) -> list[str]:
    """The controller manager's flags."""
    own = layout.kubeconfig("kube-controller-manager")
    return [
        "kube-controller-manager",
        f"--kubeconfig={own}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={layout.service_account_key}",
        f"--root-ca-file={layout.ca}",
        # At the default of 20 requests a second it spends its first seconds making its own 40 ServiceAccounts.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false",
    ]


def scheduler(layout: Layout) -> list[str]:
    """The scheduler's flags."""
    own = layout.kubeconfig("kube-scheduler")
    return [
        "kube-scheduler",
        f"--kubeconfig={own}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--profiling=false",
    ]


def kubelet(layout: Layout) -> list[str]:
    """The kubelet's flags; the rest is in its configuration file."""
    return [
        "kubelet",
        f"--config={layout.etc / 'kubelet.json'}",
        f"--kubeconfig={layout.kubeconfig('kubelet')}",
        f"--hostname-override={layout.node}",
        f"--node-ip={POD_BRIDGE_IP}",
        f"--root-dir={KUBELET_ROOT}",
        f"--cert-dir={KUBELET_ROOT}/pki",
    ]


def kube_proxy(layout: Layout) -> list[str]:
    """kube-proxy's flags; the rest is in its configuration file."""
    return ["kube-proxy", f"--config={layout.etc / 'kube-proxy.json'}", f"--hostname-override={layout.node}"]


def containerd(layout: Layout) -> list[str]:
    """containerd's command line."""
    return ["containerd", "--config", str(layout.etc / "containerd.toml")]


def kubelet_file(layout: Layout) -> str:
    """KubeletConfiguration (kubelet.config.k8s.io/v1beta1), as JSON."""
    return json.dumps(
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(layout.ca)},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": str(layout.kubelet_serving.certificate),
            "tlsPrivateKeyFile": str(layout.kubelet_serving.key),
            "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
            "resolvConf": str(layout.etc / "resolv.conf"),
            "clusterDNS": [POD_BRIDGE_IP],
            "clusterDomain": "cluster.local",
            "volumePluginDir": f"{KUBELET_ROOT}/volume-plugins",
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": f"/{layout.cgroup}",
            # The machine's own control groups are left as they are: limits hold per container, there are no QoS tiers.
            "cgroupsPerQOS": False,
            "enforceNodeAllocatable": [],
            "failCgroupV1": False,
            "failSwapOn": False,
            # Without CAP_SYS_RESOURCE and /dev/kmsg the kubelet dies unless told that it runs confined.
            "featureGates": {"KubeletInUserNamespace": True},
            "makeIPTablesUtilChains": False,
            "evictionHard": {"memory.available": "50Mi", "nodefs.available": "100Mi", "imagefs.available": "100Mi"},
            # 100 turns image collection off: nothing could pull a collected image again.
            "imageGCHighThresholdPercent": 100,
            "nodeStatusUpdateFrequency": "5s",
            "syncFrequency": "10s",
        },
        indent=1,
    )


def kube_proxy_file(layout: Layout) -> str:
    """KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), as JSON."""
    return json.dumps(
        {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "mode": "nftables",
            "clusterCIDR": POD_CIDR,
            "clientConnection": {"kubeconfig": str(layout.kubeconfig("kube-proxy"))},
            # The table's size belongs to the machine, not to this network namespace.
            "conntrack": {"maxPerCore": 0, "min": 0},
            "healthzBindAddress": "127.0.0.1:10256",
            "metricsBindAddress": "127.0.0.1:10249",
        },
        indent=1,
    )


def containerd_file(layout: Layout) -> str:
    """containerd's configuration, version 2, which containerd 1.6 to 2.x read."""
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    return f"""version = 2
root = "{CONTAINERD_ROOT}"
state = "/run/containerd"

[grpc]
address = "{CONTAINERD_SOCKET}"

[{cri}]
sandbox_image = "{PAUSE_IMAGE}"
# Without CAP_SYS_RESOURCE no process may lower its OOM score, and every container would fail to start.
restrict_oom_score_adj = true

[{cri}.containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"

[{cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[{cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{layout.etc / "cni"}"
"""


def cni_file() -> str:
    """The pod network: one bridge, addresses handed out from a file."""
    return json.dumps(
        {
            "cniVersion": "1.0.0",
            "name": "nightaudit",
            "plugins": [
                {
                    "type": "bridge",
                    "bridge": "cni0",
                    "isGateway": True,
                    "hairpinMode": True,
                    "ipam": {
                        "type": "host-local",
                        "dataDir": "/run/cni-addresses",
                        "ranges": [[{"subnet": POD_CIDR, "gateway": POD_BRIDGE_IP}]],
                        "routes": [{"dst": "0.0.0.0/0"}],
                    },
                },
                {"type": "portmap", "capabilities": {"portMappings": True}},
            ],
        },
        indent=1,
    )


def hosts_file(node: str) -> str:
    """/etc/hosts inside the instance; nobody there can ask a DNS server."""
    return f"127.0.0.1 localhost\n{POD_BRIDGE_IP} {node}\n"


def resolv_file() -> str:
    """/etc/resolv.conf inside the instance: nobody listens there, so a lookup fails at once instead of timing out."""
    return f"nameserver {POD_BRIDGE_IP}\n"
