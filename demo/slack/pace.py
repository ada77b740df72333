"""Slack's rate limits, and the faults that the demo plays.

Source: Slack's "Rate limits": about one message a second and channel, short bursts allowed; other methods by tiers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import msgspec

MESSAGES_PER_SECOND = 1.0
MESSAGE_BURST = 5

_PER_MINUTE = {
    "conversations.list": 20,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "auth.test": 300,
}
"""Tiers 2, 3 and 4, and auth.test's own allowance."""


@dataclass
class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` saved up."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def take(self, now: float) -> int:
        """0 if there was a token; else the whole seconds after which there will be one."""
        if self.at is not None:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0
        return max(1, math.ceil((1 - self.tokens) / self.rate))


class Limits:
    """Buckets by method, and for messages by channel."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def take(self, method: str, channel: str, now: float) -> int:
        """Seconds to wait, 0 if the call may pass."""
        if method == "chat.postMessage":
            key, rate, burst = f"{method} {channel}", MESSAGES_PER_SECOND, float(MESSAGE_BURST)
        else:
            per_minute = _PER_MINUTE.get(method, 50)
            key, rate, burst = method, per_minute / 60, float(per_minute)
        return self._buckets.setdefault(key, Bucket(rate, burst)).take(now)


class Faults(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong on purpose: connections closed, an HTTP status for every call, a delay, the next n calls limited."""

    down: bool = False
    status: int | None = None
    latency: float = 0.0
    rate_limit: int = 0
    retry_after: int = 1
