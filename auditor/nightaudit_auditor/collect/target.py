"""Whom the transport asks as: an account, its credentials, and how its regions have fared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from nightaudit_auditor.collect.breakers import RegionHealth
from nightaudit_auditor.collect.lanes import Lane
from nightaudit_auditor.collect.retry import Patience
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.snapshot import DeniedBy, Outcome


class CredentialsError(Exception):
    """No credentials can be had; `code` is AWS's, or the name of what failed, `denied_by` what AWS names as the cause."""

    def __init__(
        self, code: str, message: str, outcome: Outcome = Outcome.ERROR, denied_by: DeniedBy | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.outcome = outcome
        self.denied_by = denied_by


class Credentials(Protocol):
    """Where the keys of an account come from."""

    async def keys(self) -> Keys:
        """Keys that are valid now. Raises CredentialsError."""

    async def renew(self, used: Keys) -> None:
        """AWS called `used` expired: get others, once for all who say so. Raises CredentialsError."""


@dataclass
class Target:
    """An account as the transport sees it: whom to ask as, and how the regions have fared."""

    account: str
    credentials: Credentials
    health: dict[str, RegionHealth] = field(default_factory=dict)
    lanes: dict[tuple[str, str, str], Lane] = field(default_factory=dict)

    def realm(self, name: str, patience: Patience) -> RegionHealth:
        """How a region has fared; `patience` is that of the first who asks."""
        if name not in self.health:
            self.health[name] = RegionHealth(patience)
        return self.health[name]

    def lane(self, service: str, region: str, bucket: str) -> Lane:
        return self.lanes.setdefault((service, region, bucket), Lane())
