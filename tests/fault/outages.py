"""Faults that befall many calls at once, on the way to AWS: everything that is sent at that time meets them."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch
from urllib.parse import urlsplit

from nightaudit_auditor.collect.wire import Answer, Wire, WireError

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
_CHUNK = 64 * 1024


@dataclass
class Relay:
    """The only way to an AWS on loopback, by TCP. While it is down nobody listens, and what was under way is broken off."""

    host: str
    port: int
    _listening: asyncio.Server | None = None
    _own: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._own}"

    async def up(self) -> None:
        """Listen, always on the same port."""
        self._listening = await asyncio.start_server(self._meet, "127.0.0.1", self._own, backlog=1024)
        self._own = self._listening.sockets[0].getsockname()[1]

    def down(self) -> None:
        """Refuse connections, and break off those that are open."""
        if self._listening is not None:
            self._listening.close()
        for writer in tuple(self._open):
            writer.transport.abort()

    async def down_for(self, seconds: float) -> None:
        self.down()
        await asyncio.sleep(seconds)
        await self.up()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection(self.host, self.port)
        ends = {writer, ahead}
        self._open |= ends
        try:
            await asyncio.gather(_pass_on(reader, ahead), _pass_on(behind, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def relayed(url: str) -> AsyncIterator[Relay]:
    """A relay to the AWS at `url`, up."""
    parts = urlsplit(url)
    relay = Relay(str(parts.hostname), int(parts.port or 80))
    await relay.up()
    try:
        yield relay
    finally:
        relay.down()


@dataclass(frozen=True)
class Sent:
    """A request as the wire sees it."""

    region: str
    service: str
    action: bytes


@dataclass
class Silence:
    """No connection can be had for the requests that `befalls` names, as each hears after so many `seconds`.

    `met` counts them by region and service.
    """

    befalls: Callable[[Sent], bool]
    seconds: float = 0.0
    met: Counter[tuple[str, str]] = field(default_factory=Counter)

    @contextmanager
    def falls(self) -> Iterator[None]:
        """Whoever collects now meets it. It is reported as `Wire` reports name servers that do not answer."""
        silence = self

        class Silenced(Wire):
            async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
                found = _SCOPE.search(headers.get("Authorization", ""))
                sent = Sent(*(found.groups() if found else ("", "")), body)
                if silence.befalls(sent):
                    silence.met[sent.region, sent.service] += 1
                    await asyncio.sleep(silence.seconds)
                    raise WireError("ConnectionError", "Temporary failure in name resolution", silent=True)
                return await super().send(method, url, headers, body)

        with patch("nightaudit_auditor.collect.collector.Wire", Silenced):
            yield


def for_seconds(seconds: float, befalls: Callable[[Sent], bool] = lambda _: True) -> Callable[[Sent], bool]:
    """From the first request that would meet it."""
    until: list[float] = []

    def now(sent: Sent) -> bool:
        if not befalls(sent):
            return False
        if not until:
            until.append(time.monotonic() + seconds)
        return time.monotonic() < until[0]

    return now
