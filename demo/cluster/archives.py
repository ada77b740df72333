"""docker-archives: the pause program's, one static file written without any tool, and the names in any."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from pathlib import Path

from demo.cluster.config import PAUSE_IMAGE
from demo.cluster.errors import ClusterError

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


def archive_names(archive: Path) -> set[str]:
    """The image names in a docker-archive.

    Raises ClusterError when the file is no docker-archive.
    """
    try:
        with tarfile.open(archive) as tar:
            manifest = tar.extractfile("manifest.json")
            images = json.load(manifest) if manifest is not None else []
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise ClusterError(f"{archive}: not a docker-archive of named images ({error})") from error
    return {name for image in images for name in image["RepoTags"]}


def _tar(files: dict[str, bytes], mode: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = mode
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
