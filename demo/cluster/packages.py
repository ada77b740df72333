"""The Debian packages that the cluster stands on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from demo.cluster.errors import ClusterError
from demo.cluster.progress import run_long

# Package → a file that it brings, by which it is known to be there (also when it came some other way).
PACKAGES: Mapping[str, str] = {
    "etcd-server": "etcd",
    "containerd": "containerd",
    "runc": "runc",
    "containernetworking-plugins": "/usr/lib/cni/bridge",
    "buildah": "buildah",
    "debootstrap": "debootstrap",
    "iptables": "iptables",
    "nftables": "nft",
    "conntrack": "conntrack",
    "iproute2": "ip",
    "util-linux": "unshare",
    "mount": "mount",
}


def missing(packages: Mapping[str, str] = PACKAGES) -> list[str]:
    """The packages whose programs this machine lacks."""
    return [package for package, program in packages.items() if shutil.which(program, path=_path()) is None]


def install(more: Mapping[str, str] | None = None) -> None:
    """Install what is missing of PACKAGES and `more` from the machine's own Debian mirror.

    The services that come with it are not started.
    Raises ClusterError on a machine without apt-get, and when apt-get fails, with the end of its output.
    """
    packages = {**PACKAGES, **(more or {})}
    wanted = missing(packages)
    if not wanted:
        print(f"all packages are there: {', '.join(packages)}")
        return
    if shutil.which("apt-get") is None:
        raise ClusterError(f"no apt-get here: install the equivalents of {', '.join(wanted)} yourself")
    with tempfile.TemporaryDirectory() as work:
        # The cluster runs its own etcd and containerd: Debian's services would only take ports and memory.
        policy = Path("/usr/sbin/policy-rc.d")
        ours = not policy.exists()
        if ours:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        try:
            env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            run_long("reading package lists", ["apt-get", "update"], log=Path(work, "update.log"), env=env)
            argv = ["apt-get", "install", "--yes", "--no-install-recommends", *wanted]
            run_long(f"installing {', '.join(wanted)}: about 1 minute", argv, log=Path(work, "install.log"), env=env)
        finally:
            if ours:
                policy.unlink()
    still = missing(packages)
    if still:
        raise ClusterError(f"apt-get installed {', '.join(still)}, but their programs are not in {_path()}")


def _path() -> str:
    # A user's PATH often lacks the sbin folders.
    return f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
