"""One world per instance: network, mount, PID, IPC and UTS namespaces held by one first process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.cluster.cgroups import remove_cgroups
from demo.cluster.errors import ClusterError
from demo.cluster.paths import SOURCES
from demo.cluster.subnets import POD_BRIDGE_IP, SERVICE_CIDR, Subnet
from demo.cluster.waiting import tail, wait_until

_MARK = ("-I", str(SOURCES / "init.py"))
_ENTER = ("--net", "--mount", "--pid", "--ipc", "--uts")
_PROGRAM_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class World:
    """The namespaces of the instance whose state is in `state`."""

    state: Path
    init: int

    def run(self, argv: Sequence[str], *, seconds: float = 60) -> str:
        """Run a short program inside and return what it printed.

        Raises ClusterError with its error output when it fails or takes longer than `seconds`.
        """
        return run(self._entered(argv), seconds=seconds)

    def spawn(self, name: str, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        """Start a program inside that outlives its starter; output in `logs/NAME.log`, its PID in `run/NAME.pid`."""
        if not _PROGRAM_NAME.fullmatch(name):
            raise ClusterError(f"program name {name!r}: use lower-case letters, digits, '.' and '-'")
        if self.alive(name):
            raise ClusterError(f"{name} runs already in this instance")
        log, pid = self.log(name), self._pid_file(name)
        for file in (log, pid):
            file.parent.mkdir(exist_ok=True)
        # The inner shell becomes the program; the outer one ends, and the instance's first process adopts it.
        script = 'cd "$1" || exit; log=$2 pid=$3; shift 3; setsid sh -c \'echo $$ >"$0"; exec "$@"\' "$pid" "$@" >>"$log" 2>&1 &'
        entered = self._entered(["sh", "-c", script, "sh", str(cwd), str(log), str(pid), *argv])
        pid.unlink(missing_ok=True)
        done = subprocess.run(
            entered,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=dict(env),
            timeout=30,
        )
        if done.returncode != 0:
            raise ClusterError(f"{name} could not be started: {done.stderr.strip()}")
        wait_until(f"{name} to start", lambda: pid.exists() and pid.read_text().endswith("\n"), seconds=10)

    def alive(self, name: str) -> bool:
        """Whether the program called `name` runs."""
        file = self._pid_file(name)
        if not file.exists():
            return False
        # Seen through the first process: its /proc counts PIDs as the instance does.
        status = Path(f"/proc/{self.init}/root/proc/{file.read_text().strip() or 0}/stat")
        try:
            return status.read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    def log(self, name: str) -> Path:
        """The log of the program called `name`."""
        return self.state / "logs" / f"{name}.log"

    def stop(self, name: str) -> None:
        """End the program called `name`: politely, then by force after 5 s; nothing happens when it does not run."""
        for polite in (True, False):
            if not self.alive(name):
                break
            self.run(["kill", "-TERM" if polite else "-KILL", self._pid_file(name).read_text().strip()])
            try:
                wait_until(f"{name} to end", lambda: not self.alive(name), seconds=5)
            except ClusterError:
                if not polite:
                    raise
        self._pid_file(name).unlink(missing_ok=True)

    def join_network(self, subnet: Subnet) -> None:
        """Make the veth pair to the host and the pods' bridge."""
        run(["ip", "link", "add", subnet.link, "type", "veth", "peer", "name", "eth0", "netns", str(self.init)])
        run(["ip", "address", "add", f"{subnet.host}/30", "dev", subnet.link])
        run(["ip", "link", "set", subnet.link, "up"])
        steps = f"""
            ip link set lo up
            ip address add {subnet.instance}/30 dev eth0
            ip link set eth0 up
            ip link add cni0 type bridge
            ip address add {POD_BRIDGE_IP}/24 dev cni0
            ip link set cni0 up
            ip route add {SERVICE_CIDR} dev cni0 src {POD_BRIDGE_IP}
            ip route add unreachable default"""
        # The last two: programs on the node find Services, and nothing waits for an answer from outside.
        self.run(["sh", "-e", "-c", steps])

    def _pid_file(self, name: str) -> Path:
        return self.state / "run" / f"{name}.pid"

    def _entered(self, argv: Sequence[str]) -> list[str]:
        return ["nsenter", f"--target={self.init}", *_ENTER, "--", *argv]


