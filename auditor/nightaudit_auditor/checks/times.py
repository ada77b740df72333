"""Times as AWS writes them, and ages as the catalogue counts them: in days before the run."""

from __future__ import annotations

from datetime import UTC, datetime

DAY = 86400.0


def days_since(time: object, now: float) -> float | None:
    """Days from an RFC 3339 time to `now` (seconds since the epoch); None if there is no time. Raises ValueError if malformed."""
    return (now - moment(str(time)).timestamp()) / DAY if time else None


def moment(time: str) -> datetime:
    """An RFC 3339 time; one without an offset is UTC. Raises ValueError if malformed."""
    found = datetime.fromisoformat(time)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
