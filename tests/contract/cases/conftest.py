"""The models and the catalogue, and the one AWS of all cases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack

import botocore.session
import pytest

from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from tests.contract.cases.stage import Collected, Stage
from tests.unit.checks.build import REGION, Case


class Theatre:
    """The stage, and the loop in which it stands: `collect` for tests that have none of their own."""

    def __init__(self, stage: Stage, runner: asyncio.Runner) -> None:
        self.needed = stage.needed
        self._stage = stage
        self._runner = runner

    def collect(self, case: Case) -> Collected:
        """The accounts of a case as the collector records them."""
        return self._runner.run(self._stage.collect(case))


@pytest.fixture(scope="session")
def models() -> Models:
    return Models(botocore.session.get_session().get_component("data_loader"))


@pytest.fixture(scope="session")
def catalogue(models: Models) -> Catalogue:
    return load_catalogue(models)


@pytest.fixture(scope="module")
def theatre(models: Models, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """One server and one client for all cases; the SDK's configuration is theirs, and nothing of this machine."""
    own = {
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": REGION,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        for name in [name for name in os.environ if name.startswith("AWS_") or "proxy" in name.lower()]:
            patch.delenv(name)
        for name, value in own.items():
            patch.setenv(name, value)
        stack = AsyncExitStack()
        stage = Stage(models, catalogue, botocore.session.Session(), tmp_path_factory.mktemp("cases"))
        variables = runner.run(stack.enter_async_context(stage.open()))
        for name, value in variables.items():
            patch.setenv(name, value)
        yield Theatre(stage, runner)
        runner.run(stack.aclose())
