"""When a schedule is due, exactly as the CronJob controller sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
# Clocks that are set back repeat at most so much wall-clock time: since 1970 no zone has repeated more than two hours.
_LARGEST_REPEAT = timedelta(hours=3)


def due_times(schedule: str, time_zone: str, after: datetime) -> Iterator[datetime]:
    """The moments in UTC, in order, at which the schedule is due strictly after `after`; ends if there are none left.

    Kubernetes evaluates cron over wall-clock time (github.com/robfig/cron): a time that the clocks skip is not due that
    day, and a time that they repeat is due twice (kubernetes/kubernetes#121594). Raises ValueError when the expression
    or the zone cannot be understood.
    """
    expression = _MACROS.get(schedule, schedule).replace("?", "*")
    try:
        zone = ZoneInfo(time_zone)
    except (OSError, ValueError) as error:
        # ZoneInfoNotFoundError is a KeyError; a folder of the database gives IsADirectoryError.
        raise ValueError(f"unknown time zone {time_zone!r}") from error
    except KeyError as error:
        raise ValueError(f"unknown time zone {time_zone!r}") from error
    wall = after.astimezone(zone).replace(tzinfo=None)
    try:
        walls: Iterator[datetime] = CronSim(expression, wall - _LARGEST_REPEAT)
    except CronSimError as error:
        raise ValueError(f"schedule {schedule!r} cannot be understood: {error}") from error
    return _instants(walls, zone, after)


def _instants(walls: Iterator[datetime], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    waiting: list[tuple[datetime, datetime]] = []  # a heap of (instant, its wall-clock time)
    for wall in walls:
        while waiting and waiting[0][1] + _LARGEST_REPEAT < wall:
            yield heappop(waiting)[0]
        for instant in {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}:
            exists = instant.astimezone(zone).replace(tzinfo=None) == wall
            if exists and instant > after:
                heappush(waiting, (instant, wall))
    while waiting:
        yield heappop(waiting)[0]


def next_due(schedule: str, time_zone: str, after: datetime) -> datetime | None:
    """The first moment at which the schedule is due after `after`, or None."""
    try:
        return next(due_times(schedule, time_zone, after), None)
    except ValueError:
        return None
