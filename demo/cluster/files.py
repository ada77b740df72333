"""The certificates, kubeconfigs and configuration files of an instance, written to its state folder."""

from __future__ import annotations

from pathlib import Path

from demo.cluster import config
from demo.cluster.pki import Authority, Pair
from demo.cluster.subnets import POD_BRIDGE_IP, SERVICE_API_IP, Subnet


def layout_of(state: Path, name: str, subnet: Subnet) -> config.Layout:
    """Where an instance's files are, whether or not they are written yet."""
    pki = state / "pki"

    def pair(file: str) -> Pair:
        return Pair(pki / f"{file}.crt", pki / f"{file}.key")

    return config.Layout(
        state=state,
        node=name,
        cgroup=subnet.cgroup,
        ca=pki / "ca.crt",
        service_account_key=pki / "service-accounts.key",
        serving=pair("apiserver"),
        kubelet_client=pair("apiserver-kubelet-client"),
        kubelet_serving=pair("kubelet-serving"),
    )


def write_files(state: Path, name: str, subnet: Subnet) -> config.Layout:
    """Make the certificates, kubeconfigs and configuration files of a new instance."""
    authority = Authority(state / "pki")
    names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    addresses = [subnet.instance, POD_BRIDGE_IP, SERVICE_API_IP, "127.0.0.1"]
    authority.issue("apiserver", user="kube-apiserver", names=[*names, "localhost", *addresses])
    authority.issue("apiserver-kubelet-client", user="kube-apiserver-kubelet-client", groups=["system:masters"])
    authority.issue("kubelet-serving", user=f"system:node:{name}", names=[name, POD_BRIDGE_IP])
    authority.key_only("service-accounts")
    layout = layout_of(state, name, subnet)
    (layout.etc / "cni").mkdir(parents=True)
    inside = f"https://127.0.0.1:{config.API_PORT}"
    for component, user, groups in (
        ("kube-controller-manager", "system:kube-controller-manager", ()),
        ("kube-scheduler", "system:kube-scheduler", ()),
        ("kube-proxy", "system:kube-proxy", ()),
        ("kubelet", f"system:node:{name}", ("system:nodes",)),
    ):
        client = authority.issue(component, user=user, groups=groups)
        text = config.kubeconfig(inside, layout.ca, config.certificate_user(client))
        write_private(layout.kubeconfig(component), text)
    admin = authority.issue("admin", user="nightaudit-demo-admin", groups=["system:masters"])
    server = f"https://{subnet.instance}:{config.API_PORT}"
    write_private(state / "kubeconfig", config.kubeconfig(server, layout.ca, config.certificate_user(admin)))
    for file, text in (
        ("kubelet.json", config.kubelet_file(layout)),
        ("kube-proxy.json", config.kube_proxy_file(layout)),
        ("containerd.toml", config.containerd_file(layout)),
        ("cni/10-nightaudit.conflist", config.cni_file()),
        ("hosts", config.hosts_file(name)),
        ("resolv.conf", config.resolv_file()),
    ):
        (layout.etc / file).write_text(text)
    return layout


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_text(text)
