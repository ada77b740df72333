"""Role sessions are named after the run, refreshed before they end, and once for all who wait."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect import credentials
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials, RoleCredentials, session_name
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, Quota, Quotas, load_quotas
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import CredentialsError, Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.snapshot import Outcome
from tests.unit.collect.conftest import FakeAWS, assumed, query, refuse

ROLE = "arn:aws:iam::222222222222:role/nightaudit"


def _role(session: botocore.session.Session, models: Models, wire: Wire) -> RoleCredentials:
    client = Client(models, Endpoints(session, models), wire, Pace(load_quotas()), in_flight=4)
    base = Target("", OwnCredentials(session))
    return RoleCredentials(client, base, role=ROLE, external_id="", run="nightly-1", region="eu-central-1")


def _in(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


async def _keys(aws: FakeAWS, session: botocore.session.Session, models: Models, expires: str, times: int) -> int:
    """How often the role was assumed when keys were asked for `times` times, twice over."""
    aws.answer = lambda call: assumed(call, "222222222222", expires)
    async with Wire(session, connections=4, user_agent="test") as wire:
        credentials = _role(session, models, wire)
        for _ in range(2):
            await asyncio.gather(*(credentials.keys() for _ in range(times)))
    return aws.count("AssumeRole")


class TestRoleSessions:
    async def test_all_who_wait_share_one_session(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        assert await _keys(aws, session, models, _in(hours=1), times=20) == 1

    async def test_a_session_is_refreshed_before_it_ends(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(credentials, "time", SimpleNamespace(monotonic=lambda: clock.now))
        aws.answer = lambda call: assumed(call, "222222222222", _in(hours=1))
        async with Wire(session, connections=4, user_agent="test") as wire:
            role = _role(session, models, wire)
            for clock.now, sessions in ((0.0, 1), (3200.0, 1), (3400.0, 2)):
                await role.keys()
                assert aws.count("AssumeRole") == sessions

    async def test_a_clock_that_is_ahead_makes_no_session_for_each_call(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        assert await _keys(aws, session, models, _in(hours=-1), times=5) == 1

    async def test_once_the_clock_is_known_to_be_wrong_a_session_lasts_as_long_as_aws_says(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(credentials, "time", SimpleNamespace(monotonic=lambda: clock.now))
        monkeypatch.setattr(Client, "now", lambda _: datetime.now(UTC) - timedelta(hours=2))
        aws.answer = lambda call: assumed(call, "222222222222", _in(hours=-1))
        async with Wire(session, connections=4, user_agent="test") as wire:
            role = _role(session, models, wire)
            for clock.now, sessions in ((0.0, 1), (3200.0, 1), (3400.0, 2)):
                await role.keys()
                assert aws.count("AssumeRole") == sessions

    async def test_a_session_shorter_than_the_margin_is_used_for_half_of_its_life(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        assert await _keys(aws, session, models, _in(seconds=200), times=5) == 1

    async def test_keys_that_expired_early_are_replaced_once(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        async with Wire(session, connections=4, user_agent="test") as wire:
            role = _role(session, models, wire)
            used = await role.keys()
            await asyncio.gather(role.renew(used), role.renew(Keys("OTHER", "")), role.renew(Keys("OTHER", "")))
        assert aws.count("AssumeRole") == 2

    async def test_roles_of_all_accounts_are_assumed_at_one_pace(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        pace = Pace(Quotas(default=Quota(rate=50, burst=1), services={}))
        async with Wire(session, connections=4, user_agent="test") as wire:
            client = Client(models, Endpoints(session, models), wire, pace, in_flight=4)
            base = Target("", OwnCredentials(session))
            started = time.monotonic()
            roles = [
                RoleCredentials(
                    client,
                    base,
                    role=ROLE.replace("2" * 12, f"{number:012d}"),
                    external_id="",
                    run="r",
                    region="eu-central-1",
                )
                for number in range(11)
            ]
            await asyncio.gather(*(role.keys() for role in roles))
        assert aws.count("AssumeRole") == 11
        assert time.monotonic() - started >= 10 / 50

    async def test_no_duration_is_asked_for_and_no_tags_unless_given(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        async with Wire(session, connections=4, user_agent="test") as wire:
            await _role(session, models, wire).keys()
        (call,) = aws.calls
        assert call.form.keys() == {"Action", "Version", "RoleArn", "RoleSessionName"}

    async def test_a_denial_says_which_role(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        aws.answer = lambda call: refuse(call, 403, "AccessDenied", "no")
        async with Wire(session, connections=4, user_agent="test") as wire:
            with pytest.raises(CredentialsError, match=f"{ROLE} cannot be assumed: no") as error:
                await _role(session, models, wire).keys()
        assert (error.value.code, error.value.outcome) == ("AccessDenied", Outcome.DENIED)

    async def test_an_answer_without_keys_is_malformed(
        self, aws: FakeAWS, session: botocore.session.Session, models: Models
    ) -> None:
        aws.answer = lambda call: query(call, "<Credentials/>")
        async with Wire(session, connections=4, user_agent="test") as wire:
            with pytest.raises(CredentialsError, match="answered without 'AccessKeyId'"):
                await _role(session, models, wire).keys()


class TestOwnCredentials:
    async def test_they_come_from_the_sessions_chain(self, session: botocore.session.Session) -> None:
        assert await OwnCredentials(session).keys() == Keys("AKIDEXAMPLE", "secret", "")

    async def test_a_profile_that_does_not_exist_is_named(
        self, session: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        with pytest.raises(
            CredentialsError, match=r"own credentials: The config profile \(nobody\) could not be found"
        ):
            await OwnCredentials(session).keys()

    async def test_a_log_in_during_the_run_replaces_expired_keys(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def log_in(key: str) -> None:
            file.write_text(f"[default]\naws_access_key_id={key}\naws_secret_access_key=s\naws_session_token=t\n")

        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        file = tmp_path / "credentials"
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
        log_in("OLD")
        own = OwnCredentials(botocore.session.Session())
        old = await own.keys()
        with pytest.raises(CredentialsError, match="expired: log in again"):
            await own.renew(old)
        log_in("NEW")
        for _ in range(2):
            await own.renew(old)
            assert (await own.keys()).access_key == "NEW"

    async def test_what_the_chain_asks_by_itself_is_asked_in_bounded_time(self) -> None:
        session = botocore.session.Session()
        OwnCredentials(session)
        config = session.create_client("sts", "eu-central-1").meta.config
        assert config.connect_timeout + config.read_timeout <= 15
        assert config.retries["total_max_attempts"] == 2


@settings(deadline=None)
@given(st.text())
def test_any_runs_id_gives_a_session_name_that_sts_takes(run: str) -> None:
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", session_name(run), re.ASCII)


def test_a_pods_name_is_the_session_name() -> None:
    assert session_name("nightly-29405217-x7k2p") == "nightly-29405217-x7k2p"
