"""A Slack that does what a test tells it to, on loopback, and helpers that make news."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.model import AccountRef, ResourceRef
from nightaudit_auditor.manifests.types import Notification, SecretKeyRef, SlackTarget
from nightaudit_auditor.notify import News


@dataclass(frozen=True)
class Reply:
    """What the server answers: a status, headers and a body; `drop` closes the connection without an answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    delay: float = 0.0


@dataclass(frozen=True)
class Call:
    method: str
    body: dict[str, Any]
    raw: bytes
    authorization: str | None


Plan = Callable[[Call, int], Reply | None]
"""(the call, how many calls came before it) → the answer; None: as Slack would."""


class Scripted:
    """Answers like Slack, except where `plan` says otherwise; `calls` is what it received."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.plan: Plan = lambda _call, _before: None
        self.released = threading.Event()
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                call = Call(
                    self.path.removeprefix("/api/").lstrip("/"),
                    _body(raw, self.headers.get("Content-Type", "")),
                    raw,
                    self.headers.get("Authorization"),
                )
                before = len(scripted.calls)
                scripted.calls.append(call)
                reply = scripted.plan(call, before) or scripted.as_slack(call, before)
                if reply.delay:
                    scripted.released.wait(reply.delay)
                self.close_connection = True
                if reply.drop:
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                return  # a client that gave up waiting is what some tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/api/"

    def as_slack(self, call: Call, before: int) -> Reply:
        answers: dict[str, dict[str, object]] = {
            "chat.postMessage": {"channel": "C0SECURITY", "ts": f"1700000000.{before:06d}"},
            "files.getUploadURLExternal": {"upload_url": f"http://{self.host}/upload/F1", "file_id": "F1"},
            "files.completeUploadExternal": {"files": [{"id": "F1"}]},
        }
        if call.method == "upload/F1":
            return Reply(body=b"OK", headers={"Content-Type": "text/plain"})
        return Reply(body=json.dumps({"ok": True, **answers[call.method]}).encode())

    def posts(self) -> list[dict[str, Any]]:
        return [call.body for call in self.calls if call.method == "chat.postMessage"]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def _body(raw: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return json.loads(raw)
    if content_type.startswith("application/x-www-form-urlencoded"):
        return {key: values[0] for key, values in parse_qs(raw.decode()).items()}
    return {}


def refusal(error: str, **more: object) -> Reply:
    return Reply(body=json.dumps({"ok": False, "error": error, **more}).encode())


@pytest.fixture
def slack() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()


@pytest.fixture
def refuse() -> Callable[..., Reply]:
    return refusal


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def change() -> Callable[..., Change]:
    def make(number: int = 1, **given: Any) -> Change:
        values: dict[str, Any] = {
            "fingerprint": f"{number:064x}",
            "kind": "new",
            "check": "S3_BUCKET_PUBLIC_POLICY",
            "severity": "Critical",
            "tier": "A",
            "account": AccountRef(id="111111111111", name="production", labels={"env": "prod"}),
            "region": "eu-central-1",
            "resource": ResourceRef(
                arn=f"arn:aws:s3:::bucket-{number}", type="AWS::S3::Bucket", name=f"bucket-{number}"
            ),
            "title": "Anyone can read the bucket",
            "detail": "the policy allows s3:GetObject to everyone",
            "run": "nightly-2",
            "time": "2026-01-02T03:17:00Z",
        }
        return Change(**{**values, **given})

    return make


@pytest.fixture
def news() -> Callable[..., News]:
    def make(*changes: Change, **given: Any) -> News:
        values: dict[str, Any] = {
            "schedule": "nightly",
            "namespace": "security",
            "run": "nightly-2",
            "result": "Findings",
            "baseline": False,
            "time": "2026-01-02T03:17:00Z",
            "accounts_total": 3,
            "counts": {"Critical": 1, "High": 2},
            "changes": changes,
            "remediation": {"S3_BUCKET_PUBLIC_POLICY": "Turn on Block Public Access."},
        }
        return News(**{**values, **given})

    return make


@pytest.fixture
def notification() -> Callable[..., Notification]:
    def make(**given: Any) -> Notification:
        target = SlackTarget(channel="#security", token_secret_ref=SecretKeyRef(name="slack", key="token"))
        return Notification(**{"name": "security", "slack": target, **given})

    return make
