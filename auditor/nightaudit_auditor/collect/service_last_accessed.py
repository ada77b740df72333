"""When a user or role last used each service that its policies grant: IAM makes a report on demand, which is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.snapshot import Outcome

WAIT_SECONDS = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0


async def fetch(
    begin: Callable[[], Awaitable[Reply]],
    details: Callable[[str], Awaitable[Reply]],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply:
    """The report as GetServiceLastAccessedDetails answers it, all pages in one; or how the job ended otherwise.

    `begin` asks for the report (GenerateServiceLastAccessedDetails), `details` for the state of the job of an id. Only the session
    that began a job may ask for it (IAM API Reference, GetServiceLastAccessedDetails).
    """
    begun = await begin()
    if begun.outcome is not Outcome.OK:
        return begun
    job = (begun.answer or {}).get("JobId")
    if not isinstance(job, str) or not job:
        return Reply(Outcome.ERROR, None, "MalformedAnswer", "IAM began a job and did not say its id")
    waited, pause = 0.0, _FIRST_PAUSE
    while waited < WAIT_SECONDS:
        await sleep(pause)
        waited += pause
        pause = min(pause * 2, _LONGEST_PAUSE)
        reply = await details(job)
        if reply.outcome is not Outcome.OK or reply.answer is None:
            return reply
        match reply.answer.get("JobStatus"):
            case "COMPLETED":
                return reply
            case "IN_PROGRESS":
                continue
            case "FAILED":
                error = reply.answer.get("Error") or {}
                return Reply(
                    Outcome.ERROR, None, str(error.get("Code") or "JobFailed"), str(error.get("Message") or "")
                )
            case other:
                return Reply(Outcome.ERROR, None, "MalformedAnswer", f"{other} is no state of a job")
    return Reply(Outcome.ERROR, None, "JobNotReady", f"no details after {WAIT_SECONDS:.0f} s")
