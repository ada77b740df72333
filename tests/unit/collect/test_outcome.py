"""What AWS's errors mean: the whole table."""

from __future__ import annotations

import pytest

from nightaudit_auditor.collect.outcome import Remedy, Verdict, is_organization_deny, judge
from nightaudit_auditor.snapshot import Outcome

SCP = "User: x is not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy"


@pytest.mark.parametrize(
    "code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden"]
)
def test_a_missing_permission_is_denied_and_not_asked_again(code: str) -> None:
    assert judge(403, code, "not authorized") == Verdict(Outcome.DENIED, Remedy.NONE)


@pytest.mark.parametrize(
    "message", [SCP, SCP.upper(), "… because no service control policy allows the ec2:DescribeVpcs action"]
)
def test_an_organizations_policy_blocks(message: str) -> None:
    assert judge(403, "AccessDenied", message).outcome is Outcome.BLOCKED
    assert is_organization_deny(message)


@pytest.mark.parametrize(
    "policy", ["identity-based policy", "permissions boundary", "resource-based policy", "session policy"]
)
def test_an_explicit_deny_elsewhere_is_denied(policy: str) -> None:
    assert judge(403, "AccessDenied", f"with an explicit deny in a {policy}").outcome is Outcome.DENIED


def test_an_unnamed_403_is_denied() -> None:
    assert judge(403, "403", "").outcome is Outcome.DENIED
    assert judge(403, "Whatever", SCP).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "Throttling"),
        (400, "ThrottlingException"),
        (400, "RateExceeded"),
        (503, "RequestLimitExceeded"),
        (503, "SlowDown"),
        (429, "429"),
        (429, "AccessDenied"),
    ],
)
def test_throttling_waits(status: int, code: str) -> None:
    assert judge(status, code, "") == Verdict(Outcome.THROTTLED, Remedy.WAIT)


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "InternalError"), (503, "ServiceUnavailable"), (500, "Unknown"), (400, "RequestTimeout"), (504, "504")],
)
def test_faults_of_the_service_are_asked_again(status: int, code: str) -> None:
    assert judge(status, code, "") == Verdict(Outcome.ERROR, Remedy.RETRY)


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException"])
def test_an_expired_token_is_never_denied(status: int, code: str) -> None:
    assert judge(status, code, "The security token included in the request is expired") == Verdict(
        Outcome.ERROR, Remedy.CREDENTIALS
    )


@pytest.mark.parametrize(
    "code", ["InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "SignatureDoesNotMatch"]
)
def test_an_identity_that_aws_does_not_know_is_an_error_not_a_denial(code: str) -> None:
    assert judge(403, code, "The security token is invalid") == Verdict(Outcome.ERROR, Remedy.NONE)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", ""),
        ("SignatureDoesNotMatch", "Signature expired: 2026…"),
        ("InvalidSignatureException", "Signature not yet current"),
    ],
)
def test_a_wrong_clock_is_corrected(code: str, message: str) -> None:
    assert judge(403, code, message) == Verdict(Outcome.ERROR, Remedy.CLOCK)


def test_the_catalogue_says_what_is_absent_or_gone_before_anything_else() -> None:
    assert judge(404, "NoSuchBucketPolicy", "", absent={"NoSuchBucketPolicy"}) == Verdict(Outcome.ABSENT)
    assert judge(404, "NoSuchBucket", "", gone={"NoSuchBucket"}) == Verdict(Outcome.GONE)
    assert judge(404, "NoSuchBucket", "") == Verdict(Outcome.ERROR)
    assert judge(400, "ValidationError", "") == Verdict(Outcome.ERROR)
