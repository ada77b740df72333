"""principalmapper (NCC Group, AGPL-3.0): made on demand in a virtual environment of its own, and run as a program.

It is no dependency, and nothing here imports it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.escalation.verdicts import Said, Verdict
from demo.cluster.paths import cache_folder

VERSION = "1.1.5"
_REQUIREMENTS = (f"principalmapper=={VERSION}", "botocore==1.44.8")
_PATCHED = Path("principalmapper") / "util" / "case_insensitive_dict.py"
_BEFORE = "from collections import Mapping, MutableMapping, OrderedDict\n"
_AFTER = "from collections import OrderedDict\nfrom collections.abc import Mapping, MutableMapping\n"
"""Python 3.10 took the abstract classes out of `collections`; they have been in `collections.abc` since 3.3."""

_ADMIN = re.compile(r"(\S+) is an administrative principal")
_ESCALATES = re.compile(r"(\S+) can escalate privileges by accessing the administrative principal \S+:")


class Environment(NamedTuple):
    """Where a program finds AWS, and as whom."""

    endpoint: str
    access_key: str
    secret_key: str
    token: str
    region: str


def install() -> Path:
    """The program, made and patched unless it is there. Raises RuntimeError if its source is not what the patch is for."""
    folder = cache_folder() / "escalation" / f"principalmapper-{VERSION}"
    program = folder / "bin" / "pmapper"
    done = folder / "patched"
    if not done.exists():
        print(f"installing principalmapper {VERSION} into {folder} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *_REQUIREMENTS], check=True)
        _patch(folder)
        done.touch()
    return program


def _patch(folder: Path) -> None:
    (path,) = folder.glob(f"lib/python*/site-packages/{_PATCHED}")
    path.write_text(patched(path.read_text(encoding="utf-8")), encoding="utf-8")


def patched(source: str) -> str:
    """The module as Python 3.10 and later can import it. Raises RuntimeError if it is another one."""
    if source.count(_BEFORE) != 1:
        raise RuntimeError(
            f"{_PATCHED} does not hold the line that the patch replaces: is it principalmapper {VERSION}?"
        )
    return source.replace(_BEFORE, _AFTER)


def ask(program: Path, account: str, aws: Environment, regions: tuple[str, ...], storage: Path) -> dict[str, Said]:
    """What it says of an account's users and roles, by `user/NAME` and `role/NAME`. Who is not there is NEITHER to it."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(storage), "PMAPPER_STORAGE": str(storage), "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": aws.access_key, "AWS_SECRET_ACCESS_KEY": aws.secret_key, "AWS_SESSION_TOKEN": aws.token,
        "AWS_DEFAULT_REGION": aws.region, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }  # fmt: skip
    _run(program, ["graph", "create", "--ignore-orgs", "--include-regions", *regions], environment)
    return read(_run(program, ["--account", account, "query", "preset privesc *"], environment))


def _run(program: Path, arguments: list[str], environment: Mapping[str, str]) -> str:
    ran = subprocess.run([str(program), *arguments], env=environment, capture_output=True, text=True, check=False)
    # A region or a service that it could not read it names in a warning only, and goes on.
    if ran.returncode != 0 or "Unable to" in ran.stdout + ran.stderr:
        raise RuntimeError(
            f"pmapper {' '.join(arguments)} ended with status {ran.returncode}:\n{(ran.stdout + ran.stderr)[-4000:]}"
        )
    return ran.stdout


def read(answer: str) -> dict[str, Said]:
    """Its answer to `preset privesc *`: one line for an administrator; a line, and the indented path, for who can become one."""
    found: dict[str, Said] = {}
    name = ""
    for line in answer.splitlines():
        if admin := _ADMIN.fullmatch(line.strip()):
            found[admin[1]] = Said(Verdict.ADMIN, ())
        elif head := _ESCALATES.fullmatch(line.strip()):
            name = head[1]
            found[name] = Said(Verdict.ESCALATES, ())
        elif line.startswith("   ") and name:
            found[name] = Said(Verdict.ESCALATES, (*found[name].path, line.strip()))
        elif line.strip():
            raise ValueError(f"principalmapper said what nobody expected: {line!r}")
    return found
