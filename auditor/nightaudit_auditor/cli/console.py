"""How the command line speaks: tables and progress on a terminal, JSON lines in a pod, errors on standard error."""

from __future__ import annotations

import csv
import gc
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

EXIT_OK, EXIT_FAILED, EXIT_CONFIGURATION, EXIT_FINDINGS = 0, 1, 2, 3

OUTPUTS = ("table", "json")

_CELL_CHARACTERS = 1000
_LOG_CHARACTERS = 4000
_UNUSUAL = re.compile(r"[^\n -~]")


class _JSONLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message and whatever `extra={"fields": …}` adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _cut(record.getMessage(), _LOG_CHARACTERS),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return escaped(json.dumps(line, ensure_ascii=False))


class _PlainLines(logging.Formatter):
    """The message as a line, and below it the lines of an exception; nothing in them is obeyed by a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        lines = [printable(_cut(record.getMessage(), _LOG_CHARACTERS))]
        if record.exc_info:
            lines.append(shown(self.formatException(record.exc_info)))
        return "\n".join(lines)


def configure_logging(log_format: str | None = None) -> None:
    """JSON lines if asked for (`NIGHTAUDIT_LOG_FORMAT=json`), else plain lines; always to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    if (log_format or os.environ.get("NIGHTAUDIT_LOG_FORMAT")) == "json":
        handler.setFormatter(_JSONLines())
    else:
        handler.setFormatter(_PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("botocore", "boto3", "urllib3", "aiohttp", "slack_sdk", "s3transfer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def calm_garbage_collector() -> None:
    """Once everything is imported: answers, records and findings are trees without cycles, which the garbage collector would walk
    again and again in vain."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def fail(message: str, status: int = EXIT_CONFIGURATION) -> NoReturn:
    """Say what is wrong, on standard error, and end with this exit status."""
    say(f"error: {message}")
    sys.exit(status)


def say(message: str) -> None:
    """A line, or several, on standard error."""
    sys.stderr.write(f"{shown(message)}\n")


def printable(text: str) -> str:
    """Text from AWS as it may reach a terminal: control characters and direction marks are shown, not obeyed."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}" for c in text)


def shown(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(printable(line) for line in text.split("\n"))


def escaped(text: str) -> str:
    """JSON in which JSON's own escapes stand for what a terminal would obey: the same data, and as harmless as `printable`."""
    return _UNUSUAL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1] if character > "\x7f" else f"\\u{ord(character):04x}"


def _cut(text: str, most: int) -> str:
    from nightaudit_auditor.findings.bounds import clip  # noqa: PLC0415

    return clip(text, most)


def show(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> None:
    """A table as kubectl prints one: capitals, no lines, columns as wide as their widest cell; a cell of more than 1000 characters
    is cut and says so (JSON and CSV have all of it)."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column.upper(), no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_cut(cell, _CELL_CHARACTERS))) for cell in row))
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, highlight=False, soft_wrap=True).print(table)


def show_csv(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> None:
    """RFC 4180 on standard output. A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP,
    "CSV Injection"); control characters are shown as in a table."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [
                f"'{printable(cell)}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else printable(cell)
                for cell in row
            ]
        )


def show_json(data: object) -> None:
    """Indented JSON on standard output; msgspec structs are understood."""
    import msgspec  # noqa: PLC0415

    sys.stdout.write(escaped(msgspec.json.format(msgspec.json.encode(data), indent=2).decode()) + "\n")
