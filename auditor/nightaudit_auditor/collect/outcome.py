"""What an error of AWS means: how the call ends, and whether asking again can help. Pure tables."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum, auto

import msgspec

from nightaudit_auditor.snapshot import DeniedBy, Outcome


class Remedy(Enum):
    """What may help before the verdict is final."""

    NONE = auto()
    WAIT = auto()  # throttled: slow down and ask again
    RETRY = auto()  # transient: ask again
    CREDENTIALS = auto()  # expired: get new ones and ask again
    CLOCK = auto()  # the signature's time was off: correct the clock and ask again


class Verdict(msgspec.Struct, frozen=True):
    """How the call ends if the remedy does not help."""

    outcome: Outcome
    remedy: Remedy = Remedy.NONE
    denied_by: DeniedBy | None = None


# The codes are those that botocore's standard retry mode treats as throttling and transient errors, and RateExceeded, as EC2
# Auto Scaling calls it (API reference, "API request rate").
THROTTLING = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException", "Client.RequestLimitExceeded", "RateExceeded",
})  # fmt: skip
TRANSIENT = frozenset({
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "InternalServerError",
    "InternalServerException", "InternalServiceError", "InternalServiceException", "ServiceException", "ServiceUnavailable",
    "ServiceUnavailableException", "Unavailable", "KMSInternalException", "DependencyTimeoutException", "ServiceFailureException",
    "ServiceFailure", "503", "502", "500", "504",
})  # fmt: skip
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"})
SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
# An invalid identity says nothing about what the identity may do: an error, never "denied".
UNIDENTIFIED = frozenset({
    "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthFailure",
    "InvalidToken", "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "AuthorizationHeaderMalformed", "NotSignedUp", "OptInRequired",
    "SubscriptionRequiredException",
})  # fmt: skip
DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation", "AuthorizationError",
    "AuthorizationErrorException", "NotAuthorized", "UnauthorizedAccess", "UnauthorizedException", "Forbidden",
    "ForbiddenException", "AllAccessDisabled", "AllAccessDisabledException", "KMSAccessDeniedException",
})  # fmt: skip
_SKEW_WORDS = ("signature expired", "signature not yet current", "is not yet valid")
# AWS: "Troubleshoot access denied error messages" (IAM User Guide) gives these names of policies, each in two phrases.
_POLICIES = {
    "service control policy": DeniedBy.SCP,
    "resource control policy": DeniedBy.RCP,
    "permissions boundary": DeniedBy.BOUNDARY,
    "session policy": DeniedBy.SESSION,
    "vpc endpoint policy": DeniedBy.ENDPOINT,
    "resource-based policy": DeniedBy.RESOURCE,
    "role trust policy": DeniedBy.RESOURCE,
    "identity-based policy": DeniedBy.IDENTITY,
}
_REASON = re.compile(f"(?:explicit deny in an? |explicit deny in the |because no )({'|'.join(_POLICIES)})")
_ORGANIZATIONS = {DeniedBy.SCP, DeniedBy.RCP}


def judge(status: int, code: str, message: str, *, absent: Collection[str] = (), gone: Collection[str] = ()) -> Verdict:
    """What an error answer means. `absent` and `gone` are the codes that the catalogue gives for the operation."""
    if code in absent:
        return Verdict(Outcome.ABSENT)
    if code in gone:
        return Verdict(Outcome.GONE)
    if code in THROTTLING or status == 429:
        return Verdict(Outcome.THROTTLED, Remedy.WAIT)
    if code in SKEWED or (code in UNIDENTIFIED and any(words in message.lower() for words in _SKEW_WORDS)):
        return Verdict(Outcome.ERROR, Remedy.CLOCK)
    if code in EXPIRED:
        return Verdict(Outcome.ERROR, Remedy.CREDENTIALS)
    if code in UNIDENTIFIED:
        return Verdict(Outcome.ERROR)
    if code in DENIED:
        return _denial(message)
    if code in TRANSIENT or status >= 500:
        return Verdict(Outcome.ERROR, Remedy.RETRY)
    if status == 403:
        return _denial(message)
    return Verdict(Outcome.ERROR)


def denied_by(message: str) -> DeniedBy:
    """Which policy refused a call. Services without AWS's common wording, and encoded messages, do not say.

    That nothing in a service control policy allows the call is the organization's doing as much as a deny: it is how a list
    of allowed services or regions refuses the others.
    """
    # The reason ends the message; what stands before it are names that others may have chosen.
    reasons = _REASON.findall(message.lower())
    return _POLICIES[reasons[-1]] if reasons else DeniedBy.UNKNOWN


def _denial(message: str) -> Verdict:
    by = denied_by(message)
    return Verdict(Outcome.BLOCKED if by in _ORGANIZATIONS else Outcome.DENIED, denied_by=by)
