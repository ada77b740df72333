"""`python -m bench.escalation`: ask both programs of the whole corpus, explain every difference, write docs/escalation.md."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.escalation import mapper, ours, page
from bench.escalation.accounts import Account
from bench.escalation.compare import Judged, compare, unused
from bench.escalation.corpus import corpus
from bench.escalation.planting import member, plant
from bench.measure import ROOT
from demo.aws import facts
from demo.aws.seeding.cloud import Cloud
from demo.cluster.paths import cache_folder
from demo.world import Ports

PAGE = ROOT / "docs" / "escalation.md"
_READY_SECONDS = 60


def main() -> int:
    """0 if every difference is explained, and by classes of which none has become useless; else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.escalation", description=__doc__)
    parser.add_argument("--accounts", type=int, help="only so many accounts: prints, writes nothing")
    parser.add_argument("--page", action="store_true", help="write docs/escalation.md from what was compared last")
    options = parser.parse_args()
    kept = cache_folder() / "escalation" / "compared.json"
    if options.page:
        compared = msgspec.json.decode(kept.read_bytes(), type=page.Compared)
        PAGE.write_text(page.filled(PAGE.read_text(), compared))
        return 0
    accounts = corpus() if options.accounts is None else corpus(accounts=options.accounts)
    program = mapper.install()
    judged = tuple(_judged(accounts, program))
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    compared = page.Compared(date, mapper.VERSION, platform.python_version(), judged)
    for one in judged:
        if not one.agree:
            print(one)
    print(page.generated(compared))
    problems = [f"no class explains it: {one}" for one in judged if not one.agree and not one.classes]
    if options.accounts is None:
        problems += [f"a class explains nothing any more: {name}" for name in unused(judged)]
        kept.write_bytes(msgspec.json.encode(compared))
        if not problems:
            PAGE.write_text(page.filled(PAGE.read_text(), compared))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _judged(accounts: tuple[Account, ...], program: Path) -> Iterator[Judged]:
    with _server() as endpoint, TemporaryDirectory(prefix="nightaudit-escalation-") as scratch:
        cloud = Cloud(endpoint)
        _say(f"planting {len(accounts)} accounts")
        plant(cloud, accounts)
        _say("collecting them")
        settings, collected = ours.collect(endpoint, accounts, Path(scratch))
        for account in accounts:
            _say(f"account {account.id}")
            keys = cloud.session(member(account)).get_credentials()
            if keys is None:
                raise RuntimeError(f"account {account.id}: no credentials")
            aws = mapper.Environment(endpoint, keys.access_key, keys.secret_key, keys.token or "", facts.HOME_REGION)
            theirs = mapper.ask(program, account.id, aws, facts.REGIONS, Path(scratch))
            yield from compare(account, collected[account.id], settings, theirs)


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", flush=True)


@contextmanager
def _server() -> Iterator[str]:
    port = Ports.free().aws
    process = subprocess.Popen([sys.executable, "-m", "bench.escalation.standin", str(port)], cwd=ROOT)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait(endpoint, process)
        yield endpoint
    finally:
        process.kill()  # all that it has is in its memory
        process.wait()


def _wait(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            Cloud(endpoint).state()
            return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise RuntimeError(f"the demo's AWS does not answer at {endpoint} (status {process.poll()})")


if __name__ == "__main__":
    sys.exit(main())
