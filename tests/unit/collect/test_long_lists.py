"""Lists that are too long for one run are read in turn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import AccountData, Outcome, Turn
from tests.unit.collect.conftest import Call, FakeAWS
from tests.unit.collect.whole import Run, read

KEYS = ["key-00", "key-01", "key-02", "key-03", "key-04"]


class TestLongLists:
    @pytest.fixture
    def capped(self, aws: FakeAWS, models: Models, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
        """Of the keys that a region lists, a run describes two."""
        catalogue = load_catalogue(models)
        capped = msgspec.structs.replace(catalogue.entries["kms.describe_key"], cap=2)
        few = Catalogue({**catalogue.entries, capped.id: capped}, catalogue.homes)
        monkeypatch.setattr("nightaudit_auditor.collect.collector.load_catalogue", lambda _: few)
        listed = {"Keys": [{"KeyId": key} for key in KEYS]}
        aws.answer = lambda call: web.json_response(listed) if call.operation == "ListKeys" else None

    @staticmethod
    def _described(data: AccountData, outcome: Outcome) -> list[str]:
        return [r.parameters["KeyId"] for r in data.records("kms.describe_key") if r.outcome is outcome]

    async def test_each_run_reads_the_next_ones_until_all_were_read(
        self, capped: None, run: Run, tmp_path: Path
    ) -> None:
        turns: dict[str, Turn] = {}
        rounds: list[list[str]] = []
        for _ in range(4):
            collection = await run(turns=turns)
            turns = collection.next_turns(turns)
            rounds.append(self._described(read(tmp_path), Outcome.OK))
        assert rounds == [KEYS[:2], KEYS[2:4], KEYS[4:], KEYS[:2]]

    async def test_what_waits_is_recorded_with_its_number_and_age(self, capped: None, run: Run, tmp_path: Path) -> None:
        await run()
        data = read(tmp_path)
        assert self._described(data, Outcome.SKIPPED) == KEYS[2:]
        record = data.record("kms.describe_key", "eu-central-1", {"KeyId": "key-04"})
        assert record is not None
        assert record.code == "NotItsTurn"
        assert record.message.startswith("3 of 5 wait for a later run (2 are read in each): not all have been read yet")

    async def test_an_interrupted_run_does_not_use_up_a_turn(
        self, capped: None, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        stop = asyncio.Event()
        listed = aws.answer

        def answer(call: Call) -> web.StreamResponse | None:
            if call.operation == "DescribeKey":
                stop.set()
            return listed(call)  # type: ignore[return-value]

        aws.answer = answer
        before = {'["111111111111", "x"]': Turn(since="s")}
        collection = await run(stop=stop)
        assert collection.next_turns(before) == before
