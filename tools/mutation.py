"""Mutation testing of the engines: does every small change of `aws/policy` and `aws/network` make a test fail?

`make mutation` installs mutmut aside and calls this. Everything happens in a copy, because mutmut rewrites the sources that it
tests. docs/mutation.md holds the last scores and says of each survivor why it may live.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Room:
    """A package to mutate, the tests that answer for it, and how many mutants are tried if nothing else is asked (0: all).

    `least` is the share of them, in per cent, that the tests must kill.
    """

    package: str
    tests: tuple[str, ...]
    least: float
    sample: int


ROOMS = {
    "policy": Room("nightaudit_auditor/aws/policy", ("tests/unit/aws",), 90, 0),
    "network": Room("nightaudit_auditor/aws/network", ("tests/unit/aws_network",), 0, 500),
}

_COPIED = ("crds", "tests/conftest.py", "tests/unit", "pyproject.toml")
_PRUNED = shutil.ignore_patterns("__pycache__")
_REMEMBERING = ("lru_cache", "cache")
_KEPT = ("staticmethod", "classmethod")

# A mutant must fail or pass the same way every time, and fail at a quick test before a slow one is tried.
_PROFILE = """

settings.register_profile("mutation", deadline=None, derandomize=True, database=None, max_examples={examples})
settings.load_profile("mutation")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)
"""
_SETTINGS = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/{package}/*"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
timeout_multiplier = 5.0
timeout_constant = 2.0
use_git_change_detection = false
"""

KILLED = frozenset({"killed", "timeout", "crash"})
"""A mutant that never ends is noticed as surely as one that fails a test."""
_OUTCOMES = {
    None: "not tried",
    0: "survived",
    1: "killed",
    3: "killed",
    5: "no test",
    33: "no test",
    -11: "crash",
    -9: "crash",
}
_OUTCOMES |= dict.fromkeys((-24, 24, 36, 152, 255), "timeout")
_AROUND = 40
_NOBODY = "no mutant has this name"


class MutationError(RuntimeError):
    """mutmut could not do its work; the message holds the end of what it said."""


@dataclass(frozen=True)
class Score:
    """What became of the mutants of one module: outcome → how many."""

    module: str
    outcomes: Mapping[str, int]

    @property
    def tried(self) -> int:
        """How many were put to the tests."""
        return sum(count for outcome, count in self.outcomes.items() if outcome != "not tried")

    @property
    def killed(self) -> int:
        """How many made a test fail, or never end."""
        return sum(self.outcomes.get(outcome, 0) for outcome in KILLED)

    @property
    def percent(self) -> float:
        """The share that was killed; 100 of none."""
        return 100 * self.killed / self.tried if self.tried else 100.0


def undecorated(source: str) -> str:
    """The module with its functions' decorators applied below them, and without their memory.

    mutmut leaves decorated functions alone; and what one test has a function remember would hide a mutant from the next.
    """
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        names = [ast.unparse(decorator) for decorator in node.decorator_list]
        if not names or names[0] in _KEPT:
            continue
        kept = [name for name in reversed(names) if name.partition("(")[0] not in _REMEMBERING]
        applied = [f"{' ' * node.col_offset}{node.name} = {name}({node.name})" for name in kept]
        first, last = node.decorator_list[0].lineno - 1, node.end_lineno or node.lineno
        lines[first:last] = [*lines[node.lineno - 1 : last], *applied]
    return "\n".join([*lines, ""])


