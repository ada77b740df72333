"""What the checks of Lightsail find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

INSTANCES, BALANCERS, USED = "lightsail.get_instances", "lightsail.get_load_balancers", "LIGHTSAIL_IN_USE"


def world(instances: int = 0, balancers: int = 0) -> tuple[Record, ...]:
    return (
        ok(INSTANCES, REGION, {"instances": [{"name": f"i{n}"} for n in range(instances)]}),
        ok(BALANCERS, REGION, {"loadBalancers": [{"name": f"b{n}"} for n in range(balancers)]}),
    )


CASES: list[Case] = [
    planted(USED, "two instances are one finding", world(2), finds=("instances",)),
    planted(USED, "both", world(1, 1), finds=("instances", "loadBalancers")),
    hardened(USED, "nothing", world()),
    hardened(USED, "the region lacks Lightsail", tuple(failed(name, REGION, Outcome.SKIPPED, code="ServiceNotInRegion") for name in (INSTANCES, BALANCERS))),
    unreadable(USED, "instances denied", (denied(INSTANCES, REGION), world()[1])),
    unreadable(USED, "load balancers denied", (world()[0], denied(BALANCERS, REGION))),
]  # fmt: skip