def create(state: Path, node: str) -> World:
    """Make the namespaces and their first process, which outlives the caller."""
    log = state / "logs" / "init.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    argv = ["unshare", *_ENTER, "--fork", "--kill-child", sys.executable, *_MARK, str(state), node]
    # Every process of the instance's first moments inherits the writing end: its closing says that all have ended.
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        with log.open("ab") as output:
            # `setsid --fork` ends at once: what it leaves is nobody's child, and survives the caller and its terminal.
            subprocess.run(
                ["setsid", "--fork", *argv],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"PATH": PATH},
                cwd="/",
                pass_fds=(writer,),
            )
        os.close(writer)

        def ready() -> bool:
            if _closed(reader):
                raise ClusterError(f"the instance's namespaces could not be made\n{tail(log)}")
            return (state / "ready").exists()

        wait_until("the instance's namespaces", ready, seconds=15, explain=lambda: tail(log))
    finally:
        os.close(reader)
    world = find(state)
    if world is None:
        raise ClusterError(f"the instance's first process has vanished\n{tail(log)}")
    return world


def find(state: Path) -> World | None:
    """The namespaces of an instance that is up, or half up: found by its first process, never by a remembered PID."""
    for pid, argv in _processes():
        if argv[1:4] == [*_MARK, str(state)]:
            return World(state, pid)
    return None


def destroy(state: Path, subnet: Subnet | None) -> None:
    """End every process of an instance, and remove its link and control groups; whatever is left of it."""
    _kill_all(state)
    # containerd puts its containers' groups next to those of other instances, under the name k8s.io.
    bundles = state / "containerd-root" / "io.containerd.runtime.v2.task" / "k8s.io"
    containers = [bundle.name for bundle in bundles.iterdir()] if bundles.exists() else []
    if subnet is not None:
        if Path("/sys/class/net", subnet.link).exists():
            # The kernel removes the pair with the network namespace, a moment after its last process.
            subprocess.run(["ip", "link", "delete", subnet.link], capture_output=True, check=False, timeout=30)
        wait_until(f"link {subnet.link} to go", lambda: not Path("/sys/class/net", subnet.link).exists(), seconds=15)
        wait_until(
            f"control groups {subnet.cgroup} to go", lambda: remove_cgroups(subnet.cgroup, containers), seconds=15
        )


def _closed(reader: int) -> bool:
    try:
        return os.read(reader, 1) == b""
    except BlockingIOError:
        return False


def _kill_all(state: Path) -> None:
    quiet = 0

    def gone() -> bool:
        nonlocal quiet
        left = [pid for pid, argv in _processes() if _marked(argv, state)]
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        # A process that is just becoming another program has no arguments for an instant, and is not seen.
        quiet = 0 if left else quiet + 1
        return quiet == 2

    wait_until(f"the processes of {state.name} to end", gone, seconds=30)


def _marked(argv: Sequence[str], state: Path) -> bool:
    """Whether it is the first process of the instance, or one of those (setsid, unshare) that become or hold it."""
    return tuple(argv[-4:-1]) == (*_MARK, str(state))


def _processes() -> list[tuple[int, list[str]]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                argv = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if argv:
                found.append((int(entry.name), argv))
    return found


def run(argv: Sequence[str], *, seconds: float = 60, stdin: str = "", what: str = "") -> str:
    """Run a program to its end and return its output.

    Raises ClusterError with its error output when it fails, is missing, or takes longer than `seconds`.
    """
    what = what or " ".join(argv)
    try:
        # An empty input rather than none: a program that reads must not wait for the caller's terminal.
        done = subprocess.run(list(argv), input=stdin, capture_output=True, text=True, timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise ClusterError(f"{argv[0]} is not installed: run `python -m demo.cluster packages`") from error
    except subprocess.TimeoutExpired as error:
        raise ClusterError(f"{what}: no end after {seconds:.0f} s") from error
    if done.returncode != 0:
        raise ClusterError(f"{what}: status {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout
