"""A Python base image made from Debian packages, for machines that reach no image registry."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.cluster.namespaces import run
from demo.cluster.paths import cache_folder
from demo.cluster.progress import run_long

SUITE = "bookworm"
PACKAGES = ("python3", "python3-venv", "ca-certificates", "tzdata")
_USELESS = (
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
)


def base_key(today: datetime.date) -> str:
    """Suite and ISO week: a base picks up Debian's fixes once a week, and is not built more often than that."""
    year, week, _ = today.isocalendar()
    return f"{SUITE}-{year}w{week:02}"


def debian_mirror(indextargets: str) -> list[str]:
    """The machine's own Debian mirror, from `apt-get indextargets --format '$(SITE) $(ORIGIN)'`; else debootstrap's choice."""
    for line in indextargets.splitlines():
        site, _, origin = line.strip().partition(" ")
        if origin == "Debian" and "security" not in site:
            return [site]
    return []


def base_archive(today: datetime.date) -> Path:
    """A tar of the base's root filesystem, built on first use in a week; the caller holds the lock of the images."""
    folder = cache_folder() / "base"
    archive = folder / f"{base_key(today)}.tar"
    if archive.exists():
        return archive
    folder.mkdir(parents=True, exist_ok=True)
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN)"], capture_output=True, text=True, check=False
    )
    with tempfile.TemporaryDirectory(dir=folder) as work:
        root = Path(work, "root")
        run_long(
            f"building the base image's files from Debian {SUITE}: about 1 minute, once a week",
            [
                "debootstrap",
                "--variant=minbase",
                f"--include={','.join(PACKAGES)}",
                SUITE,
                str(root),
                *debian_mirror(targets.stdout),
            ],
            log=folder / "debootstrap.log",
        )
        for useless in _USELESS:
            shutil.rmtree(root / useless)
            (root / useless).mkdir()
        fresh = Path(work, "base.tar")
        run(["tar", "--create", f"--file={fresh}", f"--directory={root}", "--numeric-owner", "--exclude=./dev/*", "."])
        fresh.replace(archive)
    for old in folder.glob("*.tar"):
        if old != archive:
            old.unlink()
    return archive
