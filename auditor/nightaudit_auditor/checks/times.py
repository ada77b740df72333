"""Ages, as the catalogue counts them: in whole days before the run."""

from __future__ import annotations

from datetime import UTC, datetime

DAY = 86400.0


def days_since(time: object, now: float) -> float | None:
    """Days from an RFC 3339 time to `now` (seconds since the epoch); None if there is no time. Raises ValueError if malformed."""
    if not time:
        return None
    moment = datetime.fromisoformat(str(time))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (now - moment.timestamp()) / DAY
