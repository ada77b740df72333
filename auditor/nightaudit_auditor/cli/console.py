"""How the command line speaks: tables and progress on a terminal, JSON lines in a pod, errors on standard error."""

from __future__ import annotations

import csv
import gc
import json
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

EXIT_OK, EXIT_FAILED, EXIT_CONFIGURATION, EXIT_FINDINGS = 0, 1, 2, 3

OUTPUTS = ("table", "json")


class _JSONLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message and whatever `extra={"fields": …}` adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_logging(log_format: str | None = None) -> None:
    """JSON lines if asked for (`NIGHTAUDIT_LOG_FORMAT=json`), else plain lines; always to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    if (log_format or os.environ.get("NIGHTAUDIT_LOG_FORMAT")) == "json":
        handler.setFormatter(_JSONLines())
    else:
        handler.setFormatter(logging.Formatter("%(message)s"))
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
    sys.stderr.write(f"error: {message}\n")
    sys.exit(status)


def printable(text: str) -> str:
    """Text from AWS as it may reach a terminal: control characters and direction marks are shown, not obeyed."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}" for c in text)


def show(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> None:
    """A table as kubectl prints one: capitals, no lines, columns as wide as their widest cell."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column.upper(), no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
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

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n")
