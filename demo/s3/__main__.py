"""`python -m demo.s3 --host H --port P --state FOLDER`: becomes SeaweedFS, on the ports P to P+7."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from demo.aws import facts
from demo.s3.server import DEFAULT_PORT, Credentials, Ports, command


def main(argv: list[str]) -> int:
    """Replace this process by the server, so that a signal to it reaches the server."""
    parser = argparse.ArgumentParser(prog="python -m demo.s3", description="the demo's S3 (SeaweedFS)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="first of eight ports (default 8333)")
    parser.add_argument("--state", type=Path, required=True, help="folder for configuration and data")
    options = parser.parse_args(argv)
    credentials = Credentials(facts.ACCESS_KEY, facts.SECRET_KEY)
    arguments, environment = command(options.host, Ports(options.port), options.state.absolute(), credentials)
    os.execve(arguments[0], arguments, environment)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
