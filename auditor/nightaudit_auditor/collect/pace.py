"""How fast to ask: a token bucket per account, region and service that slows down when AWS throttles, and recovers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import msgspec

QUOTAS = Path(__file__).parent / "quotas.yaml"
_FLOOR = 0.5  # requests per second: slower would only hide a deadline
_RECOVERY = 30.0  # seconds of answers from a standstill to the whole rate
_ONE_MESSAGE = 1.0  # seconds
_WHOLE = 1 - 1e-9  # a token but for what adding up fractions loses


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests per second, and how many at once after a rest; `per` says whether each operation counts by itself."""

    rate: Annotated[float, msgspec.Meta(gt=0)]
    burst: Annotated[float, msgspec.Meta(ge=1)]
    per: Literal["service", "operation"] = "service"


class Quotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: by botocore's name of the service, or by `service.Operation`, in AWS's spelling, for one that AWS counts apart."""

    default: Quota
    services: dict[str, Quota]

    def find(self, service: str, operation: str) -> tuple[str, Quota]:
        """The name of the bucket that a call draws from, and its quota. `operation` is in AWS's spelling."""
        own = f"{service}.{operation}"
        if own in self.services:
            return own, self.services[own]
        quota = self.services.get(service, self.default)
        return (own if quota.per == "operation" else service), quota


def load_quotas(path: Path = QUOTAS) -> Quotas:
    """Raises msgspec.ValidationError if the table is malformed."""
    return msgspec.yaml.decode(path.read_bytes(), type=Quotas)


class Bucket:
    """A token bucket whose rate halves when AWS throttles and grows back while AWS answers."""

    def __init__(
        self,
        quota: Quota,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self.rate = quota.rate
        self._quota = quota
        self._tokens = quota.burst
        self._clock = clock
        self._sleep = sleep
        self._last = clock()
        self._slowed = float("-inf")
        self._raised = self._last
        self._heard = heard
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a token, in the order of arrival.

        Only the first waits for time to pass, so that a rate that changes holds for all who wait, and who gives up has
        taken nothing.
        """
        async with self._turn:
            self._refill()
            while self._tokens < _WHOLE:
                await self._sleep((1 - self._tokens) / self.rate)
                self._refill()
            self._tokens -= 1

    def throttled(self) -> None:
        """AWS said slow down: half the rate, and no burst until it has been earned again.

        Once a second: the refusals of calls that were under way together are one message.
        """
        self._heard()
        self._refill()
        if self._last - self._slowed < _ONE_MESSAGE:
            return
        self._slowed = self._raised = self._last
        self.rate = max(self.rate / 2, min(_FLOOR, self._quota.rate / 2))
        self._tokens = 0.0

    def answered(self) -> None:
        """AWS answered: faster again by the time since it last said anything, up to the quota.

        By time and not by answers: a hundred of them may come in the second in which one call was refused.
        """
        if self.rate < self._quota.rate:
            self._refill()
            raised = self._quota.rate * (self._last - self._raised) / _RECOVERY
            self.rate = min(self.rate + raised, self._quota.rate)
            self._raised = self._last

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._tokens + (now - self._last) * self.rate, self._quota.burst)
        self._last = now


class Pace:
    """The buckets of a run, made as they are needed. `throttled` hears of each refusal: (account, region, service)."""

    def __init__(self, quotas: Quotas, throttled: Callable[[str, str, str], None] = lambda *_: None) -> None:
        self._quotas = quotas
        self._throttled = throttled
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    def bucket(self, account: str, region: str, service: str, operation: str) -> Bucket:
        """The bucket that a call draws from."""
        name, quota = self._quotas.find(service, operation)
        key = (account, region, name)
        if key not in self._buckets:
            self._buckets[key] = Bucket(quota, heard=partial(self._throttled, account, region, service))
        return self._buckets[key]

    def forget(self, account: str) -> None:
        """Drop the buckets of an account that is done."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if key[0] != account}
