"""What the check of Route 53 finds, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import Case, Settings, account, denied, ok
from tests.unit.checks.route53.dangling import DANGLING_CASES
from tests.unit.checks.shapes import hardened, planted, unreadable

FOREIGN = "ROUTE53_FOREIGN_ZONE"
OURS = Settings(domains=frozenset({"example.com", "Example.ORG."}))


def zone(name: str, private: bool = False) -> AccountData:
    found = {"Id": "/hostedzone/Z1", "Name": name, "Config": {"PrivateZone": private}}
    return account(ok("route53.list_hosted_zones", answer={"HostedZones": [found]}))


CASES: list[Case] = [
    planted(FOREIGN, "somebody else's domain", zone("example.net."), settings=OURS),
    planted(FOREIGN, "a look-alike that ends in ours", zone("badexample.com."), settings=OURS),
    planted(FOREIGN, "ours in front of another", zone("example.com.evil.test."), settings=OURS),
    hardened(FOREIGN, "ours", zone("example.com."), settings=OURS),
    hardened(FOREIGN, "below ours, in other letters", zone("Dev.EXAMPLE.org."), settings=OURS),
    hardened(FOREIGN, "a private zone", zone("cluster.local.", private=True), settings=OURS),
    hardened(FOREIGN, "no domain is said to be ours", zone("example.net.")),
    unreadable(FOREIGN, "denied", account(denied("route53.list_hosted_zones")), settings=OURS),
    *DANGLING_CASES,
]
