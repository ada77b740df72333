"""`python -m bench.replay RECORDING [--tls FOLDER]`: answers what was recorded, each request after a given latency.

A process of its own, driven by JSON lines on standard input, each of which is answered by one on standard output:
`{"latency": seconds}` starts counting anew, `{}` tells the counts. It ends with its input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bench import recording
from bench.certificates import Certificates
from bench.recording import Exchange, Key

_ACCESS_KEY = b"ASIA%b0000"
"""The temporary access key of an account: its id is in it, so that every request says whom it is about."""


class Counts(msgspec.Struct):
    """What was seen since the counting began. `busy` is the server's own CPU seconds, `unknown` the unrecorded questions.

    `waited` sums the seconds that the requests were in flight; `first` and `last` are when the first came and the last left.
    """

    requests: int = 0
    connections: int = 0
    in_flight: int = 0
    peak: int = 0
    waited: float = 0.0
    first: float = 0.0
    last: float = 0.0
    busy: float = 0.0
    unknown: list[str] = []


class Replay:
    """The recorded answers, for any account."""

    def __init__(self, path: Path) -> None:
        recorded = recording.read(path)
        self._account = recorded.account.encode()
        self._answers: dict[Key, Exchange] = {exchange.key: exchange for exchange in recorded.exchanges}
        self._raw: dict[tuple[bytes, ...], bytes] = {}
        self.latency = 0.0
        self.counts = Counts()
        self._began = time.process_time()

    def restart(self, latency: float) -> None:
        """Count anew."""
        self.latency = latency
        self.counts = Counts()
        self._began = time.process_time()

    def told(self) -> bytes:
        """The counts, as a line."""
        self.counts.busy = time.process_time() - self._began
        return msgspec.json.encode(self.counts) + b"\n"

    def answer(self, method: bytes, target: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
        """The whole HTTP answer."""
        who = recording.caller(headers.get(b"authorization", b""))
        if who is None:
            return _http(403, {}, b"unsigned")
        access_key, region, service = who
        account = access_key[4:16] if access_key.startswith(b"ASIA") else self._account
        host, action = headers.get(b"host", b""), headers.get(b"x-amz-target", b"")
        asked = (account, service, region, method, target, host, action, body)
        known = self._raw.get(asked)
        if known is not None:
            return known
        if b"Action=AssumeRole&" in body:
            return _assumed(body)
        theirs = (self._theirs(text, account) for text in (target, host, action, body))
        found = recording.key(service, region, method, *theirs)
        exchange = self._answers.get(found)
        if exchange is None:
            self.counts.unknown.append(b" ".join((*found[:5], found[5][:200])).decode(errors="replace"))
            return _http(
                400, {"content-type": "application/json"}, b'{"__type":"NotRecorded","message":"not recorded"}'
            )
        whole = _http(exchange.status, exchange.headers, exchange.body.replace(self._account, account))
        if account == self._account:
            self._raw[asked] = whole
        return whole

    def _theirs(self, text: bytes, account: bytes) -> bytes:
        return text if account == self._account else text.replace(account, self._account)


def _http(status: int, headers: dict[str, str], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} -\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _assumed(body: bytes) -> bytes:
    account = body.partition(b"arn%3Aaws%3Aiam%3A%3A")[2][:12]
    expires = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = (
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
        f"<AccessKeyId>{(_ACCESS_KEY % account).decode()}</AccessKeyId><SecretAccessKey>of-no-use</SecretAccessKey>"
        f"<SessionToken>of-no-use</SessionToken><Expiration>{expires}</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>AROA:bench</AssumedRoleId><Arn>arn:aws:sts::{account.decode()}:assumed-role/"
        "nightaudit/bench</Arn></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"
    )
    return _http(200, {"content-type": "text/xml"}, answer.encode())


class Connection(asyncio.Protocol):
    """One client connection: requests one after another, each with a Content-Length if it has a body."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server is given
        self._transport = transport
        self._replay.counts.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.split(b"\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}
        length = int(headers.get(b"content-length", b"0"))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        method, target, _ = first.split(b" ", 2)
        counts, loop = self._replay.counts, asyncio.get_running_loop()
        came = loop.time()
        counts.first = counts.first or came
        counts.requests += 1
        counts.in_flight += 1
        counts.peak = max(counts.peak, counts.in_flight)
        answer = self._replay.answer(method, target, headers, rest[:length])
        if self._replay.latency:
            loop.call_at(came + self._replay.latency, self._write, answer, came, counts)
        else:
            self._write(answer, came, counts)

    def _write(self, answer: bytes, came: float, counts: Counts) -> None:
        now = asyncio.get_running_loop().time()
        counts.in_flight -= 1
        counts.waited += now - came
        counts.last = now
        if self._transport is not None:
            self._transport.write(answer)


async def serve(path: Path, tls: Path | None) -> None:
    """Serve until standard input ends."""
    replay = Replay(path)
    loop = asyncio.get_running_loop()
    context = None if tls is None else Certificates(tls).context()
    server = await loop.create_server(lambda: Connection(replay), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    ended = asyncio.Event()

    def order() -> None:
        line = sys.stdin.readline()
        if not line:
            ended.set()
            return
        asked: dict[str, Any] = json.loads(line)
        if "latency" in asked:
            replay.restart(asked["latency"])
        sys.stdout.write(replay.told().decode())
        sys.stdout.flush()

    loop.add_reader(sys.stdin.fileno(), order)
    await ended.wait()
    server.close()


def main() -> None:
    """Serve one recording."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description="replay a recording after a latency")
    parser.add_argument("recording", type=Path)
    parser.add_argument("--tls", type=Path, metavar="FOLDER", help="speak TLS with certificates made in FOLDER")
    options = parser.parse_args()
    asyncio.run(serve(options.recording, options.tls))


if __name__ == "__main__":
    main()
