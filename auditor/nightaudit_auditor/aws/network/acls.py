"""Network ACLs: numbered rules, the first match decides, nothing is remembered between the two directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nightaudit_auditor.aws.network import cidrs, ports
from nightaudit_auditor.aws.network.answers import Answer
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.ports import Protocol

# Whoever opens a connection chooses the port that the answer goes to. Ordinary clients take an ephemeral one (1024-65535);
# an attacker takes whatever an egress rule leaves open, so every port counts.
CLIENT_PORTS: Final = Intervals(((1, 65535),))


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of a network ACL, for one family."""

    number: int
    allow: bool
    ports: Intervals
    addresses: Intervals


def entries(acl: Answer, *, egress: bool, family: Family, protocol: Protocol) -> tuple[Entry, ...]:
    """The rules that speak of the direction, family and protocol, in the order in which they are tried."""
    found = []
    for entry in acl.get("Entries", []):
        cidr = entry.get("CidrBlock" if family == "ipv4" else "Ipv6CidrBlock")
        if cidr and bool(entry["Egress"]) == egress and ports.matches(str(entry["Protocol"]), protocol):
            allow = entry["RuleAction"] == "allow"
            found.append(Entry(entry["RuleNumber"], allow, ports.acl_ports(entry), cidrs.parse(cidr)[1]))
    return tuple(sorted(found, key=lambda rule: rule.number))


def allowed(rules: Sequence[Entry], family: Family, port: int) -> tuple[Intervals, tuple[int, ...]]:
    """The addresses that may exchange packets on the port, and the numbers of the rules that allow it."""
    undecided, passed = cidrs.EVERYWHERE[family], EMPTY
    numbers: list[int] = []
    for rule in rules:
        if port in rule.ports:
            hit = undecided & rule.addresses
            undecided -= rule.addresses
            if rule.allow and hit:
                passed |= hit
                numbers.append(rule.number)
    return passed, tuple(numbers)


def starts(rules: Sequence[Entry]) -> set[int]:
    """The ports at which the verdict of the rules may change."""
    return {edge for rule in rules for first, last in rule.ports.ranges for edge in (first, last + 1)}


def answerable(rules: Sequence[Entry], family: Family) -> tuple[Intervals, tuple[int, ...]]:
    """The addresses to which an answer may leave on at least one port of the client's choice, and the rules that let it."""
    passed, numbers = EMPTY, set[int]()
    for port in sorted({1, *starts(rules)}):
        if port in CLIENT_PORTS:
            addresses, used = allowed(rules, family, port)
            passed |= addresses
            numbers.update(used)
    return passed, tuple(sorted(numbers))
