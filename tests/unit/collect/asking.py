"""One client as one account, and credentials that can be renewed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import Target


@dataclass
class RotatingCredentials:
    """Credentials whose renewal gives new keys."""

    number: int = 0
    renewed: list[str] = field(default_factory=list)

    async def keys(self) -> Keys:
        return Keys(f"KEY{self.number}", "secret", "token")

    async def renew(self, used: Keys) -> None:
        self.renewed.append(used.access_key)
        self.number += 1


@dataclass
class Asker:
    client: Client
    target: Target

    async def __call__(self, service: str, operation: str, meaning: Meaning | None = None, **parameters: Any) -> Reply:
        return await self.client.call(self.target, service, operation, "eu-central-1", parameters, meaning or Meaning())
