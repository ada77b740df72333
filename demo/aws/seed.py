"""Fills the organization: `python -m demo.aws.seed --endpoint URL`. Doing it twice changes nothing."""

from __future__ import annotations

import argparse
import sys
import time

from demo.aws import facts
from demo.aws.seeding import data, detection, iam, network, organization, s3
from demo.aws.seeding.cloud import Cloud

VERSION = "2"
"""Changes whenever what is planted changes: a server that holds another version is emptied first."""


def seed(endpoint: str) -> bool:
    """Fill the server's accounts unless they are filled. True if it did something. Takes about ten seconds."""
    cloud = Cloud(endpoint)
    if cloud.state()["seeded"] == VERSION:
        return False
    cloud.post("/demo/reset", {})
    organization.create(cloud)
    for account in facts.ACCOUNTS:
        organization.audit_role(cloud, account)
    organization.errors_topic(cloud)
    organization.audit_bucket(cloud)
    iam.production(cloud)
    iam.staging(cloud)
    iam.others(cloud)
    s3.production(cloud)
    s3.staging(cloud)
    shop = network.production(cloud)
    tests = network.staging(cloud)
    data.keys(cloud)
    data.functions(cloud)
    data.databases(cloud, shop)
    data.staging_database(cloud, tests)
    detection.create(cloud)
    cloud.post("/demo/seeded", {"version": VERSION})
    return True


def main(argv: list[str]) -> int:
    """Seed a running server."""
    parser = argparse.ArgumentParser(prog="python -m demo.aws.seed", description="plants problems in the demo's AWS")
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566", help="address of the running server")
    options = parser.parse_args(argv)
    started = time.monotonic()
    did = seed(options.endpoint)
    print(f"seeded in {time.monotonic() - started:.1f} s" if did else "was seeded already")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
