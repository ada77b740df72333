"""`python -m bench.capacity PORT`: how many requests a second the replay answers, asked over many connections at once."""

from __future__ import annotations

import asyncio
import sys
import time

CONNECTIONS = 64
SECONDS = 2.0
_REQUEST = (
    b"POST / HTTP/1.1\r\nhost: sts\r\nauthorization: AWS4-HMAC-SHA256 Credential=AKIABENCH00000000000/20260101/eu-central-1/"
    b"sts/aws4_request\r\ncontent-length: 43\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15"
)


async def _ask(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = 0
    while time.monotonic() < until:
        writer.write(_REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"the replay answered {head!r}")
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        asked += 1
    writer.close()
    return asked


async def capacity(port: int) -> float:
    """Requests a second."""
    until = time.monotonic() + SECONDS
    return sum(await asyncio.gather(*(_ask(port, until) for _ in range(CONNECTIONS)))) / SECONDS


if __name__ == "__main__":
    print(asyncio.run(capacity(int(sys.argv[1]))))
