"""News as Block Kit: one parent message that can be read at a glance. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.notify.model import SEVERITIES, News, Notice
from nightaudit_auditor.notify.slack.escape import link, plain, short
from nightaudit_auditor.notify.slack.limits import HEADER_CHARACTERS, SECTION_CHARACTERS, Block
from nightaudit_auditor.report.visible import when

MARKS: Mapping[str, str] = {"Critical": "🔴", "High": "🟠", "Medium": "🟡", "Low": "🔵", "Info": "⚪"}
KINDS: Mapping[str, str] = {"new": "New", "reopened": "Reopened", "resolved": "Resolved"}

_LINES = 5
_OWED_LINES = 2
_TITLE = 120
_NAME = 40
_REASON = 180
_RUN = 120
_URL = 600
_TEXT = 300

_word = partial(short, as_code=True)


def section(text: str) -> Block:
    """A section; `verbatim` keeps Slack from turning names and addresses in it into mentions and links."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(text: str) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def header(text: str) -> Block:
    """A heading in plain text."""
    return {"type": "header", "text": {"type": "plain_text", "text": plain(text, HEADER_CHARACTERS), "emoji": False}}


def rank(severity: str) -> int:
    """0 for Critical … 4 for Info; anything else sorts last."""
    return next((place for place, name in enumerate(SEVERITIES) if name == severity), len(SEVERITIES))


def headline(news: News, owed: Sequence[Change], added: Sequence[Change]) -> str:
    """What happened, in a line: the heading, and what a phone shows."""
    if news.result == "Error":
        what = "the audit failed"
    elif news.baseline:
        what = f"first audit, {_count(sum(news.counts.values()), 'open problem')}"
    else:
        counts = [(kind, sum(change.kind == kind for change in added)) for kind in KINDS]
        what = ", ".join(f"{count} {kind}" for kind, count in counts if count) or "nothing new"
    late = f", {len(owed)} from earlier runs" if owed else ""
    return f"{news.schedule}: {what}{late}"


def parent(news: News, owed: Sequence[Change], added: Sequence[Change]) -> tuple[str, list[Block]]:
    """(text of the notification, blocks). It counts and names what changed; the changes themselves are in the thread."""
    title = headline(news, owed, added)
    reached = news.accounts_total - len(news.accounts_failed)
    blocks = [
        header(title),
        section(_open_problems(news)),
        *_summaries(owed, _OWED_LINES, _origin(owed)),
        *_summaries(added, _LINES, ""),
    ]
    if news.accounts_failed:
        blocks.append(_listed("Accounts not audited", news.accounts_failed))
    if errors := [error for error in news.errors if error not in news.accounts_failed]:
        blocks.append(_listed("Errors of this run", errors))
    if news.report_url and len(news.report_url) <= _URL:
        blocks.append(section(link(news.report_url, "Open the report")))
    facts = [
        f"*{short(news.result, _NAME)}*",
        f"{reached} of {_count(news.accounts_total, 'account')} audited",
        f"run {_word(news.run, _RUN)}",
        f"namespace {_word(news.namespace, _RUN)}",
        short(when(news.time), _NAME),
    ]
    if news.report_uri:
        facts.append(f"report {_word(news.report_uri, _URL)}")
    blocks.append(context("  ·  ".join(facts)))
    return short(f"Night Audit: {title}", _TEXT), blocks


def announcement(notice: Notice) -> tuple[str, list[Block]]:
    """(text, blocks) of the message about a run that died before it could speak."""
    title = f"{notice.schedule}: the audit died ({notice.reason})"
    blocks = [
        header(title),
        section(
            f"Run {_word(notice.run, _RUN)} in namespace {_word(notice.namespace, _RUN)} ended before it could report. "
            "What changed since the run before will be told by the next one."
        ),
    ]
    if notice.message:
        blocks.append(section(short(notice.message, SECTION_CHARACTERS)))
    return short(f"Night Audit: {title}", _TEXT), blocks


def _open_problems(news: News) -> str:
    counts = [f"{MARKS[name]} *{news.counts[name]}* {name}" for name in SEVERITIES if news.counts.get(name)]
    rest = [f"{count} {what}" for count, what in ((news.excepted, "excepted"), (news.unknown, "unknown")) if count]
    return "Open: " + "  ·  ".join([*(counts or ["none"]), *rest])


def _origin(owed: Sequence[Change]) -> str:
    """Which earlier runs found what is told only now."""
    runs = list(dict.fromkeys(change.run for change in sorted(owed, key=lambda change: change.time)))
    if len(runs) == 1:
        return f", found by run {_word(runs[0], _RUN)} and not delivered until now"
    return f", found by {len(runs)} earlier runs and not delivered until now"


def _summaries(changes: Sequence[Change], lines: int, suffix: str) -> list[Block]:
    """One section for each kind of change: a line per check, worst first."""
    blocks: list[Block] = []
    for kind, title in KINDS.items():
        checks: dict[tuple[int, str], list[Change]] = {}
        for change in changes:
            if change.kind == kind:
                checks.setdefault((rank(change.severity), change.check), []).append(change)
        if not checks:
            continue
        shown = [_check_line(checks[key]) for key in sorted(checks)[:lines]]
        more = len(checks) - len(shown)
        rest = [f"… and {_count(more, 'more check')} in the thread"] if more else []
        count = sum(len(of_check) for of_check in checks.values())
        blocks.append(section("\n".join([f"*{title}* ({count}){suffix}", *shown, *rest])))
    return blocks


def _check_line(changes: Sequence[Change]) -> str:
    first = changes[0]
    names = sorted({change.account.name or change.account.id or "organization" for change in changes})
    where = ", ".join(short(name, _NAME) for name in names[:3]) + (
        f" and {len(names) - 3} more" if len(names) > 3 else ""
    )
    times = f"{len(changes)} x " if len(changes) > 1 else ""
    mark = "✓" if first.kind == "resolved" else MARKS.get(first.severity, "⚪")
    return f"{mark} {times}{short(first.title, _TITLE)} — {where}"


def _listed(title: str, lines: Sequence[str]) -> Block:
    shown = [f"• {short(line, _REASON)}" for line in lines[:_LINES]]
    more = len(lines) - len(shown)
    rest = [f"… and {more} more in the report"] if more else []
    return section("\n".join([f"*{title}* ({len(lines)})", *shown, *rest]))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
