"""`python -m demo.cluster`: the cluster from the command line."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from demo.cluster import binaries, packages
from demo.cluster.cluster import Cluster, require_root
from demo.cluster.errors import ClusterError
from demo.cluster.images import build_images


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed or (for `status`) not up, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command not in {"build", "helm"}:
            require_root()
        return _run(arguments)
    except ClusterError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.cluster", description="A real single-node Kubernetes.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("packages", help="install the Debian packages that are missing")
    commands.add_parser("build", help="build Kubernetes and Helm from Go modules into the cache, once")
    helm = commands.add_parser("helm", help="run the Helm that was built: helm -- lint FOLDER")
    helm.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- ARGUMENT …")
    for name, text in (
        ("up", "bring an instance up; does nothing when it is up"),
        ("down", "end an instance and remove every trace of it"),
        ("status", "say what runs of an instance"),
        ("images", "build the project's images and load them into an instance"),
        ("kubectl", "run kubectl as administrator: kubectl --name NAME -- get pods"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--name", default="demo", help="the instance (default: demo)")
        if name == "up":
            command.add_argument("--no-node", action="store_true", help="only etcd, API server, controller manager")
        if name == "kubectl":
            command.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- ARGUMENT …")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "packages":
        packages.install()
        return 0
    if arguments.command == "build":
        built = binaries.build()
        print(f"kubectl: {built.kubectl}\nhelm: {built.helm}")
        return 0
    if arguments.command == "helm":
        _become(str(binaries.build().helm), [], arguments.arguments)
    cluster = Cluster(arguments.name)
    began = time.monotonic()
    if arguments.command == "up":
        cluster.up(node=not arguments.no_node)
        print(f"instance {cluster.name} is up after {time.monotonic() - began:.1f} s")
        print(f"  export KUBECONFIG={cluster.kubeconfig}")
    elif arguments.command == "down":
        cluster.down()
        print(f"instance {cluster.name} is down after {time.monotonic() - began:.1f} s: nothing is left of it")
    elif arguments.command == "status":
        return _print_status(cluster)
    elif arguments.command == "images":
        images = build_images()
        cluster.load_images(images.archives)
        print(f"{images.operator}\n{images.auditor}\nloaded after {time.monotonic() - began:.1f} s")
    elif arguments.command == "kubectl":
        _become(str(cluster.kubectl_path), [f"--kubeconfig={cluster.kubeconfig}"], arguments.arguments)
    return 0


def _become(program: str, own: Sequence[str], arguments: Sequence[str]) -> NoReturn:
    """Replace this process, so that the program has the terminal, its own exit status and its own colours."""
    sys.stdout.flush()
    rest = arguments[1:] if arguments[:1] == ["--"] else arguments
    os.execv(program, [program, *own, *rest])  # noqa: S606 - no shell is the point


def _print_status(cluster: Cluster) -> int:
    status = cluster.status()
    if not status.programs:
        print(f"instance {cluster.name} is down")
        return 1
    for name, alive in status.programs.items():
        print(f"{name:28} {'running' if alive else 'ENDED'}")
    print(f"{'API':28} {'ready' if status.api_ready else 'NOT READY'}")
    print(f"{'node':28} {'ready' if status.node_ready else 'not ready'}")
    return 0 if status.api_ready else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