def prepare(copy: Path, room: Room, examples: int) -> None:
    """Lay out the copy: the auditor as `src`, and the tests with a profile that never varies."""
    shutil.copytree(ROOT / "auditor", copy / "src", ignore=_PRUNED)
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=_PRUNED)
        elif (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for module in (copy / "src" / room.package).glob("*.py"):
        module.write_text(undecorated(module.read_text()))
    with (copy / "tests" / "conftest.py").open("a") as conftest:
        conftest.write(_PROFILE.format(examples=examples))
    with (copy / "pyproject.toml").open("a") as project:
        project.write(_SETTINGS.format(package=room.package, tests=json.dumps(room.tests)))


def mutate(copy: Path, tool: Path, sample: int, seed: int) -> None:
    """Try the mutants, or `sample` of them by chance (0: all). Raises MutationError."""
    chosen: list[str] = []
    if sample:
        _mutmut(copy, tool, "run", "--max-children", "1", _NOBODY)  # writes the mutants, and finds none to try
        names = [name for _, outcomes in _metas(copy) for name in outcomes]
        chosen = random.Random(seed).sample(names, min(sample, len(names)))  # noqa: S311 - a choice, not a secret
    said = _mutmut(copy, tool, "run", "--max-children", "1", *chosen)
    if not any(Score("", Counter(outcomes.values())).tried for _, outcomes in _metas(copy)):
        raise MutationError(said[-2000:])


def _mutmut(copy: Path, tool: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", "from mutmut.__main__ import cli; cli()", *arguments]
    environment = os.environ | {"PYTHONPATH": str(tool), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def _metas(copy: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A mutated module, and the outcome of each of its mutants by name."""
    for path in sorted((copy / "mutants" / "src").rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(path.read_text())["exit_code_by_key"]
        if codes:
            yield path.with_suffix(""), {name: _OUTCOMES.get(code, "suspicious") for name, code in codes.items()}


def scores(copy: Path) -> list[Score]:
    """Per module, in the order of their names."""
    return [Score(path.stem, Counter(outcomes.values())) for path, outcomes in _metas(copy)]


def survivors(copy: Path) -> Iterator[tuple[str, str, str]]:
    """(name, what was, what became of it) of each mutant that no test noticed."""
    for path, outcomes in _metas(copy):
        functions = {n.name: n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)}
        for name, outcome in outcomes.items():
            if outcome in ("survived", "no test", "suspicious"):
                mutant = name.rpartition(".")[2]
                was = functions[f"{mutant.partition('__mutmut_')[0]}__mutmut_orig"]
                yield (f"{path.stem} {mutant}", *_difference(was, functions[mutant]))


def _difference(was: ast.FunctionDef, became: ast.FunctionDef) -> tuple[str, str]:
    """The two lines that differ, cut to where they do."""
    before, after = (ast.unparse(node).splitlines() for node in (was, became))
    pairs = [(a, b) for a, b in zip(before, after, strict=False) if a != b and "__mutmut_" not in a]
    if not pairs:
        return "its signature", "its signature, changed"
    one, other = pairs[0]
    start = max(0, next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0) - _AROUND)
    return one[start : start + 3 * _AROUND].strip(), other[start : start + 3 * _AROUND].strip()


def table(room: str, found: Sequence[Score]) -> Iterator[str]:
    """A Markdown table of a room's scores."""
    yield f"| aws/{room} | mutants | killed | % |"
    yield "|---|---:|---:|---:|"
    for score in (*found, total(found)):
        yield f"| {score.module} | {score.tried} | {score.killed} | {score.percent:.1f} |"


def total(found: Sequence[Score]) -> Score:
    """All modules as one."""
    return Score("all", sum((Counter(one.outcomes) for one in found), Counter()))


def main() -> None:
    """Exit status 1 if a room's tests kill too few, 2 if mutmut could not do its work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder",
        type=Path,
        help="where mutmut was installed (pip install --target), in `tool`; the copies go beside it",
    )
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"{' or '.join(ROOMS)} (default: both)")
    parser.add_argument("--examples", type=int, default=40, help="hypothesis examples for each property (default 40)")
    parser.add_argument(
        "--sample",
        type=int,
        help="try so many mutants of a room, by chance; 0: all (default: all of policy, 500 of network)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the chance (default 0)")
    options = parser.parse_args()
    if unknown := set(options.rooms) - ROOMS.keys():
        parser.error(f"ROOM: must be {' or '.join(ROOMS)}, not {sorted(unknown)[0]!r}")
    failed = False
    for name in options.rooms or ROOMS:
        room, copy = ROOMS[name], options.folder / name
        prepare(copy, room, options.examples)
        try:
            mutate(
                copy, options.folder / "tool", room.sample if options.sample is None else options.sample, options.seed
            )
        except MutationError as error:
            sys.stderr.write(f"aws/{name}: mutmut tried nothing. It said:\n{error}\n")
            sys.exit(2)
        found = scores(copy)
        sys.stdout.write("\n".join([*table(name, found), "", ""]))
        sys.stdout.writelines(f"{one}\n  - {was}\n  + {now}\n" for one, was, now in survivors(copy))
        if total(found).percent < room.least:
            sys.stderr.write(f"aws/{name}: less than {room.least} % were killed\n")
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
