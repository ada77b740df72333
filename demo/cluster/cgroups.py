"""The control groups of an instance, in version 1 (one tree per controller) and version 2 (one tree)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def make_cgroups(name: str, root: Path = CGROUPS) -> None:
    """Make the control groups that the kubelet takes for the node's whole: it writes the node's limits there."""
    if (root / "cgroup.controllers").exists():  # version 2: one tree
        (root / name).mkdir(exist_ok=True)
        return
    for controller in root.iterdir():
        if not controller.is_symlink() and (controller / "cgroup.procs").exists():
            (controller / name).mkdir(exist_ok=True)
            # A new group of this one controller can hold nothing until it is told its processors and memory nodes.
            for file in ("cpuset.cpus", "cpuset.mems"):
                if (controller / file).exists():
                    (controller / name / file).write_text((controller / file).read_text())


def remove_cgroups(name: str, containers: Iterable[str], root: Path = CGROUPS) -> bool:
    """Remove the instance's group and those of its containers; False while a process is still in one of them."""
    # Version 2 has one tree at the root, version 1 one per controller.
    for tree in (root, *(folder for folder in root.iterdir() if folder.is_dir())):
        for top in (tree / name, *(tree / "k8s.io" / container for container in containers)):
            for folder, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    return False
    return True
