"""The mutation tool: what it makes mutable, and what it counts as killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tools.mutation import ROOT, Score, scores, survivors, table, total, undecorated

MODULE = """
from functools import cached_property, lru_cache

@lru_cache(maxsize=3)
def double(number):
    return 2 * number

class Box:
    @property
    def size(self):
        return 1

    @cached_property
    def full(self):
        return True

    @classmethod
    def of(cls):
        return cls()
"""


def test_decorators_are_applied_below_and_memory_is_left_out():
    changed = undecorated(MODULE)
    assert "@property" not in changed
    assert "@cached_property" not in changed
    assert "lru_cache(" not in changed
    assert "    @classmethod\n    def of(cls):" in changed
    found: dict = {}
    exec(compile(changed, "module", "exec"), found)  # noqa: S102
    assert found["double"](2) == 4
    assert not hasattr(found["double"], "cache_info")
    assert (found["Box"].of().size, found["Box"].of().full) == (1, True)


def mutated(folder: Path, codes: dict[str, int | None]) -> Path:
    module = folder / "mutants" / "src" / "room" / "small.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        "def x_one__mutmut_orig():\n    return 1\n\ndef x_one__mutmut_1():\n    return 2\n\ndef x_one__mutmut_2():\n    return 3\n"
    )
    module.with_suffix(".py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    return folder


def test_what_fails_or_never_ends_is_killed_and_what_was_not_tried_is_not_counted(tmp_path):
    copy = mutated(
        tmp_path, {"room.small.x_one__mutmut_1": 0, "room.small.x_one__mutmut_2": 1, "a": 36, "b": None, "c": 33}
    )
    (score,) = scores(copy)
    assert (score.module, score.tried, score.killed, score.percent) == ("small", 4, 2, 50.0)


def test_a_survivor_is_shown_with_what_became_of_its_line(tmp_path):
    copy = mutated(tmp_path, {"room.small.x_one__mutmut_1": 0, "room.small.x_one__mutmut_2": 1})
    assert list(survivors(copy)) == [("small x_one__mutmut_1", "return 1", "return 2")]


def test_the_table_ends_with_all_modules():
    found = [Score("a", Counter(killed=3, survived=1)), Score("b", Counter(timeout=1))]
    assert list(table("room", found))[2:] == ["| a | 4 | 3 | 75.0 |", "| b | 1 | 1 | 100.0 |", "| all | 5 | 4 | 80.0 |"]
    assert total([]).percent == 100.0


def test_a_room_that_is_none_is_refused(tmp_path):
    ran = subprocess.run(
        [sys.executable, ROOT / "tools" / "mutation.py", tmp_path, "cellar"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "ROOM: must be policy or network, not 'cellar'" in ran.stderr
    assert list(tmp_path.iterdir()) == []
