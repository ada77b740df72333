"""What a recording depends on: another digest, another recording."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path


def digest(root: Path) -> str:
    """Of the generator, the stand-in, the catalogue and their libraries."""
    found = hashlib.sha256("".join(version(name) for name in ("moto", "botocore", "boto3")).encode())
    folders = ("bench/account", "demo/aws", "auditor/nightaudit_auditor/collect/catalogue")
    files = [root / "bench" / name for name in ("sizes.py", "standin.py", "recording.py", "record.py", "limit.py")]
    for folder in folders:
        files += [*(root / folder).rglob("*.py"), *(root / folder).rglob("*.yaml")]
    for path in sorted(files):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
