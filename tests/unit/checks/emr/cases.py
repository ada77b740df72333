"""What the checks of EMR find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CLUSTERS, BLOCK, OFF = "emr.list_clusters", "emr.get_block_public_access_configuration", "EMR_BPA_OFF"
RUNNING = ok(CLUSTERS, REGION, {"Clusters": [{"Id": "j-1", "Name": "nightly", "Status": {"State": "WAITING"}}]})
NOTHING = ok(CLUSTERS, REGION, {"Clusters": []})


def block(on: bool, *ranges: tuple[int, int | None]) -> Record:
    permitted = [{"MinRange": low} | ({"MaxRange": high} if high is not None else {}) for low, high in ranges]
    found = {"BlockPublicSecurityGroupRules": on, "PermittedPublicSecurityGroupRuleRanges": permitted}
    return ok(BLOCK, REGION, {"BlockPublicAccessConfiguration": found})


CASES: list[Case] = [
    planted(OFF, "off", (RUNNING, block(False, (22, 22))), finds=("off",)),
    planted(OFF, "two ranges beyond SSH", (RUNNING, block(True, (22, 22), (8088, None), (0, 65535))), finds=("8088-8088", "0-65535")),
    hardened(OFF, "the default, with the end of the range left out", (RUNNING, block(True, (22, None)))),
    hardened(OFF, "nothing is permitted", (RUNNING, block(True))),
    hardened(OFF, "off where nothing runs", (NOTHING, block(False))),
    hardened(OFF, "never asked where nothing runs", NOTHING),
    unreadable(OFF, "no list", denied(CLUSTERS, REGION)),
    unreadable(OFF, "the block is denied", (RUNNING, denied(BLOCK, REGION))),
]  # fmt: skip
