"""HTTP as users of AWS tools expect it: proxies, certificates, and nothing from a .netrc."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import botocore.session
import pytest
from aiohttp import web

from nightaudit_auditor.collect.wire import Timeouts, Wire, WireError
from tests.unit.collect.conftest import Call, FakeAWS


@pytest.fixture
async def wire(session: botocore.session.Session) -> AsyncIterator[Wire]:
    async with Wire(session, connections=4, user_agent="nightaudit/test") as wire:
        yield wire


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_the_environments_proxy_is_used(
    aws: FakeAWS, wire: Wire, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("http_proxy", aws.url.replace("http://", scheme))
    assert (await wire.send("GET", "http://ec2.invalid/", {}, b"")).status == 200
    assert aws.calls[0].headers["host"] == "ec2.invalid"


async def test_hosts_excepted_from_the_proxy_are_reached_directly(
    aws: FakeAWS, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with pytest.raises(WireError) as error:
        await wire.send("GET", "http://ec2.invalid/", {}, b"")
    assert error.value.silent
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert (await wire.send("GET", aws.url, {}, b"")).status == 200


@pytest.mark.parametrize("password", ["s3cret", "s3%40cret"])
async def test_a_proxys_refusal_names_it_without_its_credentials(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://auditor:{password}@127.0.0.1:{port}")
        with pytest.raises(WireError) as error:
            await wire.send("GET", "https://ec2.invalid/", {}, b"")
    assert asked[0].startswith(b"CONNECT ec2.invalid:443")
    assert b"Proxy-Authorization: Basic" in asked[0]
    assert error.value.code == "ProxyRefused"
    assert str(error.value).startswith(f"the proxy 127.0.0.1:{port} answered 407: ")
    assert not error.value.passing


async def test_a_proxy_that_cannot_serve_now_may_soon(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        with pytest.raises(WireError) as error:
            await wire.send("GET", "https://ec2.invalid/", {}, b"")
    assert (error.value.code, error.value.passing) == ("ProxyUnavailable", True)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("407, url='http://me:pw@proxy:3128'", "407, url='http://proxy:3128'"),
        ("http://me:p@w@proxy/ and https://me@other", "http://proxy/ and https://other"),
        ("https://ec2.invalid/a@b", "https://ec2.invalid/a@b"),
    ],
)
def test_no_message_holds_a_urls_credentials(message: str, said: str) -> None:
    assert str(WireError("ConnectionReset", message)) == said


async def test_a_netrc_does_not_touch_the_signature(
    aws: FakeAWS, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    await wire.send("GET", aws.url, {"Authorization": "AWS4-HMAC-SHA256 x"}, b"")
    assert aws.calls[0].headers["authorization"] == "AWS4-HMAC-SHA256 x"


async def test_the_url_is_sent_as_it_was_signed(aws: FakeAWS, wire: Wire) -> None:
    await wire.send("GET", f"{aws.url}/a%2Fb%20c?x=%2B&y", {}, b"")
    assert aws.calls[0].operation == "/a%2Fb%20c?x=%2B&y"


async def test_the_agent_says_who_asks(aws: FakeAWS, wire: Wire) -> None:
    await wire.send("POST", aws.url, {}, b"body")
    assert aws.calls[0].headers["user-agent"] == "nightaudit/test"
    assert "content-type" not in aws.calls[0].headers


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_a_ca_bundle_that_cannot_be_read_is_named_by_each_call(
    aws: FakeAWS,
    session: botocore.session.Session,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    async with Wire(session, connections=4, user_agent="x") as wire:
        with pytest.raises(
            WireError, match=rf"the CA bundle {bundle} cannot be read: .*: check AWS_CA_BUNDLE"
        ) as error:
            await wire.send("GET", aws.url, {}, b"")
    assert error.value.code == "InvalidCABundle"


async def test_a_host_that_does_not_exist_is_silent(wire: Wire) -> None:
    with pytest.raises(WireError) as error:
        await wire.send("GET", "http://no-such-host.invalid/", {}, b"")
    assert error.value.code in {"ConnectionError", "NoSuchHost"}
    assert error.value.silent


@pytest.mark.parametrize(("errno", "code"), [(socket.EAI_NONAME, "NoSuchHost"), (socket.EAI_AGAIN, "ConnectionError")])
async def test_a_name_that_does_not_exist_is_told_from_name_servers_that_do_not_answer(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, errno: int, code: str
) -> None:
    async def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(WireError) as error:
        await wire.send("GET", "http://no-such-host.invalid/", {}, b"")
    assert (error.value.code, error.value.silent) == (code, True)


async def test_a_server_that_never_answers_is_given_up_and_silent(
    aws: FakeAWS, session: botocore.session.Session
) -> None:
    async def hang(_: Call) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    aws.answer = hang
    async with Wire(session, connections=4, user_agent="x", timeouts=Timeouts(read=0.05)) as wire:
        with pytest.raises(WireError) as error:
            await wire.send("GET", aws.url, {}, b"")
    assert (error.value.code, error.value.silent) == ("Timeout", True)


@pytest.mark.parametrize(
    ("timeouts", "said"),
    [
        (Timeouts(read=0.1, total=30), "the answer stopped in the middle, for 0.1 s"),
        (Timeouts(read=30, total=0.2), "the answer was not complete within 0.2 s"),
    ],
)
async def test_an_answer_that_stops_in_the_middle_is_late_and_not_silent(
    aws: FakeAWS, session: botocore.session.Session, timeouts: Timeouts, said: str
) -> None:
    async def stop(call: Call) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(call.request)
        await response.write(b"x" * 500)
        await asyncio.sleep(30)
        return response

    aws.answer = stop
    async with Wire(session, connections=4, user_agent="x", timeouts=timeouts) as wire:
        with pytest.raises(WireError) as error:
            await wire.send("GET", aws.url, {}, b"")
    assert (error.value.code, error.value.silent, str(error.value)) == ("Timeout", False, said)


@pytest.mark.parametrize(
    ("timeouts", "seconds"), [(Timeouts(read=0.1, total=30), "0.1"), (Timeouts(read=30, total=0.2), "0.2")]
)
async def test_an_answer_that_never_begins_is_said_with_the_time_that_was_up(
    aws: FakeAWS, session: botocore.session.Session, timeouts: Timeouts, seconds: str
) -> None:
    async def hang(_: Call) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    aws.answer = hang
    async with Wire(session, connections=4, user_agent="x", timeouts=timeouts) as wire:
        with pytest.raises(WireError, match=f"no answer within {seconds} s") as error:
            await wire.send("GET", aws.url, {}, b"")
    assert error.value.silent


async def test_a_connection_that_is_reset_is_not_silence(aws: FakeAWS, wire: Wire) -> None:
    async def reset(call: Call) -> web.StreamResponse:
        assert call.request.transport is not None
        call.request.transport.abort()
        return web.Response()

    aws.answer = reset
    with pytest.raises(WireError) as error:
        await wire.send("POST", aws.url, {}, b"x")
    assert (error.value.code, error.value.silent) == ("ConnectionReset", False)
