"""First process of an instance's namespaces: arranges the mounts, then buries orphans. Run by path, standard library only.

Arguments: the instance's state folder and its node name. Its end (SIGKILL) is the end of everything in the instance.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


def mount(*arguments: str | Path) -> None:
    """Run mount(8); a failure ends the instance with mount's own message in the log."""
    subprocess.run(["mount", *map(str, arguments)], check=True)


def bind_file(source: Path, target: Path) -> None:
    """Lay `source` over `target`, following links: on many machines /etc/resolv.conf points into /run."""
    target = target.resolve()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    mount("--bind", source, target)


def arrange(state: Path, node: str) -> None:
    """Give the instance its own /proc, /run, logs, and container storage, and no way to a DNS server."""
    mount("--make-rprivate", "/")
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for name in ("kubelet", "containerd-root"):
        source, target = state / name, Path("/run", name)
        source.mkdir(exist_ok=True)
        target.mkdir()
        mount("--bind", source, target)
    # Places that the kubelet (/var/log/pods, /var/log/containers) and CNI (/var/lib/cni) do not let one choose.
    for folder in ("/var/log", "/var/lib/cni"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", folder)
    bind_file(state / "etc" / "hosts", Path("/etc/hosts"))
    bind_file(state / "etc" / "resolv.conf", Path("/etc/resolv.conf"))
    socket.sethostname(node)


def bury() -> None:
    """Wait for every orphan that the namespace's processes leave, for ever."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        signal.sigwait({signal.SIGCHLD})


if __name__ == "__main__":
    state_folder = Path(sys.argv[1])
    arrange(state_folder, sys.argv[2])
    (state_folder / "ready").touch()
    bury()
