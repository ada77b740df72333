"""The image of the pause program: one static file, written as a docker-archive without any tool."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from pathlib import Path

from demo.cluster.config import PAUSE_IMAGE

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def pause_archive(program: Path) -> Path:
    """The docker-archive of the pause program, next to it; written when it is not there yet."""
    archive = program.with_name("pause.tar")
    if not archive.exists():
        fresh = archive.with_suffix(".new")
        fresh.write_bytes(render(program.read_bytes(), _ARCHITECTURES.get(platform.machine(), platform.machine())))
        fresh.replace(archive)
    return archive


def render(program: bytes, architecture: str) -> bytes:
    """A docker-archive (manifest.json, image configuration, one layer) of the image PAUSE_IMAGE."""
    layer = _tar({"pause": program}, mode=0o755)
    configuration = json.dumps(
        {
            "architecture": architecture,
            "os": "linux",
            "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        }
    ).encode()
    name = f"{hashlib.sha256(configuration).hexdigest()}.json"
    manifest = json.dumps([{"Config": name, "RepoTags": [PAUSE_IMAGE], "Layers": ["layer.tar"]}]).encode()
    return _tar({name: configuration, "layer.tar": layer, "manifest.json": manifest}, mode=0o644)


def _tar(files: dict[str, bytes], mode: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = mode
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
