"""An instance of the cluster, as the demo and the tests use it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from demo.cluster import binaries, config, namespaces, subnets
from demo.cluster.archives import archive_names, pause_archive
from demo.cluster.binaries import Binaries
from demo.cluster.cgroups import make_cgroups
from demo.cluster.errors import ClusterError
from demo.cluster.files import layout_of, write_files, write_private
from demo.cluster.locks import locked
from demo.cluster.namespaces import World
from demo.cluster.paths import MACHINE, REPOSITORY, state_folder
from demo.cluster.subnets import POD_BRIDGE_IP, Subnet
from demo.cluster.waiting import tail, wait_until

_CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager")
_NODE = ("containerd", "kube-scheduler", "kubelet", "kube-proxy")


@dataclass(frozen=True)
class Status:
    """What runs of an instance: program name to whether it is alive; empty when the instance is down."""

    programs: Mapping[str, bool]
    api_ready: bool
    node_ready: bool


class Cluster:
    """A Kubernetes of one node in namespaces of its own; instances with different names do not touch each other."""

    pod_ip = POD_BRIDGE_IP
    """The instance's own address as pods see it: what listens inside the instance answers here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = state_folder(name)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, for programs on the host."""
        return self.state / "kubeconfig"

    @property
    def host_ip(self) -> str:
        """The instance's own address as the host sees it: what listens inside the instance answers here."""
        return self._subnet().instance

    @property
    def kubectl_path(self) -> Path:
        """kubectl of the cluster's version."""
        return self._programs.kubectl

    @property
    def helm_path(self) -> Path:
        """Helm."""
        return self._programs.helm

    def up(self, node: bool = True) -> None:
        """Bring the instance up; what is up and healthy already is left alone, what is half dead starts afresh.

        With `node=False` only etcd, the API server and the controller manager run: ready in seconds, pods stay Pending.
        Raises ClusterError naming what did not come up, with the log that explains it.
        """
        require_root()
        programs = self._programs
        with self._lock():
            status = self.status()
            if not self._healthy(status):
                self._remove()
                self._start_control_plane(programs)
                status = self.status()
            self._await_default_account()
            if node and not status.node_ready:
                self._start_node(programs)

    def down(self) -> None:
        """End the instance and remove every trace of it; safe when nothing runs."""
        require_root()
        with self._lock():
            self._remove()
            self._lock_file.unlink()

    def status(self) -> Status:
        """What runs."""
        world = namespaces.find(self.state)
        if world is None:
            return Status({}, api_ready=False, node_ready=False)
        names = sorted(file.stem for file in (self.state / "run").glob("*.pid"))
        programs = {name: world.alive(name) for name in names}
        api_ready = programs.get("kube-apiserver", False) and self._api_ready()
        node_ready = api_ready and all(programs.get(name, False) for name in _NODE) and self._node_ready()
        return Status(programs, api_ready=api_ready, node_ready=node_ready)

    def spawn(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = REPOSITORY
    ) -> None:
        """Start a program inside the instance's namespaces; it runs until it ends or the instance goes down.

        It gets PATH, HOME and LANG and what `env` says, nothing else of the caller's environment. What it listens on
        is reached at `host_ip` from the host and at `pod_ip` from pods.
        """
        base = {"PATH": os.environ.get("PATH", namespaces.PATH), "HOME": str(Path.home()), "LANG": "C.UTF-8"}
        self._world().spawn(name, list(map(str, argv)), {**base, **(env or {})}, cwd)

    def stop(self, name: str) -> None:
        """End a program that `spawn` started; safe when it does not run."""
        self._world().stop(name)

    def alive(self, name: str) -> bool:
        """Whether a program that `spawn` started runs."""
        return self._world().alive(name)

    def logs(self, name: str) -> str:
        """All that a program inside the instance has printed; raises ClusterError when there is no such program."""
        log = self.state / "logs" / f"{name}.log"
        if not log.exists():
            known = ", ".join(sorted(file.stem for file in log.parent.glob("*.log"))) or "none"
            raise ClusterError(f"no log of {name!r} in instance {self.name}; there are: {known}")
        return log.read_text(errors="replace")

    def load_images(self, archives: Iterable[Path]) -> None:
        """Give the node the images in these docker-archive files; those that it has by name already are skipped."""
        world = self._world()
        ctr = ["ctr", "--address", config.CONTAINERD_SOCKET, "--namespace", "k8s.io", "images"]
        present = set(world.run([*ctr, "list", "--quiet"]).split())
        for archive in archives:
            if not archive_names(archive) <= present:
                world.run([*ctr, "import", str(archive)], seconds=180)

    def kubectl(self, *args: str, input: str | None = None, seconds: float = 120) -> str:  # noqa: A002
        """Run kubectl as administrator and return its output; raises ClusterError with its error output."""
        argv = [str(self.kubectl_path), f"--kubeconfig={self.kubeconfig}", *args]
        return namespaces.run(argv, seconds=seconds, stdin=input or "", what=f"kubectl {' '.join(args)}")

    def token_kubeconfig(self, namespace: str, service_account: str) -> Path:
        """A kubeconfig for programs on the host that act as this ServiceAccount, for a day."""
        token = self.kubectl("create", "token", service_account, f"--namespace={namespace}", "--duration=24h").strip()
        path = self.state / "kubeconfigs" / f"{namespace}.{service_account}"
        path.parent.mkdir(exist_ok=True)
        write_private(path, config.kubeconfig(self._server(), self.state / "pki" / "ca.crt", {"token": token}))
        return path

    @cached_property
    def _programs(self) -> Binaries:
        return binaries.build()

    @property
    def _lock_file(self) -> Path:
        return MACHINE / f"{str(self.state).strip('/').replace('/', '-')}.lock"

    def _lock(self) -> AbstractContextManager[None]:
        return locked(self._lock_file, f"instance {self.name}", seconds=300, announce=True)

    def _subnet(self) -> Subnet:
        subnet = subnets.lookup(self.state)
        if subnet is None:
            raise ClusterError(f"instance {self.name} is not up: run `python -m demo.cluster up --name {self.name}`")
        return subnet

    def _world(self) -> World:
        world = namespaces.find(self.state)
        if world is None:
            raise ClusterError(f"instance {self.name} is not up: run `python -m demo.cluster up --name {self.name}`")
        return world

    def _server(self) -> str:
        return f"https://{self.host_ip}:{config.API_PORT}"

    def _healthy(self, status: Status) -> bool:
        return status.api_ready and all(status.programs.get(name, False) for name in _CONTROL_PLANE)

    def _remove(self) -> None:
        namespaces.destroy(self.state, subnets.lookup(self.state))
        if self.state.exists():
            shutil.rmtree(self.state)
        subnets.release(self.state)

    def _start_control_plane(self, programs: Binaries) -> None:
        self.state.mkdir(parents=True, mode=0o700)
        subnet = subnets.allocate(self.state)
        layout = write_files(self.state, self.name, subnet)
        world = namespaces.create(self.state, self.name)
        world.join_network(subnet)
        for argv in (config.etcd(layout), config.apiserver(layout), config.controller_manager(layout)):
            self._start(world, programs, argv)
        watched = self._watching(world, *_CONTROL_PLANE)
        wait_until(
            "the API server to be ready",
            watched(self._api_ready),
            seconds=60,
            explain=self._explain("kube-apiserver"),
        )

    def _await_default_account(self) -> None:
        wait_until(
            "the controller manager to make the default ServiceAccount",
            self._watching(self._world(), *_CONTROL_PLANE)(
                lambda: bool(self._get("/api/v1/namespaces/default/serviceaccounts/default"))
            ),
            seconds=60,
            explain=self._explain("kube-controller-manager"),
        )

    def _start_node(self, programs: Binaries) -> None:
        world = self._world()
        subnet = self._subnet()
        layout = layout_of(self.state, self.name, subnet)
        make_cgroups(subnet.cgroup)
        for name in _NODE:
            world.stop(name)
        starters = (config.containerd(layout), config.scheduler(layout), config.kube_proxy(layout))
        for argv in starters:
            self._start(world, programs, argv)
        socket = Path(f"/proc/{world.init}/root{config.CONTAINERD_SOCKET}")
        watched = self._watching(world, *_NODE)
        wait_until(
            "containerd's socket",
            self._watching(world, "containerd")(socket.is_socket),
            seconds=60,
            explain=self._explain("containerd"),
        )
        # Before the kubelet: an interrupted start must not leave a node that is Ready and cannot run a pod.
        self.load_images([pause_archive(programs.pause)])
        self._start(world, programs, config.kubelet(layout))
        wait_until("the node to be Ready", watched(self._node_ready), seconds=120, explain=self._explain("kubelet"))

    def _start(self, world: World, programs: Binaries, argv: Sequence[str]) -> None:
        program = str(programs.folder / argv[0]) if argv[0] in binaries.COMPONENTS else argv[0]
        world.spawn(argv[0], [program, *argv[1:]], {"PATH": namespaces.PATH, "HOME": "/root"}, Path("/"))

    def _watching(self, world: World, *names: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
        """Turn a probe into one that gives up at once when one of these programs has died."""

        def decorate(probe: Callable[[], bool]) -> Callable[[], bool]:
            def watched() -> bool:
                for name in names:
                    if not world.alive(name):
                        raise ClusterError(f"{name} has ended\n{tail(world.log(name))}")
                return probe()

            return watched

        return decorate

    def _explain(self, name: str) -> Callable[[], str]:
        return lambda: tail(self.state / "logs" / f"{name}.log")

    def _api_ready(self) -> bool:
        return self._get("/readyz") == "ok"

    def _node_ready(self) -> bool:
        text = self._get(f"/api/v1/nodes/{self.name}")
        if not text:
            return False
        conditions = json.loads(text)["status"].get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def _get(self, path: str) -> str:
        """The body of a successful GET as administrator; empty when the server does not answer, or not with 200."""
        if not self.kubeconfig.exists():
            return ""
        pki = self.state / "pki"
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        connection = http.client.HTTPSConnection(self.host_ip, config.API_PORT, timeout=5, context=context)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read().decode()
            return body if response.status == http.HTTPStatus.OK else ""
        except OSError:
            return ""
        finally:
            connection.close()


def require_root() -> None:
    """Raises ClusterError unless the caller is root."""
    if os.geteuid() != 0:
        raise ClusterError(
            "the cluster needs root, for namespaces, mounts, network links and packages: run it with sudo"
        )
