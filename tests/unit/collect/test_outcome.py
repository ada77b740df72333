"""What AWS's errors mean: the whole table."""

from __future__ import annotations

import pytest

from nightaudit_auditor.collect.outcome import Remedy, Verdict, denied_by, judge
from nightaudit_auditor.snapshot import DeniedBy, Outcome

WHO = "User: arn:aws:sts::1:assumed-role/nightaudit/run is not authorized to perform: kms:DescribeKey on resource: arn:aws:kms:k"
SCP = f"{WHO} with an explicit deny in a service control policy"


@pytest.mark.parametrize(
    "code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden"]
)
def test_a_missing_permission_is_denied_and_not_asked_again(code: str) -> None:
    assert judge(403, code, "not authorized") == Verdict(Outcome.DENIED, Remedy.NONE, DeniedBy.UNKNOWN)


@pytest.mark.parametrize(
    ("reason", "by", "outcome"),
    [
        ("because no identity-based policy allows the kms:DescribeKey action", DeniedBy.IDENTITY, Outcome.DENIED),
        ("with an explicit deny in an identity-based policy", DeniedBy.IDENTITY, Outcome.DENIED),
        ("because no resource-based policy allows the kms:DescribeKey action", DeniedBy.RESOURCE, Outcome.DENIED),
        ("with an explicit deny in a resource-based policy", DeniedBy.RESOURCE, Outcome.DENIED),
        ("because no role trust policy allows the sts:AssumeRole action", DeniedBy.RESOURCE, Outcome.DENIED),
        ("with an explicit deny in the role trust policy", DeniedBy.RESOURCE, Outcome.DENIED),
        ("because no permissions boundary allows the kms:DescribeKey action", DeniedBy.BOUNDARY, Outcome.DENIED),
        ("with an explicit deny in a permissions boundary", DeniedBy.BOUNDARY, Outcome.DENIED),
        ("because no session policy allows the kms:DescribeKey action", DeniedBy.SESSION, Outcome.DENIED),
        ("with an explicit deny in a session policy", DeniedBy.SESSION, Outcome.DENIED),
        ("because no VPC endpoint policy allows the kms:DescribeKey action", DeniedBy.ENDPOINT, Outcome.DENIED),
        ("with an explicit deny in a VPC endpoint policy", DeniedBy.ENDPOINT, Outcome.DENIED),
        ("because no service control policy allows the kms:DescribeKey action", DeniedBy.SCP, Outcome.BLOCKED),
        ("with an explicit deny in a service control policy", DeniedBy.SCP, Outcome.BLOCKED),
        (
            "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/x",
            DeniedBy.SCP,
            Outcome.BLOCKED,
        ),
        ("because no resource control policy allows the kms:DescribeKey action", DeniedBy.RCP, Outcome.BLOCKED),
        ("with an explicit deny in a resource control policy", DeniedBy.RCP, Outcome.BLOCKED),
        ("with an explicit deny", DeniedBy.UNKNOWN, Outcome.DENIED),
        ("", DeniedBy.UNKNOWN, Outcome.DENIED),
    ],
)
def test_the_policy_that_denies_is_read_from_the_message(reason: str, by: DeniedBy, outcome: Outcome) -> None:
    for message in (f"{WHO} {reason}", f"{WHO} {reason}".upper()):
        assert denied_by(message) is by
        assert judge(403, "AccessDenied", message) == Verdict(outcome, Remedy.NONE, by)
        assert judge(403, "Whatever", message) == Verdict(outcome, Remedy.NONE, by)


def test_a_message_that_only_aws_can_decode_does_not_say_by_what() -> None:
    message = (
        "You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X"
    )
    assert judge(403, "UnauthorizedOperation", message) == Verdict(Outcome.DENIED, Remedy.NONE, DeniedBy.UNKNOWN)
    told = "You are not authorized to perform this operation. User: x is not authorized to perform: ec2:DescribeVpcs "
    told += (
        "with an explicit deny in a service control policy. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X"
    )
    assert judge(403, "UnauthorizedOperation", told) == Verdict(Outcome.BLOCKED, Remedy.NONE, DeniedBy.SCP)


def test_a_name_that_reads_like_a_reason_is_not_taken_for_one() -> None:
    named = "on resource: arn:aws:secretsmanager:::secret:with an explicit deny in a service control policy "
    assert denied_by(f"{named}because no identity-based policy allows the action") is DeniedBy.IDENTITY


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
