"""`python -m demo.aws --host H --port P [--s3 URL]` serves; `python -m demo.aws messages --endpoint URL` reads a topic."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

from yarl import URL

from demo.aws import facts


def main(argv: list[str]) -> int:
    """Run the server, or print what was published to an SNS topic."""
    parser = argparse.ArgumentParser(prog="python -m demo.aws", description="the demo's AWS organization")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=4566, help="port to listen on (default 4566)")
    parser.add_argument("--s3", help=f"address of the S3 server that holds the bucket {facts.AUDIT_BUCKET}")
    commands = parser.add_subparsers(dest="command")
    reader = commands.add_parser("messages", help="print the messages of an SNS topic, as JSON")
    reader.add_argument("--endpoint", default="http://127.0.0.1:4566", help="address of the running server")
    reader.add_argument("--topic", default=facts.ERRORS_TOPIC_ARN, help="ARN of the topic (default: the errors topic)")
    options = parser.parse_args(argv)
    if options.command == "messages":
        return _messages(options.endpoint, options.topic)
    from demo.aws.server import serve  # noqa: PLC0415 - imports moto, which only the server needs

    asyncio.run(serve(options.host, options.port, URL(options.s3) if options.s3 else None))
    return 0


def _messages(endpoint: str, topic: str) -> int:
    url = f"{endpoint.rstrip('/')}/demo/messages?{urllib.parse.urlencode({'topic': topic})}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            print(json.dumps(json.load(answer), indent=2))
    except urllib.error.HTTPError as error:
        print(f"{url}: {error.read().decode()}", file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        print(f"{url}: {error.reason}. Is the demo running?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
