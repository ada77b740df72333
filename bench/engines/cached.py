"""boto3 as its documentation advises: one client for each service and region, shared by 64 threads."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from bench.engines.calls import assume, make, work

THREADS = 64


class Clients:
    """The clients of one account. Sessions are not thread-safe, so that clients are made under a lock."""

    def __init__(self, session: boto3.Session) -> None:
        self._session: Any = session
        self._lock = Lock()
        self._made: dict[tuple[str, str], Any] = {}

    def get(self, service: str, region: str) -> Any:
        """The client, made when it is first asked for."""
        with self._lock:
            if (service, region) not in self._made:
                config = Config(max_pool_connections=THREADS)
                self._made[service, region] = self._session.client(service, region_name=region, config=config)
            return self._made[service, region]


def main() -> None:
    """Account after account, so that the clients of one can go before those of the next come."""
    todo = work("boto3 with cached clients and 64 threads")
    refused = 0
    with ThreadPoolExecutor(THREADS) as threads:
        for account in todo.accounts:
            clients = Clients(assume(account))
            refused += sum(
                threads.map(lambda c: make(clients.get(c.service, c.region), c, account), todo.calls)  # noqa: B023 - used at once
            )
    print(json.dumps({"calls": len(todo.calls) * len(todo.accounts), "refused": refused}))


if __name__ == "__main__":
    main()
