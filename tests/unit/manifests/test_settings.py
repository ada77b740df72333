"""CheckSettings is what of a schedule the checks honour."""

from __future__ import annotations

from typing import Any

import msgspec

from nightaudit_auditor.checks.registry import Settings
from nightaudit_auditor.manifests import AuditSchedule, CheckSettings


def settings_of(body: dict[str, Any]) -> Settings:
    return CheckSettings(msgspec.convert(body, AuditSchedule).spec)


def test_reads_every_setting_from_the_schedule(schedule: dict[str, Any]) -> None:
    settings = settings_of(schedule)
    days = (settings.unused_days, settings.key_rotation_days, settings.root_used_days)
    assert (*days, settings.role_unused_days, settings.two_keys_days) == (60, 365, 30, 90, 7)
    assert settings.trusted_organizational_units == {"ou-abcd-11111111"}
    assert "token.actions.githubusercontent.com" in settings.identity_providers
    assert settings.known_vendors is False
    assert settings.admins == ("arn:aws:iam::*:role/Admin*", "arn:aws:iam::*:role/aws-reserved/**")
    assert settings.known_cidrs == ("203.0.113.0/24", "2001:db8::/32")
    assert "example.com" in settings.domains
    assert settings.private_buckets == ("*-internal", "Old_Bucket")
    assert settings.accounts_without_guardduty == {"222222222222"}


def test_the_accounts_of_the_schedule_trust_one_another(schedule: dict[str, Any]) -> None:
    assert settings_of(schedule).trusted_accounts == {"111111111111", "222222222222", "333333333333", "444444444444"}


def test_defaults_are_those_that_the_api_documents(schedule: dict[str, Any]) -> None:
    spec = {name: schedule["spec"][name] for name in ("schedule", "accounts", "storage")}
    settings = settings_of({**schedule, "spec": spec})
    days = (settings.unused_days, settings.key_rotation_days, settings.root_used_days)
    assert (*days, settings.role_unused_days, settings.two_keys_days) == (90, 90, 7, 180, 14)
    assert settings.known_vendors is True
