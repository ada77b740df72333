"""An account of the demo's organization whose role is the one that customers deploy, with IAM enforced."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from demo.aws import facts
from demo.aws.seeding.cloud import Cloud
from demo.world import Ports, World
from nightaudit_auditor.collect import collect, load_catalogue
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials, RoleCredentials
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, load_quotas
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.collect.scheduler import ask
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditSchedule,
    Metadata,
    Regions,
    S3Storage,
    ScheduleSpec,
    Storage,
)
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Record, SnapshotWriter, read_account

ACCOUNT = facts.PRODUCTION
"""A delegated administrator: AWS answers it what is asked of the organization."""

_AT_ONCE = 32
_ONCE = Patience(throttled=Backoff(attempts=1, base=0, cap=0), transient=Backoff(attempts=1, base=0, cap=0))


SESSION = botocore.session.get_session()
MODELS = Models(SESSION.get_component("data_loader"))
CATALOGUE: Catalogue = load_catalogue(MODELS)


def needing(action: str) -> set[str]:
    """The operations that need an action."""
    return {entry.id for entry in CATALOGUE.entries.values() if action in entry.actions}


class Role:
    """The role, as its stack made it, and what may be done to its policies."""

    def __init__(self, cloud: Cloud) -> None:
        self._iam = cloud.client(ACCOUNT, "iam")
        attached = self._iam.list_attached_role_policies(RoleName=facts.AUDIT_ROLE)["AttachedPolicies"]
        self.managed = {one["PolicyName"]: self._read(one["PolicyArn"]) for one in attached}
        self._arns = {one["PolicyName"]: one["PolicyArn"] for one in attached}

    def _read(self, arn: str) -> dict[str, Any]:
        version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document: dict[str, Any] = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"][
            "Document"
        ]
        return document

    def inline(self) -> dict[str, Any]:
        names = self._iam.list_role_policies(RoleName=facts.AUDIT_ROLE)["PolicyNames"]
        return {
            name: self._iam.get_role_policy(RoleName=facts.AUDIT_ROLE, PolicyName=name)["PolicyDocument"]
            for name in names
        }

    def take_away(self, action: str) -> None:
        """Take one action out of the policy that allows it."""
        for name, document in self.managed.items():
            statements = [{**s, "Action": [a for a in s["Action"] if a != action]} for s in document["Statement"]]
            if statements != document["Statement"]:
                self._set(name, {**document, "Statement": [s for s in statements if s["Action"]]})

    def give_back(self) -> None:
        """As the stack made them."""
        for name, document in self.managed.items():
            self._set(name, document)

    def _set(self, name: str, document: dict[str, Any]) -> None:
        arn = self._arns[name]
        for version in self._iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                self._iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        self._iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The organization, and this process's AWS configuration pointed at it."""
    world = World(state=tmp_path_factory.mktemp("world"), ports=Ports.free())
    values = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    try:
        world.start()
        world.seed()
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
                patch.delenv(name, raising=False)
            for name, value in {**values, **world.environment()}.items():
                patch.setenv(name, value)
            yield Cloud(world.aws_url)
    finally:
        world.stop()


@pytest.fixture(scope="module")
def deployed(cloud: Cloud) -> Role:
    return Role(cloud)


@pytest.fixture
def role(deployed: Role) -> Iterator[Role]:
    """The role; afterwards it is as the stack made it."""
    yield deployed
    deployed.give_back()


def probe(entries: Iterable[Entry]) -> dict[str, Record]:
    """Ask once for each operation, as the role, about resources that need not exist: it is refused before anybody looks."""
    return {record.name: record for record in asyncio.run(_probe(tuple(entries)))}


async def _probe(entries: tuple[Entry, ...]) -> list[Record]:
    async with Wire(SESSION, connections=_AT_ONCE, user_agent="tests") as wire:
        endpoints = Endpoints(SESSION, MODELS)
        client = Client(MODELS, endpoints, wire, Pace(load_quotas()), in_flight=_AT_ONCE, patience=_ONCE)
        own = Target("", OwnCredentials(SESSION))
        credentials = RoleCredentials(
            client, own, role=ACCOUNT.role_arn, external_id=ACCOUNT.external_id, run="probe", region=facts.HOME_REGION
        )
        target = Target(ACCOUNT.id, credentials)
        calls = (ask(client, target, entry, _where(entry), GLOBAL, _parameters(entry)) for entry in entries)
        return await asyncio.gather(*calls)


def _where(entry: Entry) -> str:
    return CATALOGUE.homes[entry.service]["aws"] if entry.scope == "global" else facts.HOME_REGION


def _parameters(entry: Entry) -> dict[str, str]:
    names = [name for source in entry.for_each[:1] for name in source.names]
    return {name: _value(entry, name, number) for number, name in enumerate(names)}


def _value(entry: Entry, name: str, number: int) -> str:
    if name == "AccountId":
        return ACCOUNT.id
    if entry.flow:  # of nobody there is no job to ask for
        return ACCOUNT.role_arn
    return str(number) if name in entry.numbers else f"probe-{number}"


def collected(folder: Path) -> AccountData:
    """A whole collection of the account's home region, as the role."""
    target = AccountTarget(id=ACCOUNT.id, role_arn=ACCOUNT.role_arn, external_id=ACCOUNT.external_id)
    spec = ScheduleSpec(
        schedule="@daily",
        accounts=(target,),
        storage=Storage(s3=S3Storage(bucket="b")),
        regions=Regions(include=(facts.HOME_REGION,)),
    )
    schedule = AuditSchedule(metadata=Metadata(name="nightly"), spec=spec)
    sink = SnapshotWriter(folder, "run-1")
    asyncio.run(collect(schedule, sink, run="run-1", deadline=None, stop=asyncio.Event(), session=SESSION))
    return read_account(folder / "metadata" / f"{ACCOUNT.id}.jsonl.gz")
