"""Which exception covers a finding, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.findings.exceptions import EXPIRING_CHECK, cover, exception_state, expiring_findings
from nightaudit_auditor.findings.model import Status
from nightaudit_auditor.manifests.types import AuditException, ExceptionSpec, Match, Metadata, TagMatch

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ALIASES = {"S3_BUCKET_PUBLIC_ACL": ("S3_PUBLIC_ACL",)}


def exception(name="e", *, expiry_time="", effect="Acknowledge", **match) -> AuditException:
    spec = ExceptionSpec(
        match=Match(**({"checks": ("S3_*",)} | match)),
        reason="public on purpose",
        effect=effect,
        owner="web",
        expiry_time=expiry_time,
    )
    return AuditException(metadata=Metadata(name=name, namespace="security"), spec=spec)


def covers(finding, *exceptions) -> bool:
    return cover([finding], exceptions, ALIASES, NOW).findings[0].exception is not None


class TestMatching:
    @pytest.mark.parametrize(
        ("match", "expected"),
        [
            ({}, True),
            ({"checks": ("IAM_*",)}, False),
            ({"checks": ("IAM_*", "S3_BUCKET_PUBLIC_ACL")}, True),
            ({"checks": ("S3_PUBLIC_ACL",)}, True),
            ({"accounts": ("111111111111",)}, True),
            ({"accounts": ("222222222222",)}, False),
            ({"account_labels": {"env": "prod"}}, True),
            ({"account_labels": {"env": "prod", "tier": "1"}}, False),
            ({"regions": ("eu-*",)}, True),
            ({"regions": ("us-*",)}, False),
            ({"resources": ("arn:aws:s3:::logs-*",)}, True),
            ({"resources": ("arn:aws:s3:::log",)}, False),
            ({"resources": ("arn:*",)}, False),
            ({"resources": ("arn:**",)}, True),
            ({"tags": (TagMatch(key="team"),)}, True),
            ({"tags": (TagMatch(key="team", values=("we*",)),)}, True),
            ({"tags": (TagMatch(key="team", values=("data",)),)}, False),
            ({"tags": (TagMatch(key="owner"),)}, False),
            ({"tags": (TagMatch(key="owner"), TagMatch(key="team"))}, True),
            ({"accounts": ("111111111111",), "regions": ("us-*",)}, False),
        ],
    )
    def test_is_and_between_fields_and_or_inside_a_list(self, make, match, expected):
        finding = make(arn="arn:aws:s3:::logs-eu", labels={"env": "prod"}, tags={"team": "web"})
        assert covers(finding, exception(**match)) is expected

    def test_what_could_not_be_judged_is_never_excepted(self, make):
        assert not covers(make(status=Status.UNKNOWN), exception())

    def test_the_first_that_matches_covers_and_all_that_match_count(self, make):
        covered = cover([make()], [exception("a", checks=("IAM_*",)), exception("b"), exception("c")], ALIASES, NOW)
        assert covered.matched == (0, 1, 1)
        reference = covered.findings[0].exception
        assert reference is not None
        assert (reference.name, reference.owner, reference.reason) == ("b", "web", "public on purpose")


class TestExpiry:
    @pytest.mark.parametrize(
        ("expiry", "state", "covering"),
        [
            ("", "Active", True),
            ("2027-11-20T12:00:00Z", "Active", True),
            ("2026-11-30T12:00:00Z", "Expiring", True),
            ("2026-11-20T12:00:01Z", "Expiring", True),
            ("2026-11-20T12:00:00Z", "Expired", False),
            ("2026-11-20T13:00:00+02:00", "Expired", False),
        ],
    )
    def test_is_judged_at_run_time(self, make, expiry, state, covering):
        assert exception_state(exception(expiry_time=expiry), NOW) == state
        assert covers(make(), exception(expiry_time=expiry)) is covering

    @pytest.mark.parametrize(
        ("expiry", "last_match", "kind"),
        [
            ("2026-11-20T12:00:00Z", None, "expired"),
            ("2026-12-01T00:00:00Z", None, "expiring"),
            ("", "2026-10-01T00:00:00Z", "idle"),
            ("", "2026-11-19T00:00:00Z", None),
            ("", None, None),
        ],
    )
    def test_is_announced(self, expiry, last_match, kind):
        last = {"e": last_match} if last_match else {}
        found = expiring_findings(load().checks[EXPIRING_CHECK], [exception(expiry_time=expiry)], last, NOW)
        assert [f.discriminator for f in found] == ([kind] if kind else [])
        assert all("AuditException e" in f.detail for f in found)
