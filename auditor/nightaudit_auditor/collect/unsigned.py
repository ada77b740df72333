"""What S3 says to somebody unknown who asks whether a bucket exists.

Of a bucket that is there it says so whoever has it: with 403 if the caller may not see it, with a redirect if it is in another
region (Amazon S3 API Reference, HeadBucket). 404 it says of those alone that nobody has.
"""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.collect.answers import Refusal, foreign_refusal, has_request_id
from nightaudit_auditor.collect.wire import Answer

_EXISTS = {200, 301, 302, 303, 307, 308, 403, 405}


def existence(answer: Answer) -> dict[str, Any] | Refusal:
    """HeadBucket's answer as boto3 gives it for a bucket of one's own, or the refusal, whose code is the status.

    Nothing but the status tells, so an answer without the id that AWS gives each request is somebody else's.
    """
    if answer.status < 500 and not has_request_id(answer):
        return foreign_refusal(answer)
    region = answer.headers.get("x-amz-bucket-region", "")
    if answer.status in _EXISTS:
        return {"BucketRegion": region}
    return Refusal(answer.status, str(answer.status), f"HTTP status {answer.status}", region)
