"""The project's two images, built from its Dockerfile without a registry or a daemon."""

from __future__ import annotations

import configparser
import datetime
import hashlib
import os
import shlex
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.cluster.base_image import base_archive, base_key
from demo.cluster.locks import locked
from demo.cluster.namespaces import run
from demo.cluster.paths import REPOSITORY, cache_folder
from demo.cluster.progress import run_long

TARGETS = ("operator", "auditor")
_INPUTS = ("Dockerfile", ".dockerignore", "pyproject.toml", "constraints.txt", "README.md", "LICENSE")
_INPUT_TREES = ("crds", "operator", "auditor")
_KEPT = 2  # older builds are removed: each is two archives of some 200 MB

# What of the caller's environment says how packages are fetched; proxies are passed on by buildah itself.
_PIP_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT")
_CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_CA_INSIDE = "/run/build-ca.crt"


@dataclass(frozen=True)
class Images:
    """One build: the images' names, and the docker-archive files to load."""

    tag: str
    operator: str
    auditor: str
    archives: tuple[Path, ...]


def build_images(repository: Path = REPOSITORY) -> Images:
    """The images of the tree as it is; built when no earlier build had the same inputs.

    The tag is a digest of the inputs, so that a changed tree gives a changed image name and never a stale one.
    Raises ClusterError with the end of the build's log.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    folder = cache_folder() / "images"
    with locked(folder / "lock", "building images", seconds=1800, announce=True):
        inputs = dict(_inputs(repository))
        images = _named(content_tag(base_key(today), inputs), folder)
        if all(archive.exists() for archive in images.archives):
            return images
        _build(images, inputs, today)
        _forget_old(folder)
    return images


def content_tag(base: str, inputs: Mapping[str, bytes]) -> str:
    """12 hex digits that change with the base and with the name or content of any input."""
    digest = hashlib.sha256(base.encode())
    for name, content in sorted(inputs.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def build_environment(environ: Mapping[str, str], pip_files: Iterable[str]) -> tuple[dict[str, str], Path | None]:
    """How the build fetches packages, and the CA file that it trusts: what the caller's environment and pip.conf say.

    `pip_files` are the contents of pip's configuration files, the more specific last; the environment wins, as in pip.
    """
    parser = configparser.ConfigParser(interpolation=None)
    for text in pip_files:
        parser.read_string(text)
    options = dict(parser["global"]) if parser.has_section("global") else {}
    configured = {f"PIP_{option.upper().replace('-', '_')}": value for option, value in options.items()}
    merged = {**configured, **environ}
    authority = next((merged[name] for name in _CA_VARIABLES if merged.get(name)), None)
    variables = {name: merged[name] for name in _PIP_VARIABLES if merged.get(name)}
    if authority is not None:
        variables["PIP_CERT"] = _CA_INSIDE
    return variables, None if authority is None else Path(authority)


def _named(tag: str, folder: Path) -> Images:
    archives = tuple(folder / f"{tag}-{target}.tar" for target in TARGETS)
    names = [f"localhost/nightaudit-{target}:{tag}" for target in TARGETS]
    return Images(tag, operator=names[0], auditor=names[1], archives=archives)


def _inputs(repository: Path) -> Iterator[tuple[str, bytes]]:
    trees = (path for tree in _INPUT_TREES for path in (repository / tree).rglob("*"))
    for path in (*(repository / name for name in _INPUTS), *trees):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(repository)), path.read_bytes()


def _build(images: Images, inputs: Mapping[str, bytes], today: datetime.date) -> None:
    base = _base_image(today)
    pip_files = [file.read_text() for file in _pip_files() if file.exists()]
    variables, authority = build_environment(os.environ, pip_files)
    folder = images.archives[0].parent
    names = (images.operator, images.auditor)
    version = tomllib.loads(inputs["pyproject.toml"].decode())["project"]["version"]
    with tempfile.TemporaryDirectory() as work:
        # What was digested is what is built, though someone may be editing the tree.
        context = Path(work, "context")
        for path, content in inputs.items():
            file = context / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        secret = Path(work, "buildenv")
        secret.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()))
        mounts = [] if authority is None else [f"--volume={authority.resolve()}:{_CA_INSIDE}:ro"]
        for target, name, archive in zip(TARGETS, names, images.archives, strict=True):
            # In the store it is one name that moves: removing a name would remove the layers that the next build reuses.
            kept = f"localhost/nightaudit-{target}:newest"
            run_long(
                f"building image {name}: about 1 minute, seconds when only the project's own code has changed",
                [
                    *_buildah("build"),
                    "--layers",
                    "--isolation=chroot",
                    "--pull-never",
                    f"--target={target}",
                    f"--build-arg=BASE={base}",
                    f"--build-arg=VERSION={version}",
                    f"--build-arg=REVISION={images.tag}",
                    f"--secret=id=buildenv,src={secret}",
                    *mounts,
                    f"--tag={kept}",
                    str(context),
                ],
                log=folder / f"{target}.log",
            )
            fresh = archive.with_name(f"{target}.new")
            fresh.unlink(missing_ok=True)
            run([*_buildah("push"), kept, f"docker-archive:{fresh}:{name}"], seconds=300)
            fresh.replace(archive)


def _base_image(today: datetime.date) -> str:
    name = f"localhost/nightaudit-base:{base_key(today)}"
    known = subprocess.run([*_buildah("inspect"), "--type=image", name], capture_output=True, check=False)
    if known.returncode != 0:
        # What the layers of last week's base were kept for can never be used again.
        run([*_buildah("rmi"), "--all", "--force"], seconds=300)
        archive = base_archive(today)
        with tempfile.TemporaryDirectory() as work:
            recipe = Path(work, "Dockerfile")
            recipe.write_text(f"FROM scratch\nADD {archive.name} /\n")
            argv = [*_buildah("build"), "--isolation=chroot", f"--tag={name}", f"--file={recipe}", str(archive.parent)]
            run(argv, seconds=300)
    return name


def _buildah(command: str) -> list[str]:
    # A store of our own: nothing of it appears among the user's images, and removing the cache removes all of it.
    root = cache_folder() / "buildah"
    return [
        "buildah",
        f"--root={root}",
        "--runroot=/run/nightaudit/buildah",
        f"--storage-driver={storage_driver(_filesystem(cache_folder()))}",
        command,
    ]


def storage_driver(filesystem: str) -> str:
    """buildah's storage driver for a store on this filesystem: overlay, except where it cannot be stacked."""
    return "vfs" if filesystem in {"overlayfs", "nfs", "unknown"} else "overlay"


def _filesystem(folder: Path) -> str:
    return run(["stat", "--file-system", "--format=%T", str(folder)]).strip()


def _pip_files() -> tuple[Path, ...]:
    home = Path.home()
    return (Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf")


def _forget_old(folder: Path) -> None:
    by_age = sorted(folder.glob("*-operator.tar"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[_KEPT:]:
        for target in TARGETS:
            old.with_name(old.name.replace("-operator", f"-{target}")).unlink(missing_ok=True)
