"""One request, asked again as long as that may help: its turn, its keys, its retries and remedies."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from botocore.model import OperationModel

from nightaudit_auditor.collect.answers import Malformed, Refusal, read
from nightaudit_auditor.collect.breakers import Breaker, RegionHealth
from nightaudit_auditor.collect.endpoints import EndpointError, Endpoints
from nightaudit_auditor.collect.lanes import Gate
from nightaudit_auditor.collect.models import Service
from nightaudit_auditor.collect.outcome import Remedy, Verdict, judge
from nightaudit_auditor.collect.pace import Bucket, Pace
from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.retry import Attempts, Patience
from nightaudit_auditor.collect.serialize import Serializations
from nightaudit_auditor.collect.sigv4 import Keys, sign
from nightaudit_auditor.collect.target import CredentialsError, Target
from nightaudit_auditor.collect.unsigned import existence
from nightaudit_auditor.collect.wire import Answer, Wire, WireError
from nightaudit_auditor.snapshot import Outcome

_REDIRECTS = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "IllegalLocationConstraintException",
    "AuthorizationHeaderMalformed",
}
_MOST_WRONG = timedelta(days=100 * 365)
"""No clock is wrong by more: a moment near the end of the calendar would leave no later one to sign with."""


class _Attempt(msgspec.Struct):
    """What came of asking once: an answer, or what stands for AWS's error if there was none that could be read."""

    keys: Keys | None
    parsed: dict[str, Any] | Refusal
    answer: Answer | None = None
    error: WireError | None = None


