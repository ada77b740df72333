"""The names of objects: `<prefix>/<namespace>/<schedule>/runs/<yyyy>/<mm>/<dd>/<run>/…` and `…/latest.json`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CONTENT_TYPES = {
    ".jsonl.gz": "application/gzip",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True)
class Layout:
    """Keys of one schedule, relative to the store's root."""

    namespace: str
    schedule: str

    @property
    def latest(self) -> str:
        return f"{self.namespace}/{self.schedule}/latest.json"

    def folder(self, run: str, time: datetime) -> str:
        """The run's folder, without a slash at the end. Days are UTC's."""
        return f"{self.namespace}/{self.schedule}/runs/{time:%Y/%m/%d}/{run}"


def content_type(key: str) -> str:
    """The media type for a key of this layout. Raises ValueError for a name that the layout does not know."""
    for suffix, media_type in CONTENT_TYPES.items():
        if key.endswith(suffix):
            return media_type
    raise ValueError(f"{key}: no media type for this name")
