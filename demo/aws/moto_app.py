"""moto's server application, called in this process, one request at a time.

moto's state is plain dictionaries without locks: one worker thread is what makes concurrent collection safe, and costs
nothing, because moto is bound by the interpreter lock anyway.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import NotFound

_MODELS = {
    "access-analyzer": ("accessanalyzer",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "aps": ("amp",),
    "airflow": ("mwaa",),
    "bedrock": ("bedrock", "bedrock-agent"),
    "bedrock-agentcore": ("bedrock-agentcore-control",),
    "elasticfilesystem": ("efs",),
    "es": ("opensearch", "es"),
    "ses": ("sesv2",),
}
"""botocore's models, where a request is signed for another name."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of moto; `failure` names what moto lacks or broke on, and then the rest is empty."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    failure: str = ""


class MotoApp:
    """The dispatcher over all of moto's services."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)

    def call(self, method: str, raw_path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request. Never raises for what moto does: its exceptions become `failure`."""
        return self._run(_environ(method, raw_path, headers, body))

    def operation(self, service: str, method: str, raw_path: str, headers: Mapping[str, str]) -> str:
        """The operation that a REST request asks for, e.g. GetBucketPolicy; empty if no model has it."""
        for name in _MODELS.get(service, (service,)):
            try:
                model, _ = get_service_router(name).match(Request(_environ(method, raw_path, headers, b"")))
            except (NotFound, UnknownServiceError):
                continue
            return str(model.name)
        return ""

    def _run(self, environ: dict[str, Any]) -> Answer:
        started: list[tuple[int, tuple[tuple[str, str], ...]]] = []

        def start(status: str, headers: list[tuple[str, str]], _info: object = None) -> Callable[[bytes], None]:
            started.append((int(status.split(maxsplit=1)[0]), tuple(headers)))
            return lambda _: None

        try:
            chunks: Iterable[bytes] = self._app(environ, start)
            body = b"".join(chunks)
        except Exception as error:  # noqa: BLE001 - a gap in moto must not look like an outage of AWS
            return Answer(failure=f"{type(error).__name__}: {error}")
        status, headers = started[-1]
        content_type = dict(headers).get("Content-Type", "")
        if status >= 404 and "text/html" in content_type and body[:15].lower().startswith(b"<!doctype html>"):
            return Answer(failure=f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return Answer(status, headers, body)


def _environ(method: str, raw_path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The request as WSGI wants it."""
    parts = urlsplit(raw_path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": raw_path,
        "REQUEST_URI": raw_path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
