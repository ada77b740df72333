"""Slack's mrkdwn as HTML, escaped.

Source: Slack's "Formatting text for app surfaces": &, < and > arrive escaped; links are <url|label>.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_TOKEN = re.compile(r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<link>[^<>\n]+)>", re.DOTALL)
_HELD = re.compile("\ue000(\\d+)\ue001")
_EMPHASIS = (("*", "strong"), ("_", "em"), ("~", "s"))
_EMOJI = {
    "rotating_light": "🚨", "white_check_mark": "✅", "warning": "\u26a0\ufe0f", "x": "❌", "mag": "🔍", "lock": "🔒",
    "information_source": "\u2139\ufe0f", "unlock": "🔓", "bell": "🔔", "moon": "🌙", "crescent_moon": "🌙",
    "recycle": "\u267b\ufe0f", "arrows_counterclockwise": "🔄", "question": "❓", "grey_question": "❔",
    "page_facing_up": "📄", "bar_chart": "📊", "new": "🆕",
}  # fmt: skip
# Drawn by the page's style: a machine without an emoji font still shows which colour was meant.
_DOTS = {
    "red_circle": "red", "large_orange_circle": "orange", "large_yellow_circle": "yellow", "large_green_circle": "green",
    "large_blue_circle": "blue", "white_circle": "white",
}  # fmt: skip


_CIRCLES = {
    "🔴": "red_circle", "🟠": "large_orange_circle", "🟡": "large_yellow_circle", "🟢": "large_green_circle",
    "🔵": "large_blue_circle", "⚪": "white_circle",
}  # fmt: skip


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Text as Slack receives it, for HTML: its three entities are understood, all else is shown as it is."""
    return html.escape(_unescaped(text))


def _link(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("#"):
        return f'<span class="mention">#{escaped(label or target[1:])}</span>'
    if target.startswith(("@", "!")):
        return f'<span class="mention">@{escaped(label or target[1:])}</span>'
    if not target.startswith(("https://", "http://", "mailto:")):
        return escaped(f"<{inside}>")
    shown = escaped(label or target)
    return f'<a href="{escaped(target)}" rel="noopener noreferrer" target="_blank">{shown}</a>'


def _emphasised(text: str) -> str:
    for mark, tag in _EMPHASIS:
        sign = re.escape(mark)
        pattern = rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}\n]+?)(?<=\S){sign}(?![\w{sign}])"
        text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
    return text


def emoji(text: str) -> str:
    """Known :names: in escaped text as characters, or as coloured dots."""

    def drawn(found: re.Match[str]) -> str:
        name = found[1]
        if name in _DOTS:
            return f'<span class="dot {_DOTS[name]}" title="{name}"></span>'.replace("_", " ")
        return _EMOJI.get(name, found[0])

    for character, name in _CIRCLES.items():
        text = text.replace(character, f":{name}:")
    return re.sub(r":([a-z_]+):", drawn, text)


def to_html(text: str) -> str:
    """mrkdwn as HTML. Nothing that the text holds becomes a tag, except links to http, https and mailto."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        if found["pre"] is not None:
            held.append(f"<pre>{escaped(found['pre'].strip(chr(10)))}</pre>")
        elif found["code"] is not None:
            held.append(f"<code>{escaped(found['code'])}</code>")
        else:
            held.append(_link(found["link"]))
        return f"\ue000{len(held) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    lines = _emphasised(emoji(escaped(_TOKEN.sub(hold, text)))).split("\n")
    joined = "<br>".join(_quoted(lines))
    release: Callable[[re.Match[str]], str] = lambda found: held[int(found[1])]  # noqa: E731
    return _HELD.sub(release, joined)


def _quoted(lines: list[str]) -> list[str]:
    quote = "&gt;"
    return [
        f'<span class="quote">{line.removeprefix(quote).lstrip()}</span>' if line.startswith(quote) else line
        for line in lines
    ]
