"""The page itself: one file, no address in it is ever fetched, and nothing in the data can run."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nightaudit_auditor.findings.bounds import clip
from nightaudit_auditor.report.model import ReportModel
from nightaudit_auditor.report.overview import SEVERITIES, inventory, summaries, totals
from nightaudit_auditor.report.payload import payload
from nightaudit_auditor.report.visible import visible, when

_LINE_CHARACTERS = 1000
_EXCEPTION_STATES = ("Expired", "Expiring", "Active")


def render(report: ReportModel) -> Iterator[str]:
    """The report as HTML, in pieces: a large run need not fit into memory twice."""
    script, style = _asset("report.js"), _asset("report.css")
    return _environment().get_template("report.html").generate(
        report=report,
        totals=totals(report),
        accounts=summaries(report),
        inventory=inventory(report),
        exceptions=sorted(report.exceptions, key=lambda row: (_EXCEPTION_STATES.index(row.state), row.name)),
        severities=SEVERITIES,
        payload=map(Markup, payload(report)),
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
        script_hash=_hash(script),
        style_hash=_hash(style),
    )  # fmt: skip


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("nightaudit_auditor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(matched=_matched, when=when, counted=_counted)
    return environment


def _counted(count: int, known: bool) -> str:
    """The number; a dash where nothing was audited, because a zero would read as clean."""
    return f"{count:,}" if known or count else "\u2013"


def _matched(value: object) -> str:
    """One field of an exception's `match` on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}={_matched(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_matched(each) for each in value)
    return str(value)


def _shown(value: object) -> object:
    """Every text in the page is one bounded line whose control characters can be seen."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(clip(value, _LINE_CHARACTERS))
    return value


def _asset(name: str) -> str:
    return (files("nightaudit_auditor.report") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The source expression that allows exactly this inline text (CSP Level 3, hash-source)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
