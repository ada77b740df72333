"""The page that draws channels and threads as a person would see them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from typing import Any

from demo.slack.mrkdwn import emoji, escaped, to_html
from demo.slack.workspace import CHANNELS, Channel, Message, Workspace

DEFAULT_CHANNEL = "security-alerts"


def security_policy(nonce: str) -> str:
    """The page's Content-Security-Policy: nothing from elsewhere, no script or style but the page's own."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def page(workspace: Workspace, channel: Channel, nonce: str) -> str:
    """The whole page, showing one channel."""
    here = files(__package__)
    style = here.joinpath("page.css").read_text()
    script = here.joinpath("page.js").read_text()
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>#{escape(channel.name)} | Demo Slack</title>"
        f'<style nonce="{nonce}">{style}</style></head>'
        f'<body data-channel="{escape(channel.name)}" data-version="{workspace.version}">'
        f'<nav aria-label="Channels"><h1>Demo workspace</h1><h2>Channels</h2><ul>{_channels(workspace, channel)}</ul></nav>'
        f"<main><header><h2>#{escape(channel.name)}</h2><p>{escape(channel.topic)}</p></header>"
        f'<section id="messages" aria-live="polite">{messages(workspace, channel)}</section></main>'
        f'<script nonce="{nonce}">{script}</script></body></html>'
    )


def messages(workspace: Workspace, channel: Channel) -> str:
    """The channel's messages with their threads, oldest first."""
    found = workspace.in_channel(channel.id)
    if not found:
        return '<p class="nothing">No messages yet.</p>'
    drawn: list[str] = []
    day = ""
    for message in found:
        today = _when(message).strftime("%A, %d %B")
        if today != day:
            drawn.append(f'<div class="day"><span>{today}</span></div>')
            day = today
        drawn.append(_message(workspace, message))
        replies = workspace.thread(channel.id, message.ts)[1:]
        if replies:
            count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
            inside = "".join(_message(workspace, reply) for reply in replies)
            drawn.append(f'<div class="thread"><p class="count">{count}</p>{inside}</div>')
    return "".join(drawn)


def _channels(workspace: Workspace, current: Channel) -> str:
    items = []
    for one in CHANNELS:
        if not one.is_member or one.is_archived:
            continue
        here = ' aria-current="page"' if one == current else ""
        count = len(workspace.in_channel(one.id))
        badge = f'<span class="badge">{count}</span>' if count else ""
        items.append(f'<li><a href="/?channel={one.name}"{here}><span># {escape(one.name)}</span>{badge}</a></li>')
    return "".join(items)


def _when(message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), tz=UTC)


def _message(workspace: Workspace, message: Message) -> str:
    body = (
        "".join(_block(one) for one in message.blocks)
        or f'<div class="section"><div>{to_html(message.text)}</div></div>'
    )
    attached = "".join(_file(workspace, one) for one in message.files)
    initials = "".join(word[0] for word in message.username.split()[:2]).upper()
    return (
        f'<article class="message" id="m{message.ts}"><div class="avatar" aria-hidden="true">{escape(initials)}</div>'
        f'<div class="body"><div class="by"><b>{escape(message.username)}</b><span class="app">APP</span>'
        f"<time>{_when(message).strftime('%H:%M')} UTC</time></div>{body}{attached}</div></article>"
    )


def _file(workspace: Workspace, identifier: str) -> str:
    file = workspace.file(identifier)
    if file is None:
        return ""
    kind = file.name.rpartition(".")[2].upper()
    return (
        f'<a class="file" href="/files/{escape(file.id)}" rel="noopener"><span class="kind">{escape(kind[:5])}</span>'
        f"<span><b>{escape(file.title)}</b><br><small>{escape(file.name)}, {file.length:,} bytes</small></span></a>"
    )


def _text(text: dict[str, Any]) -> str:
    said = str(text.get("text", ""))
    return to_html(said) if text.get("type") == "mrkdwn" else emoji(escape(said)).replace("\n", "<br>")


def _block(block: dict[str, Any]) -> str:
    match block.get("type"):
        case "header":
            return f'<h3 class="header">{_text(block["text"])}</h3>'
        case "section":
            return _section(block)
        case "context":
            inside = "".join(f"<span>{_element(one)}</span>" for one in block["elements"])
            return f'<div class="context">{inside}</div>'
        case "divider":
            return "<hr>"
        case "actions":
            return f'<div class="actions">{"".join(_element(one) for one in block["elements"])}</div>'
        case "markdown":
            return f'<div class="section plain">{escaped(str(block["text"]))}</div>'
        case _:
            return f'<div class="image">{escape(str(block.get("alt_text", "")))}</div>'


def _section(block: dict[str, Any]) -> str:
    text = f"<div>{_text(block['text'])}</div>" if block.get("text") else ""
    fields = "".join(f"<div>{_text(one)}</div>" for one in block.get("fields") or ())
    fields = f'<div class="fields">{fields}</div>' if fields else ""
    beside = _element(block["accessory"]) if block.get("accessory") else ""
    return f'<div class="section"><div class="text">{text}{fields}</div>{beside}</div>'


def _element(element: dict[str, Any]) -> str:
    if element.get("type") == "image":
        return f'<span class="image">{escape(str(element.get("alt_text", "")))}</span>'
    if element.get("type") != "button":
        return _text(element)
    label = _text(element["text"])
    style = f"button {element['style']}" if element.get("style") in ("primary", "danger") else "button"
    url = str(element.get("url", ""))
    if not url.startswith(("https://", "http://")):
        return f'<span class="{style}">{label}</span>'
    return f'<a class="{style}" href="{escape(url)}" rel="noopener noreferrer" target="_blank">{label}</a>'
