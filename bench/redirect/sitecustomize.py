"""Python imports this when the folder is on PYTHONPATH: every host name then leads to the replay, nothing leaves the machine, but
for those in BENCH_NOWHERE, which AWS does not have either.

So the programs under test use AWS's own host names and make as many connections as they would to AWS.
"""

from __future__ import annotations

import os
import socket
from typing import Any

_real = socket.getaddrinfo
_host, _, _port = os.environ.get("BENCH_REPLAY", "").rpartition(":")


_nowhere = frozenset(os.environ.get("BENCH_NOWHERE", "").split(","))


def _redirected(host: Any, __: Any, *arguments: Any, **options: Any) -> Any:
    if host in _nowhere:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _real(_host, int(_port), *arguments, **options)


if _host:
    setattr(socket, "getaddrinfo", _redirected)  # noqa: B010 - of another type, as it need not care
