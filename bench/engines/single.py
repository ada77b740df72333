"""boto3 as CloudMapper uses it: one call after another, a new client for each."""

from __future__ import annotations

import json
from typing import Any

from bench.engines.calls import assume, make, work


def main() -> None:
    """Account after account, call after call."""
    todo = work("boto3, one call after another, a client per call")
    refused = 0
    for account in todo.accounts:
        session: Any = assume(account)
        for call in todo.calls:
            refused += make(session.client(call.service, region_name=call.region), call, account)
    print(json.dumps({"calls": len(todo.calls) * len(todo.accounts), "refused": refused}))


if __name__ == "__main__":
    main()