class Requests:
    """Sends them, `in_flight` at once. One for the whole run."""

    def __init__(self, endpoints: Endpoints, wire: Wire, pace: Pace, *, in_flight: int) -> None:
        self._endpoints = endpoints
        self._wire = wire
        self._pace = pace
        self._slots = Gate(in_flight)
        self._serializations = Serializations()
        self._rng = random.Random()  # noqa: S311 - jitter
        self._clock_offset = timedelta()

    def now(self) -> datetime:
        """The time by AWS's clock, once AWS has said that this machine's is wrong."""
        return datetime.now(UTC) + self._clock_offset

    async def ask(
        self, target: Target, service: Service, op: OperationModel, region: str, parameters: dict[str, Any], meaning: Meaning,
        health: RegionHealth, patience: Patience, urgency: int,
    ) -> Reply:  # fmt: skip
        """One page. Never raises for what AWS does."""
        name = service.model.service_name
        attempts = Attempts(patience, self._rng)
        bucket = self._pace.bucket(target.account, region, name, op.name)
        failed: Reply | None = None
        while True:
            probed: Breaker | None = None
            if breaker := health.given_up(name, op.name):
                if await breaker.lets_through():
                    probed = breaker
                elif breaker := health.given_up(name, op.name):
                    # What the call itself has met says more.
                    return failed or _given_up(breaker, name, op.name, region)
            probing = probed is not None
            try:
                tried = await self._try(
                    target, service, op, region, parameters, meaning, health, bucket, urgency, probing
                )
            except CredentialsError as error:
                return _without_credentials(error)
            except EndpointError as error:
                return Reply(Outcome.ERROR, None, "NoEndpoint", str(error))
            finally:
                if probed:
                    probed.probe_ended()
            if tried is None:
                continue
            if isinstance(tried.parsed, dict):
                bucket.answered()
                return Reply(Outcome.OK, tried.parsed)
            refusal = tried.parsed
            if tried.answer is None:
                verdict = Verdict(Outcome.ERROR, Remedy.RETRY)
            else:
                if name == "s3" and _redirects(refusal, region) and not attempts.redirected:
                    attempts.redirected = True
                    region = refusal.region
                    continue
                verdict = judge(refusal.status, refusal.code, refusal.message, absent=meaning.absent, gone=meaning.gone)
                if verdict.remedy is Remedy.NONE:
                    bucket.answered()
                if verdict.remedy is Remedy.CLOCK and not attempts.clock_set:
                    attempts.clock_set = self._set_clock(tried.answer)
                    if attempts.clock_set:
                        continue
            failed = Reply(verdict.outcome, None, refusal.code, refusal.message, verdict.denied_by)
            try:
                again = await self._remedy(verdict.remedy, target, attempts, bucket, health, tried)
            except CredentialsError as error:
                return _without_credentials(error)
            if not again:
                if tried.error and tried.error.silent:
                    health.used_up(name)
                return failed

    async def _try(
        self, target: Target, service: Service, op: OperationModel, region: str, parameters: dict[str, Any],
        meaning: Meaning, health: RegionHealth, bucket: Bucket, urgency: int, probing: bool,
    ) -> _Attempt | None:  # fmt: skip
        """Ask once, when it is the call's turn; None if by then it is not asked any more.

        Whoever has a slot sends, and waits for nothing else: that others have their turns in lanes while their account's role
        is assumed, which needs a slot too, can therefore never be what the role waits for.

        Raises CredentialsError, EndpointError.
        """
        name = service.model.service_name
        await bucket.take()
        lane = target.lane(name, region, str(parameters.get("Bucket", "")))
        async with lane.turn(urgency):
            if not probing and health.given_up(name, op.name):
                return None
            # Not before: keys may expire while the call waits.
            keys = None if meaning.unsigned else await target.credentials.keys()
            async with self._slots.turn(urgency):
                # It may have been given up while this call waited: nobody else shall wait for its silence.
                if not probing and health.given_up(name, op.name):
                    return None
                try:
                    answer = await self._send(service, op, region, parameters, keys)
                except WireError as error:
                    if error.silent:
                        health.silent(name, op.name)
                    else:
                        health.answered(name, op.name, ok=False)
                    return _Attempt(keys, Refusal(0, error.code, str(error)), error=error)
        try:
            parsed = existence(answer) if meaning.unsigned else read(service, op, answer)
        except Malformed as error:
            health.answered(name, op.name, ok=False)
            return _Attempt(keys, Refusal(0, "MalformedAnswer", str(error)))
        health.answered(name, op.name, ok=isinstance(parsed, dict))
        return _Attempt(keys, parsed, answer)

    async def _remedy(
        self, remedy: Remedy, target: Target, attempts: Attempts, bucket: Bucket, health: RegionHealth, tried: _Attempt
    ) -> bool:
        """Do what may help; False if nothing is left to do."""
        if remedy is Remedy.CREDENTIALS and tried.keys is not None and not attempts.renewed:
            attempts.renewed = True
            await target.credentials.renew(tried.keys)
            return True
        wait: float | None = None
        if remedy is Remedy.WAIT:
            bucket.throttled()
            wait = attempts.throttled()
        elif remedy is Remedy.RETRY and tried.error and tried.error.passing:
            # Nothing is taken from the quota: it spares who answers, and all calls of a region meet this at once.
            wait = attempts.unconnected()
        elif remedy is Remedy.RETRY:
            wait = attempts.transient()
            if wait is not None and not health.may_retry():
                wait = None
        if wait is None:
            return False
        await asyncio.sleep(wait)
        return True

    async def _send(
        self, service: Service, op: OperationModel, region: str, parameters: dict[str, Any], keys: Keys | None
    ) -> Answer:
        name = service.model.service_name
        endpoint = self._endpoints.resolve(name, op, region, parameters)
        request = self._serializations.make(service, op, parameters, endpoint.url)
        if endpoint.headers:
            request = msgspec.structs.replace(request, headers={**request.headers, **endpoint.headers})
        headers = dict(request.headers)
        if keys is not None:
            headers = sign(
                request, keys=keys, service=endpoint.signing_name, region=endpoint.signing_region, now=self.now()
            )
        return await self._wire.send(request.method, request.url, headers, request.body)

    def _set_clock(self, answer: Answer) -> bool:
        """Sign with AWS's clock from now on; False if the answer does not tell the time."""
        try:
            offset = parsedate_to_datetime(answer.headers.get("date", "")) - datetime.now(UTC)
        except (ValueError, TypeError):  # TypeError: without a zone it is no moment
            return False
        if abs(offset) > _MOST_WRONG:
            return False
        self._clock_offset = offset
        return True


def _redirects(refusal: Refusal, region: str) -> bool:
    moved = refusal.code in _REDIRECTS or refusal.status in {301, 302, 307} or refusal.code in {"301", "307", "400"}
    return moved and bool(refusal.region) and refusal.region != region


def _given_up(breaker: Breaker, service: str, operation: str, region: str) -> Reply:
    message = f"{service} {operation} in {region}: others got no answer before, it is not asked for now"
    return Reply(Outcome.ERROR, None, breaker.code, message)


def _without_credentials(error: CredentialsError) -> Reply:
    # That the role was denied says nothing about what the role may do: never DENIED.
    return Reply(Outcome.ERROR, None, error.code, str(error))
