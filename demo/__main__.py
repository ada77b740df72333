"""`python -m demo`: up, down, local, prepare. What it shows, it asks from the cluster itself."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from demo.cluster import binaries, packages
from demo.cluster.cluster import require_root
from demo.cluster.errors import ClusterError
from demo.cluster.images import build_images

BROWSER = {"chromium": "chromium"}


def main(argv: Sequence[str]) -> int:
    """0 it played; 1 it failed, and said why; 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Night Audit on one machine")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("up", help="play the demo on a real Kubernetes (root)")
    commands.add_parser("down", help="end the demo and remove every trace of it (root)")
    commands.add_parser("local", help="run the auditor alone against the demo's AWS: no cluster, no root")
    commands.add_parser(
        "prepare", help="install and build what the tests need: packages, Kubernetes, images, a browser"
    )
    command = parser.parse_args(argv).command
    try:
        if command == "local":
            from demo.local import play  # noqa: PLC0415 - each command loads what it needs

            return play()
        require_root()
        if command == "down":
            from demo.show import end  # noqa: PLC0415

            end()
        elif command == "prepare":
            packages.install(BROWSER)
            _build()
            build_images()
        else:
            from demo.show import play as show  # noqa: PLC0415

            packages.install()
            _build()
            show()
    except (ClusterError, TimeoutError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; `make demo-down` removes what is up", file=sys.stderr)
        return 130
    return 0


def _build() -> None:
    began = time.monotonic()
    binaries.build()
    if time.monotonic() - began > 5:
        print(f"  built in {time.monotonic() - began:.0f} s, and cached: the next time takes none")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
