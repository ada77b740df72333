"""HTTP: one aiohttp session with one TLS context for everything."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from asyncio import sslproto
from collections.abc import Mapping
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
import msgspec
from botocore.httpsession import get_cert_path
from botocore.session import Session
from botocore.utils import get_environ_proxies
from yarl import URL

_TLS_BUFFER = 4 * 1024  # bytes; a larger answer comes in pieces
NO_SUCH_HOST = "NoSuchHost"
"""The code of a WireError for a name that does not exist, as the name servers say; that they did not answer is another one."""
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_MOST_HOSTS = 8192
"""Hosts whose proxy is remembered: each bucket has a host of its own."""
_PASSING = {"ConnectionError", "ConnectionReset", "Timeout", "ProxyUnavailable"}
_USERINFO = re.compile(r"//[^/\s]*@")


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds that a connection may take, that may pass without a byte of the answer, and that the whole request may take."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer, read to its end; the case of its headers' names does not matter."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WireError(Exception):
    """No whole answer came.

    `silent`: none began, so that the region may be down. `passing`: the way there failed, and may be well again in seconds.
    """

    def __init__(self, code: str, message: str, *, silent: bool = False) -> None:
        # The message goes into records and notifications, and a proxy's URL may hold a password.
        super().__init__(_USERINFO.sub("//", message))
        self.code = code
        self.silent = silent
        self.passing = code in _PASSING


class Wire:
    """Sends requests; honours AWS_CA_BUNDLE and its configuration, HTTPS_PROXY and NO_PROXY. An async context manager."""

    def __init__(
        self, session: Session, *, connections: int, user_agent: str, timeouts: Timeouts | None = None
    ) -> None:
        self._bundle = session.get_config_variable("ca_bundle")
        self._connections = connections
        self._user_agent = user_agent
        self._timeouts = timeouts or Timeouts()
        self._http: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}
        self._unusable = "the session is not open"

    async def __aenter__(self) -> Wire:
        # Loading the CA bundle costs tens of milliseconds: once, for all hosts.
        bundle = self._bundle or get_cert_path(True)
        try:
            context = ssl.create_default_context(cafile=bundle)
        except OSError as error:
            # Said by every call, so that each account's record and the report tell it.
            self._unusable = f"the CA bundle {bundle} cannot be read: {error.strerror or error}: check AWS_CA_BUNDLE"
            return self
        # asyncio reserves 256 KiB for each TLS connection; there are hundreds, one and more to a service and region, and nearly all
        # of their answers are small.
        sslproto.SSLProtocol.max_size = _TLS_BUFFER
        self._http = aiohttp.ClientSession(
            # Most hosts are asked within a second or never again: a bucket has one of its own.
            connector=aiohttp.TCPConnector(
                limit=self._connections, ssl=context, keepalive_timeout=1, ttl_dns_cache=300
            ),
            timeout=aiohttp.ClientTimeout(
                total=self._timeouts.total, sock_connect=self._timeouts.connect, sock_read=self._timeouts.read
            ),
            # aiohttp's own trust reads ~/.netrc, whose entries clash with a signature, and does so for each request.
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent},
            skip_auto_headers=("Content-Type",),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Raises WireError if no whole answer came."""
        if self._http is None:
            raise WireError("InvalidCABundle", self._unusable)
        begun = False
        try:
            # The URL was signed as it is: nothing may encode it again.
            async with self._http.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                proxy=self._proxy(url),
            ) as answer:
                begun = True
                content = await answer.read()
                return Answer(answer.status, answer.headers, content)
        except aiohttp.ClientConnectorDNSError as error:
            missing = getattr(error.os_error, "errno", None) in _NO_SUCH_NAME
            raise WireError(NO_SUCH_HOST if missing else "ConnectionError", _text(error), silent=True) from error
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientProxyConnectionError,
        ) as error:
            raise WireError("ConnectionError", _text(error), silent=True) from error
        except aiohttp.InvalidURL as error:
            raise WireError("InvalidEndpoint", f"not a URL: {url}") from error
        except TimeoutError as error:
            raise WireError("Timeout", self._too_late(error, begun=begun), silent=not begun) from error
        except aiohttp.ClientPayloadError as error:
            raise WireError("TruncatedAnswer", _text(error)) from error
        except aiohttp.ClientHttpProxyError as error:
            proxy = error.request_info.real_url
            message = (
                f"the proxy {proxy.host}:{proxy.port} answered {error.status}: check HTTPS_PROXY and its credentials"
            )
            raise WireError("ProxyRefused" if error.status < 500 else "ProxyUnavailable", message) from None
        except (aiohttp.ClientError, OSError) as error:
            raise WireError("ConnectionReset", _text(error)) from error

    async def exists(self, url: str) -> bool:
        """Whether the name servers know the host of `url`; so if they do not answer. A proxy looks names up itself: False."""
        if self._proxy(url) is not None:
            return False
        try:
            # Without a port: its name would be looked up too, and an image without /etc/services knows none.
            await asyncio.get_running_loop().getaddrinfo(urlsplit(url).hostname, None)
        except OSError as error:
            return error.errno not in _NO_SUCH_NAME
        return True

    def _too_late(self, error: TimeoutError, *, begun: bool) -> str:
        between = isinstance(error, aiohttp.ServerTimeoutError)
        if begun and between:
            return f"the answer stopped in the middle, for {self._timeouts.read:g} s"
        if begun:
            return f"the answer was not complete within {self._timeouts.total:g} s"
        return f"no answer within {self._timeouts.read if between else self._timeouts.total:g} s"

    def _proxy(self, url: str) -> str | None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._proxies:
            if len(self._proxies) >= _MOST_HOSTS:
                self._proxies.clear()
            proxy = get_environ_proxies(origin).get(parts.scheme)
            self._proxies[origin] = proxy if proxy is None or "://" in proxy else f"http://{proxy}"
        return self._proxies[origin]


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
