"""How fast to ask: a token bucket per account, region and service that slows down when AWS throttles, and recovers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

QUOTAS = Path(__file__).parent / "quotas.yaml"
_FLOOR = 0.5  # requests per second: slower would only hide a deadline
_RECOVERY = 1.05  # per answered call
_ONE_MESSAGE = 1.0  # seconds


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests per second and the burst above that; `per` says whether each operation counts by itself."""

    rate: float
    burst: float
    per: Literal["service", "operation"] = "service"


class Quotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: by `service`, or by `service.operation` (boto3's name) for one that AWS counts apart."""

    default: Quota
    services: dict[str, Quota]

    def find(self, service: str, operation: str) -> tuple[str, Quota]:
        """The name of the bucket that a call draws from, and its quota."""
        own = f"{service}.{operation}"
        if own in self.services:
            return own, self.services[own]
        quota = self.services.get(service, self.default)
        return (own if quota.per == "operation" else service), quota


def load_quotas(path: Path = QUOTAS) -> Quotas:
    """Raises msgspec.ValidationError if the table is malformed."""
    return msgspec.yaml.decode(path.read_bytes(), type=Quotas)


class Bucket:
    """A token bucket whose rate halves when AWS throttles and grows back with each answer."""

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
        self._heard = heard

    async def take(self) -> None:
        """Wait for a token. Waiters are served in the order in which they came: a debt is taken at once and slept off."""
        self._refill()
        self._tokens -= 1
        if self._tokens < 0:
            await self._sleep(-self._tokens / self.rate)

    def throttled(self) -> None:
        """AWS said slow down: half the rate, and no burst until it has been earned again.

        Once a second: the refusals of calls that were under way together are one message.
        """
        self._heard()
        self._refill()
        if self._last - self._slowed < _ONE_MESSAGE:
            return
        self._slowed = self._last
        self.rate = max(self.rate / 2, min(_FLOOR, self._quota.rate))
        self._tokens = min(self._tokens, 0.0)

    def answered(self) -> None:
        """AWS answered: a little faster again, up to the quota."""
        if self.rate < self._quota.rate:
            self._refill()
            self.rate = min(self.rate * _RECOVERY, self._quota.rate)

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
