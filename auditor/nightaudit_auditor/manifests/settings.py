"""What of a schedule the checks honour, in the shape in which they ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from nightaudit_auditor.manifests.types import S3Storage, ScheduleSpec, Storage


@dataclass(frozen=True)
class CheckSettings:
    """`checks.Settings`, read from a schedule. The accounts of the schedule itself trust one another."""

    spec: ScheduleSpec

    @property
    def unused_days(self) -> int:
        return self.spec.checks.parameters.unused_days

    @property
    def key_rotation_days(self) -> int:
        return self.spec.checks.parameters.key_rotation_days

    @property
    def root_used_days(self) -> int:
        return self.spec.checks.parameters.root_used_days

    @property
    def role_unused_days(self) -> int:
        return self.spec.checks.parameters.role_unused_days

    @property
    def two_keys_days(self) -> int:
        return self.spec.checks.parameters.two_keys_days

    @property
    def trusted_accounts(self) -> frozenset[str]:
        return frozenset(self.spec.trust.accounts) | {account.id for account in self.spec.accounts}

    @property
    def trusted_organizational_units(self) -> frozenset[str]:
        return frozenset(self.spec.trust.organizational_units)

    @property
    def identity_providers(self) -> frozenset[str]:
        return frozenset(self.spec.trust.identity_providers)

    @property
    def known_vendors(self) -> bool:
        return self.spec.trust.known_vendors

    @property
    def admins(self) -> tuple[str, ...]:
        return self.spec.expect.admins

    @property
    def known_cidrs(self) -> tuple[str, ...]:
        return self.spec.expect.known_cidrs

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(self.spec.expect.domains)

    @property
    def private_buckets(self) -> tuple[str, ...]:
        return self.spec.expect.private_buckets

    @property
    def accounts_without_guardduty(self) -> frozenset[str]:
        return frozenset(self.spec.expect.accounts_without_guard_duty)


UNSAID = CheckSettings(ScheduleSpec(schedule="", storage=Storage(s3=S3Storage(bucket=""))))
"""The settings of a schedule that says nothing of what checks honour."""
