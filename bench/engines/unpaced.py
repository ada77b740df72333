"""`nightaudit run` without the pace: as fast as latency and one core allow, faster than AWS would like."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from nightaudit_auditor.cli.console import calm_garbage_collector, configure_logging
from nightaudit_auditor.cli.inputs import make_task, read_schedule
from nightaudit_auditor.cli.night import exit_status
from nightaudit_auditor.cli.progress import LoggedProgress
from nightaudit_auditor.collect import Quota, Quotas
from nightaudit_auditor.run import night

UNLIMITED = Quotas(default=Quota(rate=1e6, burst=1e6), services={})


def main() -> None:
    """`python -m bench.engines.unpaced SCHEDULE STORAGE`."""
    configure_logging()
    task = make_task(read_schedule(Path(sys.argv[1])), (), digest="", storage=sys.argv[2], run=None)
    calm_garbage_collector()
    sys.exit(exit_status(asyncio.run(night(task, asyncio.Event(), LoggedProgress(), quotas=UNLIMITED)), None))


if __name__ == "__main__":
    main()
