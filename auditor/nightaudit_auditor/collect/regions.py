"""Which regions of an account are audited: those that are enabled and that the schedule selects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nightaudit_auditor.manifests import glob_matches
from nightaudit_auditor.manifests.types import AccountTarget, Regions

# AWS: Region.OptInStatus. Others are off, being switched on or being switched off.
_ENABLED = {"opt-in-not-required", "opted-in"}
_LITERAL = re.compile(r"[a-z0-9-]+")


def enabled(answer: dict[str, Any]) -> tuple[str, ...]:
    """The enabled regions in an answer of ec2.describe_regions, sorted."""
    regions = answer.get("Regions") or ()
    return tuple(sorted(r["RegionName"] for r in regions if r.get("OptInStatus", "opted-in") in _ENABLED))


def select(known: Sequence[str], account: AccountTarget, regions: Regions) -> tuple[str, ...]:
    """Those of `known` that the schedule wants; an account's own `regions` replace the schedule's include."""
    return tuple(
        region
        for region in known
        if any(glob_matches(pattern, region) for pattern in _wanted(account, regions))
        and not any(glob_matches(pattern, region) for pattern in regions.exclude)
    )


def unmatched(known: Sequence[str], account: AccountTarget, regions: Regions) -> dict[str, str]:
    """Patterns of the schedule that select none of the enabled regions `known`, each with what is wrong and what to do.

    A pattern whose regions are all excluded counts only if nothing at all is selected: leaving some out is what excluding is for.
    """
    where = f"accounts[{account.id}].regions" if account.regions else "regions.include"
    nothing = not select(known, account, regions)
    found: dict[str, str] = {}
    for pattern in _wanted(account, regions):
        if not any(glob_matches(pattern, region) for region in known):
            fix = f"enable the region in the account, or correct {where}"
            found[pattern] = f"no region that account {account.id} has enabled matches {pattern}: {fix}"
        elif nothing:
            fix = "correct regions.exclude"
            found[pattern] = f"every enabled region of account {account.id} that matches {pattern} is excluded: {fix}"
    return found


def _wanted(account: AccountTarget, regions: Regions) -> tuple[str, ...]:
    return account.regions or regions.include or ("*",)


def named(account: AccountTarget, regions: Regions) -> tuple[str, ...]:
    """The regions that the schedule names without wildcards: what is left when AWS does not say which are enabled."""
    literal = [pattern for pattern in account.regions or regions.include if _LITERAL.fullmatch(pattern)]
    return select(sorted(set(literal)), account, regions)
