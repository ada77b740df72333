"""The run's own credentials come from wherever an AWS tool finds them, and are renewed while the run goes on."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import botocore.session
import pytest
from aiohttp import web

from nightaudit_auditor.collect.credentials import OwnCredentials
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import CredentialsError
from tests.unit.collect.conftest import Call, FakeAWS, query

ROLE = "arn:aws:iam::111111111111:role/auditor"


@pytest.fixture(autouse=True)
def _no_keys(session: botocore.session.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of the `session` fixture, without its long-lived keys and with an empty home."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def _in(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _granted(call: Call, key: str, expires: str) -> web.Response:
    secret = "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    return query(
        call, f"<Credentials><AccessKeyId>{key}</AccessKeyId>{secret}<Expiration>{expires}</Expiration></Credentials>"
    )


def _config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


async def _keys() -> Keys:
    return await OwnCredentials(botocore.session.Session()).keys()


def _web_identity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("projected-token")
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))


async def test_a_profile(aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _config(monkeypatch, tmp_path, "[profile audit]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_PROFILE", "audit")
    assert await _keys() == Keys("AKIDPROFILE", "s")


async def test_a_role_that_a_profile_chains_to_with_an_external_id(
    aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _config(
        monkeypatch, tmp_path,
        "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n"
        f"[profile audit]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = shared\nrole_session_name = night\n",
    )  # fmt: skip
    monkeypatch.setenv("AWS_PROFILE", "audit")
    aws.answer = lambda call: _granted(call, "ASIACHAINED", _in(hours=1))
    assert (await _keys()).access_key == "ASIACHAINED"
    (call,) = aws.calls
    assert (call.key, call.form["RoleArn"], call.form["ExternalId"]) == ("AKIDBASE", ROLE, "shared")


async def test_a_service_accounts_web_identity(aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _web_identity(monkeypatch, tmp_path)
    aws.answer = lambda call: _granted(call, "ASIAIRSA", _in(hours=1))
    assert await _keys() == Keys("ASIAIRSA", "s", "t")
    (call,) = aws.calls
    assert (call.operation, call.form["WebIdentityToken"], call.key) == (
        "AssumeRoleWithWebIdentity", "projected-token", "",
    )  # fmt: skip


async def test_pod_identity(aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("pod-token")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{aws.url}/v1/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    granted = {"AccessKeyId": "ASIAPOD", "SecretAccessKey": "s", "Token": "t", "Expiration": _in(hours=1)}
    aws.answer = lambda _: web.json_response(granted)
    assert await _keys() == Keys("ASIAPOD", "s", "t")
    (call,) = aws.calls
    assert (call.operation, call.headers["authorization"]) == ("/v1/credentials", "pod-token")


async def test_single_sign_on(aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _config(
        monkeypatch, tmp_path,
        "[profile audit]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Audit\n"
        "[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://corp.awsapps.com/start\n",
    )  # fmt: skip
    monkeypatch.setenv("AWS_PROFILE", "audit")
    cache = tmp_path / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {"accessToken": "logged-in", "expiresAt": _in(hours=1), "region": "eu-central-1"}
    (cache / f"{hashlib.sha1(b'corp', usedforsecurity=False).hexdigest()}.json").write_text(json.dumps(token))
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(cache))
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", str(cache))
    expires = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
    roles = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": expires}
    aws.answer = lambda _: web.json_response({"roleCredentials": roles})
    assert await _keys() == Keys("ASIASSO", "s", "t")
    (call,) = aws.calls
    assert call.headers["x-amz-sso_bearer_token"] == "logged-in"
    assert call.operation == "/federation/credentials?role_name=Audit&account_id=111111111111"


async def test_an_instances_role(aws: FakeAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws.url)
    granted = {
        "Code": "Success",
        "AccessKeyId": "ASIAEC2",
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": _in(hours=1),
    }
    answers: dict[str, Callable[[], web.Response]] = {
        "/latest/api/token": lambda: web.Response(text="imds-v2"),
        "/latest/meta-data/iam/security-credentials/": lambda: web.Response(text="auditor"),
        "/latest/meta-data/iam/security-credentials/auditor": lambda: web.json_response(granted),
    }
    aws.answer = lambda call: answers[call.operation]()
    assert await _keys() == Keys("ASIAEC2", "s", "t")


async def test_what_is_about_to_expire_is_renewed_once_for_all_who_wait(
    aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _web_identity(monkeypatch, tmp_path)
    aws.answer = lambda call: _granted(call, f"ASIA{len(aws.calls)}", _in(seconds=30 if len(aws.calls) == 1 else 3600))
    own = OwnCredentials(botocore.session.Session())
    await own.keys()
    renewed = await asyncio.gather(*(own.keys() for _ in range(20)))
    assert {keys.access_key for keys in renewed} == {"ASIA2"}
    assert len(aws.calls) == 2


async def test_a_token_that_is_not_mounted_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _web_identity(monkeypatch, tmp_path)
    (tmp_path / "token").unlink()
    with pytest.raises(
        CredentialsError, match=rf"own credentials: .*No such file or directory: '{tmp_path / 'token'}'"
    ):
        await _keys()


@pytest.mark.parametrize("process", ["/bin/echo nothing", "/nonexistent"])
async def test_a_process_that_gives_none_is_an_error_of_the_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, process: str
) -> None:
    _config(monkeypatch, tmp_path, f"[default]\ncredential_process = {process}\n")
    with pytest.raises(CredentialsError, match="own credentials: "):
        await _keys()


async def test_what_cannot_be_refreshed_once_it_has_expired_says_so(
    aws: FakeAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _web_identity(monkeypatch, tmp_path)
    aws.answer = lambda call: _granted(call, "ASIAIRSA", _in(seconds=30))
    own = OwnCredentials(botocore.session.Session())
    used = await own.keys()
    (tmp_path / "token").unlink()
    with pytest.raises(CredentialsError, match=r"own credentials: .*No such file"):
        await own.renew(used)
