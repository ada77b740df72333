"""`python -m demo.slack --host H --port P [--token xoxb-…] [--state FILE]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from demo.slack import TOKEN
from demo.slack.server import serve


def main(argv: list[str]) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m demo.slack", description="the demo's Slack")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default 8080)")
    parser.add_argument("--token", default=TOKEN, help="the one bot token that is accepted")
    parser.add_argument("--state", type=Path, help="file that keeps the messages across restarts")
    options = parser.parse_args(argv)
    asyncio.run(serve(options.host, options.port, options.token, options.state))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
