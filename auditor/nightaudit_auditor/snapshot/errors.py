"""What is wrong with a snapshot on disk, said with file and line."""

from __future__ import annotations


class SnapshotError(Exception):
    """A snapshot that cannot be read or written; the message names the file and, where there is one, the line."""
