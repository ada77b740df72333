"""The demo's world without the cluster: AWS, S3 and Slack, as programs to start and as addresses to use."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from demo import slack
from demo.aws import facts
from demo.aws.seed import seed
from demo.s3 import Credentials, ensure_bucket
from demo.slack.plain import plain

SLACK_TOKEN = slack.TOKEN
SLACK_CHANNEL = "security-alerts"
READY_SECONDS = 60
STOP_SECONDS = 3
"""SeaweedFS takes 17 s to end on its own; its files are append-only, so that killing it loses nothing."""
REPOSITORY = Path(__file__).parents[1]
MANIFESTS = Path(__file__).parent / "manifests"
"""The schedule and the exceptions that the demo applies, as a user would write them."""

_S3_PORTS = 8


@dataclass(frozen=True)
class Ports:
    """Where the servers listen; S3 takes eight ports in a row."""

    aws: int = 4566
    s3: int = 8333
    slack: int = 8090

    @staticmethod
    def free(host: str = "127.0.0.1") -> Ports:
        """Ports that nobody listens on just now."""
        # From a random place on: others may be looking for ports at this very moment.
        bases = list(range(20000, 32000, 16))
        random.shuffle(bases)
        for base in bases:
            if all(_is_free(host, base + offset) for offset in range(_S3_PORTS + 2)):
                return Ports(aws=base + _S3_PORTS, s3=base, slack=base + _S3_PORTS + 1)
        raise RuntimeError(f"no ten free ports in a row on {host}")


@dataclass(frozen=True)
class ServerSpec:
    """A program to start; `ready_url` answers 200 once it serves."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    ready_url: str


@dataclass(frozen=True)
class SlackMessage:
    """A message as a person reads it; `thread` says whether it sits below another one."""

    channel: str
    text: str
    thread: bool


class World:
    """The three servers. `host` is where this process reaches them, `listen` the address that they bind (default: `host`).

    `start` and `stop` run them here; whoever runs them elsewhere (inside a cluster's namespaces) starts what `servers`
    lists, and uses the rest.
    """

    def __init__(
        self, host: str = "127.0.0.1", *, state: Path, listen: str | None = None, ports: Ports | None = None
    ) -> None:
        self.host = host
        self.state = state
        self.listen = listen or host
        self.ports = ports or Ports()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def seen_from(self, address: str) -> World:
        """The same world, as it is reached from elsewhere: by pods, say."""
        return World(address, state=self.state, listen=self.listen, ports=self.ports)

    @property
    def aws_url(self) -> str:
        """AWS_ENDPOINT_URL."""
        return f"http://{self.host}:{self.ports.aws}"

    @property
    def s3_url(self) -> str:
        """The S3 server itself; the auditor reaches it through `aws_url`."""
        return f"http://{self.host}:{self.ports.s3}"

    @property
    def slack_url(self) -> str:
        """The Slack server."""
        return f"http://{self.host}:{self.ports.slack}"

    @property
    def slack_api_url(self) -> str:
        """What stands for https://slack.com/api/."""
        return f"{self.slack_url}/api/"

    @property
    def slack_page(self) -> str:
        """The page that draws the channel with the news."""
        return f"{self.slack_url}/?channel={SLACK_CHANNEL}"

    @property
    def report_url_template(self) -> str:
        """What turns a report's place into a link that a browser opens."""
        return f"{self.aws_url}/demo/objects/{{bucket}}/{{key}}"

    def environment(self) -> dict[str, str]:
        """The standard AWS variables with which any program of AWS's SDKs uses this world."""
        return {
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_REGION": facts.HOME_REGION,
            "AWS_ACCESS_KEY_ID": facts.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": facts.SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def servers(self) -> list[ServerSpec]:
        """What to start. The programs find the project's packages by the working folder, REPOSITORY."""
        near = "127.0.0.1" if self.listen == "0.0.0.0" else self.listen
        s3 = ("--port", str(self.ports.s3), "--state", str(self.state / "s3"))
        aws = ("--port", str(self.ports.aws), "--s3", f"http://{near}:{self.ports.s3}")
        slack = ("--port", str(self.ports.slack), "--token", SLACK_TOKEN, "--state", str(self.state / "slack.json"))
        return [
            self._server("s3", s3, f"{self.s3_url}/healthz"),
            self._server("aws", aws, f"{self.aws_url}/demo/ready"),
            self._server("slack", slack, f"{self.slack_url}/demo/messages"),
        ]

    def _server(self, name: str, arguments: Sequence[str], ready_url: str) -> ServerSpec:
        argv = (sys.executable, "-m", f"demo.{name}", "--host", self.listen, *arguments)
        return ServerSpec(name, argv, {"PYTHONUNBUFFERED": "1"}, ready_url)

    def start(self) -> None:
        """Start what does not run, and wait until it serves. Raises TimeoutError with the log of what does not."""
        self.state.mkdir(parents=True, exist_ok=True)
        for server in self.servers():
            if _answers(server.ready_url):
                continue
            with self._log(server.name).open("wb") as log:
                self._running[server.name] = subprocess.Popen(
                    server.argv, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )
        self.wait_ready()

    def _log(self, name: str) -> Path:
        return self.state / f"{name}.log"

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until every server answers. Raises TimeoutError naming the one that does not."""
        until = time.monotonic() + seconds
        for server in self.servers():
            while not _answers(server.ready_url):
                process = self._running.get(server.name)
                ended = process is not None and process.poll() is not None
                if ended or time.monotonic() > until:
                    why = "ended" if ended else f"does not answer at {server.ready_url} after {seconds:.0f} s"
                    raise TimeoutError(f"the demo's {server.name} server {why}{self._last_words(server.name)}")
                time.sleep(0.1)

    def _last_words(self, name: str) -> str:
        log = self._log(name)
        return f":\n{log.read_text(errors='replace')[-2000:]}" if name in self._running and log.exists() else ""

    def seed(self) -> bool:
        """Make the bucket and fill the accounts, unless that is done. True if the accounts were filled now."""
        ensure_bucket(self.s3_url, facts.AUDIT_BUCKET, Credentials(facts.ACCESS_KEY, facts.SECRET_KEY))
        return seed(self.aws_url)

    def stop(self) -> None:
        """End what `start` started, and wait for it."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)
        self._running.clear()

    def slack_messages(self) -> list[SlackMessage]:
        """What Slack received, oldest first. Raises URLError if it does not answer."""
        return [
            SlackMessage(one["channel_name"], plain(one["text"], one["blocks"]), one["reply"])
            for one in self._ask(f"{self.slack_url}/demo/messages")["messages"]
        ]

    def slack_fault(self, **faults: object) -> None:
        """Play faults (`down=True`, `status=500`, `rate_limit=3`, …: `demo.slack.pace.Faults`); none given: all is well."""
        self._ask(f"{self.slack_url}/demo/fault", faults)

    def aws_latency(self, **seconds: float) -> None:
        """Let the answers of these AWS services (`ec2=30`) come late; none given: all are prompt."""
        self._ask(f"{self.aws_url}/demo/fault", {"latency": seconds})

    def sns_messages(self, topic_arn: str = facts.ERRORS_TOPIC_ARN) -> list[dict[str, str]]:
        """What was published to a topic, oldest first: {id, subject, message}."""
        found: list[dict[str, str]] = self._ask(f"{self.aws_url}/demo/messages?topic={topic_arn}")
        return found

    def _ask(self, url: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(url, data), timeout=10) as answer:
            return json.load(answer)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, OSError):
        return False


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
