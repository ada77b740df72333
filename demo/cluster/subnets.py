"""Which /30 network joins the host to which instance: 10.201.N.0/30, one N per instance of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from demo.cluster.errors import ClusterError
from demo.cluster.locks import locked
from demo.cluster.paths import MACHINE

POD_BRIDGE_IP = "10.244.0.1"
POD_CIDR = "10.244.0.0/24"
SERVICE_CIDR = "10.96.0.0/16"
SERVICE_API_IP = "10.96.0.1"
_COUNT = 256


@dataclass(frozen=True)
class Subnet:
    """The veth pair of one instance."""

    index: int

    @property
    def link(self) -> str:
        """The host's end of the pair."""
        return f"naudit{self.index}"

    @property
    def host(self) -> str:
        """The host's address."""
        return f"10.201.{self.index}.1"

    @property
    def instance(self) -> str:
        """The instance's address, reachable from the host."""
        return f"10.201.{self.index}.2"

    @property
    def cgroup(self) -> str:
        """The control group that the instance's kubelet takes for the node's whole."""
        return f"nightaudit-{self.index}"


def choose(taken: Mapping[str, int], key: str, busy: Set[int]) -> int:
    """The index of `key`: the one it has, else the lowest that nobody has and no link on the host uses.

    Raises ClusterError when all are in use.
    """
    if key in taken:
        return taken[key]
    used = set(taken.values()) | busy
    for index in range(_COUNT):
        if index not in used:
            return index
    raise ClusterError(f"all {_COUNT} instance networks are in use: end instances with `python -m demo.cluster down`")


def allocate(state: Path, machine: Path = MACHINE) -> Subnet:
    """The network of the instance whose state folder is `state`; the same one until it is released."""
    with _registry(machine):
        taken = _read(machine)
        index = choose(taken, str(state), _busy())
        _write(machine, {**taken, str(state): index})
        return Subnet(index)


def lookup(state: Path, machine: Path = MACHINE) -> Subnet | None:
    """The network that the instance has, if it has one."""
    index = _read(machine).get(str(state))
    return None if index is None else Subnet(index)


def release(state: Path, machine: Path = MACHINE) -> None:
    """Let others have the instance's network; nothing happens when it has none."""
    with _registry(machine):
        taken = _read(machine)
        if taken.pop(str(state), None) is not None:
            _write(machine, taken)


def _registry(machine: Path) -> AbstractContextManager[None]:
    return locked(machine / "subnets.lock", "instance networks", seconds=10)


def _read(machine: Path) -> dict[str, int]:
    path = machine / "subnets.json"
    if not path.exists():
        return {}
    try:
        taken = json.loads(path.read_text())
    except ValueError as error:
        raise ClusterError(f"{path}: not JSON ({error}); end every instance, then remove it") from error
    return {str(key): int(index) for key, index in taken.items()}


def _write(machine: Path, taken: Mapping[str, int]) -> None:
    path = machine / "subnets.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(taken, indent=1, sort_keys=True))
    fresh.replace(path)


def _busy(links: Path = Path("/sys/class/net")) -> set[int]:
    names = (link.name.removeprefix("naudit") for link in links.glob("naudit*"))
    return {int(name) for name in names if name.isdecimal()}
