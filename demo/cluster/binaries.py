"""Kubernetes, the pause program and Helm, built once from Go modules into the user's cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from demo.cluster.errors import ClusterError
from demo.cluster.locks import locked
from demo.cluster.paths import SOURCES, cache_folder
from demo.cluster.progress import run_long

COMPONENTS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubectl",
)
_STRIPPED = "-s -w"


@dataclass(frozen=True)
class Binaries:
    """Where the programs are."""

    folder: Path
    helm: Path
    pause: Path

    @property
    def kubectl(self) -> Path:
        """kubectl of the same version as the cluster."""
        return self.folder / "kubectl"


def build() -> Binaries:
    """The programs; those not in the cache are built first, which takes minutes, and says so.

    Raises ClusterError when Go is missing or too old, or when a build fails.
    """
    version = go_version()
    kube, helm = SOURCES / "kube", SOURCES / "helm"
    release = module_version((kube / "go.mod").read_text(), "k8s.io/kubernetes")
    helm_release = module_version((helm / "go.mod").read_text(), "helm.sh/helm/v3")
    folder = _cached(
        f"kubernetes-{release}-{cache_key(version, _inputs(kube))}",
        kube,
        [
            (
                "kube",
                ".",
                f"building Kubernetes {release.removeprefix('v')} from Go modules: about 6 minutes on 2 cores, once",
                f"{_STRIPPED} {version_flags(release)}",
            ),
            ("pause", "./pause", "building the pause program", _STRIPPED),
        ],
        links=dict.fromkeys(COMPONENTS, "kube"),
    )
    helm_folder = _cached(
        f"helm-{helm_release}-{cache_key(version, _inputs(helm))}",
        helm,
        [
            (
                "helm",
                "helm.sh/helm/v3/cmd/helm",
                f"building Helm {helm_release.removeprefix('v')} from Go modules: about 2 minutes on 2 cores, once",
                f"{_STRIPPED} -X helm.sh/helm/v3/internal/version.version={helm_release}",
            )
        ],
        links={},
    )
    return Binaries(folder=folder, helm=helm_folder / "helm", pause=folder / "pause")


def go_version() -> str:
    """The Go release in use, as `go1.25.0`.

    Raises ClusterError when there is none.
    """
    try:
        done = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, check=True, cwd=SOURCES)
    except FileNotFoundError:
        raise ClusterError("Go is not installed: Go 1.26 or newer builds the cluster (https://go.dev/dl)") from None
    except subprocess.CalledProcessError as error:
        raise ClusterError(f"go env GOVERSION failed: {error.stderr.strip()}") from error
    return done.stdout.strip()


def module_version(gomod: str, module: str) -> str:
    """The version of `module` that a go.mod requires.

    Raises ClusterError when it requires none.
    """
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(module)}\s+(v\S+)", gomod, re.MULTILINE)
    if found is None:
        raise ClusterError(f"go.mod requires no {module}")
    return found[1]


def version_flags(release: str) -> str:
    """Linker flags for `release` (v1.35.4): without them the programs call themselves v0.0.0 and clients misbehave."""
    major, minor = release.removeprefix("v").split(".")[:2]
    package = "k8s.io/component-base/version"
    values = {"gitVersion": release, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(f"-X {package}.{name}={value}" for name, value in values.items())


def cache_key(version: str, inputs: Iterable[tuple[str, bytes]]) -> str:
    """16 hex digits that change with the Go release and with the name or content of any input."""
    digest = hashlib.sha256(version.encode())
    for name, content in sorted(inputs):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _inputs(module: Path) -> list[tuple[str, bytes]]:
    return [
        (str(path.relative_to(module)), path.read_bytes())
        for pattern in ("go.mod", "go.sum", "**/*.go")
        for path in module.glob(pattern)
    ]


def _cached(key: str, module: Path, programs: list[tuple[str, str, str, str]], *, links: dict[str, str]) -> Path:
    folder = cache_folder() / "bin" / key
    if folder.exists():
        return folder
    lock = cache_folder() / "bin" / f"{key.split('-', maxsplit=1)[0]}.lock"
    with locked(lock, f"building {key}", seconds=1800, announce=True):
        if folder.exists():
            return folder
        fresh = folder.with_name(f"{key}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for program, package, what, flags in programs:
            run_long(
                what,
                ["go", "build", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", str(fresh / program), package],
                log=fresh / f"{program}.log",
                cwd=module,
                env={**os.environ, "CGO_ENABLED": "0"},
            )
        for link, target in links.items():
            (fresh / link).symlink_to(target)
        fresh.rename(folder)
    return folder
