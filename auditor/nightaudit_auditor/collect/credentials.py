"""Whom to ask as: the run's own credentials, and the roles assumed with them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials as BotoCredentials
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.reply import Meaning
from nightaudit_auditor.collect.sigv4 import Keys
from nightaudit_auditor.collect.target import CredentialsError, Target
from nightaudit_auditor.snapshot import Outcome

_EARLY = 300.0  # seconds before expiry at which a session is refreshed: a long call must not outlive its keys
_LEAST = 30.0  # seconds for which keys are used, whatever the clocks say: AWS tells if they have expired
_PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 1})
"""Of the calls that botocore's chain makes by itself, in a thread that nothing can cancel: a pod that is stopped has 90 s."""


def session_name(run: str) -> str:
    """The RoleSessionName of a run: what STS allows of its id (2 to 64 characters), so that CloudTrail leads back to the run."""
    name = re.sub(r"[^\w+=,.@-]", "-", run, flags=re.ASCII)[:64]
    return name if len(name) >= 2 else "nightaudit"


class OwnCredentials:
    """What botocore's chain finds: environment, profile, web identity, Pod Identity, SSO, instance role. Refreshed by botocore."""

    def __init__(self, session: Session) -> None:
        session.set_default_client_config(_PATIENCE)
        self._session = session
        self._lock = asyncio.Lock()
        self._found: BotoCredentials | None = None

    async def keys(self) -> Keys:
        """Raises CredentialsError if the chain finds none or cannot refresh them."""
        found = self._found
        if found is None or (isinstance(found, RefreshableCredentials) and found.refresh_needed()):
            async with self._lock:
                return await asyncio.to_thread(self._resolve)
        return _freeze(found)

    async def renew(self, used: Keys) -> None:
        """Forget what expired and run the chain again. Raises CredentialsError if it finds the same keys, or none."""
        async with self._lock:
            # In a thread: they may be refreshed for it.
            if self._found is not None and await asyncio.to_thread(self._resolve) != used:
                return
            self._found = None
            # The session remembers what it found first: a log-in since then is seen by its chain alone.
            chain = self._session.get_component("credential_provider").load_credentials
            if await asyncio.to_thread(self._resolve, chain) == used:
                raise CredentialsError("ExpiredToken", "the run's own credentials have expired: log in again")

    def _resolve(self, chain: Callable[[], BotoCredentials | None] | None = None) -> Keys:
        try:
            found = self._found or (chain or self._session.get_credentials)()
            if found is None:
                raise CredentialsError(
                    "NoCredentials", "no AWS credentials: set a profile, environment variables or a role"
                )
            self._found = found
            return _freeze(found)
        except (BotoCoreError, ClientError, OSError, ValueError) as error:
            # The last two are the files and processes that credentials come from: a token that is not mounted, no JSON.
            raise CredentialsError(type(error).__name__, f"the run's own credentials: {error}") from error


class RoleCredentials:
    """A role, assumed when it is first needed and again before its session ends, once for all who wait.

    No duration is asked for: the default is the hour that a session may last which is itself begun with a role's keys, as
    in a pod (IAM User Guide, "Methods to assume a role", role chaining).
    """

    def __init__(
        self, client: Client, base: Target, *, role: str, external_id: str, run: str, region: str,
        session_tags: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._client = client
        self._base = base
        self._region = region
        self._role = role
        self._parameters: dict[str, Any] = {"RoleArn": role, "RoleSessionName": session_name(run)}
        if external_id:
            self._parameters["ExternalId"] = external_id
        if session_tags:
            self._parameters["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(session_tags.items())]
        self._lock = asyncio.Lock()
        self._keys: Keys | None = None
        self._refresh_at = 0.0

    async def keys(self) -> Keys:
        """Raises CredentialsError with STS's own outcome."""
        if self._keys is not None and time.monotonic() < self._refresh_at:
            return self._keys
        async with self._lock:
            if self._keys is not None and time.monotonic() < self._refresh_at:
                return self._keys
            return await self._assume()

    async def renew(self, used: Keys) -> None:
        """Raises CredentialsError."""
        async with self._lock:
            if self._keys == used:
                await self._assume()

    async def _assume(self) -> Keys:
        reply = await self._client.call(self._base, "sts", "AssumeRole", self._region, self._parameters, Meaning())
        if reply.outcome is not Outcome.OK or reply.answer is None:
            message = f"{self._role} cannot be assumed: {reply.message}"
            raise CredentialsError(reply.code, message, reply.outcome, reply.denied_by)
        given = reply.answer.get("Credentials", {})
        try:
            keys = Keys(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
            expires = datetime.fromisoformat(given["Expiration"])
        except (KeyError, ValueError) as error:
            raise CredentialsError("MalformedAnswer", f"sts.assume_role answered without {error}") from error
        # How long it lasts is known by AWS's clock; when that time has passed, any clock tells.
        lasts = (expires - self._client.now()).total_seconds()
        self._keys = keys
        # Half of a session that is shorter than the margin, and never a refresh for each call.
        self._refresh_at = time.monotonic() + max(lasts - _EARLY, lasts / 2, _LEAST)
        return keys


def _freeze(found: BotoCredentials) -> Keys:
    frozen = found.get_frozen_credentials()
    return Keys(frozen.access_key or "", frozen.secret_key or "", frozen.token or "")
