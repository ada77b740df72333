"""`python -m bench.record SIZE FILE`: generate an account in the stand-in, collect it once, keep what was answered."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import botocore.session
from aiohttp import web

from bench import limit, recording, schedules
from bench.account import fill
from bench.recording import Call, Facts, Recording
from bench.sizes import SIZES, Size
from bench.standin import Tape, standin
from demo.aws.corrections.last_accessed import job_of
from demo.aws.seeding import organization
from demo.aws.seeding.cloud import Cloud, document
from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Outcome, open_snapshot

CREDENTIALS = {
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip
_VERB = re.compile(r"(:[A-Z][a-z]*).*")


def main() -> None:
    """Record, as the command line says."""
    size, path = SIZES[sys.argv[1]], Path(sys.argv[2])
    asyncio.run(_record(size, path))


async def _record(size: Size, path: Path) -> None:
    tape = Tape()
    runner = web.AppRunner(standin(tape, size), access_log=None, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint = f"http://127.0.0.1:{port}"
    models = Models(_session().get_component("data_loader"))
    catalogue = load_catalogue(models)
    try:
        await asyncio.to_thread(_seed, endpoint, size, catalogue, models)
        tape.running = True
        data = await _collect(endpoint)
    finally:
        await runner.cleanup()
    calls = _calls(data, catalogue)
    facts = Facts(
        account=schedules.RECORDED.id, calls=len(calls), uncapped=limit.uncapped(calls, catalogue), requests=tape.requests,
        chain=limit.chain(calls, catalogue),
        paced=limit.paced(calls), bytes=sum(len(exchange.body) for exchange in tape.exchanges),
        nowhere=tuple(sorted(_nowhere(data, catalogue, models))),
    )  # fmt: skip
    recording.write(Recording(schedules.RECORDED.id, tape.exchanges, calls), facts, path)


def _session() -> botocore.session.Session:
    return botocore.session.Session(session_vars={"config_file": (None, None, os.devnull, None)})


def _nowhere(data: AccountData, catalogue: Catalogue, models: Models) -> set[str]:
    endpoints = Endpoints(_session(), models)
    skipped = (record for name in data.operations() for record in data.records(name) if record.known_empty)
    found = set()
    for record in skipped:
        operation = models.service(record.service).operation(catalogue.entries[record.name].operation)
        found.add(urlsplit(endpoints.resolve(record.service, operation, record.region, record.parameters).url).netloc)
    return found


def _seed(endpoint: str, size: Size, catalogue: Catalogue, models: Models) -> None:
    cloud = Cloud(endpoint)
    organization.create(cloud)
    organization.audit_role(cloud, schedules.RECORDED)
    # Whatever the catalogue asks, in the names that the stand-in derives from a request.
    names = {
        name
        for entry in catalogue.entries.values()
        for name in (f"{models.service(entry.service).model.signing_name}:{entry.operation}", *entry.actions)
    }
    actions = {_VERB.sub(r"\1*", name) for name in names}
    cloud.client(schedules.RECORDED, "iam").put_role_policy(
        RoleName="nightaudit", PolicyName="read", PolicyDocument=document({"Action": sorted(actions), "Resource": "*"})
    )
    fill(endpoint, size)


async def _collect(endpoint: str) -> AccountData:
    from demo.aws import facts  # noqa: PLC0415

    with TemporaryDirectory(prefix="nightaudit-bench-") as scratch:
        folder = Path(scratch)
        schedule = schedules.write(folder / "schedule.json", [schedules.RECORDED.id])
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NIGHTAUDIT_"))}
        collector = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "nightaudit_auditor", "collect", "-f", str(schedule), str(folder),
            env=own | CREDENTIALS | {
                "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": facts.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": facts.SECRET_KEY,
            },
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await collector.communicate()
        if collector.returncode != 0:
            raise RuntimeError(f"the account could not be collected:\n{said.decode()}")
        (data,) = open_snapshot(folder).values()
        return data


def _calls(data: AccountData, catalogue: Catalogue) -> list[Call]:
    """The calls that were made, as boto3 would make them. IAM's jobs are two calls each."""
    found = []
    for name in data.operations():
        for record in data.records(name):
            entry = catalogue.entries.get(name)
            if entry is None or record.outcome is Outcome.SKIPPED:
                continue
            region = (
                catalogue.homes[entry.service].get("aws", "us-east-1") if record.region == GLOBAL else record.region
            )
            if record.region == GLOBAL and entry.service in {"sts", "ec2"}:
                region = CREDENTIALS["AWS_DEFAULT_REGION"]
            if entry.flow == "credential_report":
                found.append(Call(entry.service, entry.begins, region, {}))
            parameters = record.parameters
            if entry.flow == "service_last_accessed":
                found.append(Call(entry.service, entry.begins, region, dict(parameters)))
                parameters = {"JobId": job_of(parameters["Arn"])}
            pages = entry.pages
            how = None if pages is None else (pages.input_token, pages.output_token, pages.result_key)
            found.append(Call(entry.service, entry.operation, region, {**entry.constants, **parameters}, how))
    return found


if __name__ == "__main__":
    main()
