"""Which news a notification gets: a pure reading of its severity, tiers, match and policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nightaudit_auditor.findings.changes import Change, merge
from nightaudit_auditor.manifests import glob_matches
from nightaudit_auditor.manifests.types import Notification
from nightaudit_auditor.notify.model import SEVERITIES, News


def selected(
    changes: Iterable[Change], notification: Notification, aliases: Mapping[str, tuple[str, ...]]
) -> tuple[Change, ...]:
    """The changes that the notification asks for: severe enough, of its tiers, and matched.

    `aliases`: check id → CloudMapper's ids for it; a notification may name either.
    """
    return tuple(change for change in changes if _asked_for(change, notification, aliases.get(change.check, ())))


def split(
    news: News, missed: tuple[Change, ...], notification: Notification
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """(what earlier runs still owe, what this run adds), both selected; no change is in both or twice in one.

    A baseline adds nothing: without memory, nothing is known to be new.
    """
    fresh = () if news.baseline else news.changes
    every = merge(missed, fresh)
    owed = tuple(change for change in every if change.run != news.run)
    added = () if news.baseline else tuple(change for change in every if change.run == news.run)
    return selected(owed, notification, news.aliases), selected(added, notification, news.aliases)


def wanted(news: News, owed: tuple[Change, ...], added: tuple[Change, ...], notification: Notification) -> bool:
    """Whether the policy asks for a message.

    What is owed is sent whatever this run was like. OnChange also speaks of a baseline and of a run in Error: silence
    would read as "nothing changed". A Partial run is told through its AUDIT_* findings, once, when they are new.
    """
    match notification.policy:
        case "Never":
            return False
        case "Always":
            return True
        case "OnFailure":
            return bool(owed) or news.result in {"Error", "Partial"}
        case "OnChange":
            return bool(owed or added) or news.baseline or news.result == "Error"


def _asked_for(change: Change, notification: Notification, aliases: tuple[str, ...]) -> bool:
    match = notification.match
    return (
        _rank(change.severity) <= _rank(notification.minimum_severity)
        and change.tier in notification.tiers
        and (not match.accounts or any(glob_matches(glob, change.account.id) for glob in match.accounts))
        and all(change.account.labels.get(key) == value for key, value in match.account_labels.items())
        and (
            not match.checks
            or any(glob_matches(glob, name) for glob in match.checks for name in (change.check, *aliases))
        )
    )


def _rank(severity: str) -> int:
    """0 for Critical; an unknown severity ranks worst, so that it is told rather than hidden."""
    return next((rank for rank, name in enumerate(SEVERITIES) if name == severity), 0)
