"""The page that draws the demo's Slack: what a person sees, and what cannot run."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from slack_sdk import WebClient

from demo.slack import TOKEN
from demo.world import Ports

HOSTILE = "<script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def slack() -> Iterator[str]:
    url = f"http://127.0.0.1:{Ports.free().slack}"
    argv = [sys.executable, "-m", "demo.slack", "--port", url.rsplit(":", 1)[1]]
    server = subprocess.Popen(argv, cwd=Path(__file__).parents[2])
    try:
        until = time.monotonic() + 20
        while True:
            try:
                urllib.request.urlopen(f"{url}/demo/messages", timeout=2).close()
                break
            except OSError:
                assert time.monotonic() < until, "the Slack server does not answer"
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def test_messages_and_threads_are_drawn_and_nothing_in_them_runs(slack: str, browser: Browser) -> None:
    client = WebClient(TOKEN, base_url=f"{slack}/api/")
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    parent = client.chat_postMessage(channel="#security-alerts", text=f"*1 new* in `{escaped}`")
    client.chat_postMessage(channel="#security-alerts", text="the details", thread_ts=parent["ts"])
    page = browser.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{slack}/?channel=security-alerts")
    expect(page.get_by_text("1 new")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_text("the details")).to_be_visible()
    assert "owned" not in page.title()
    assert complaints == []
    page.close()
