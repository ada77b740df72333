"""Which checks a schedule selects, and what the catalogue they come from is like."""

from __future__ import annotations

import re

import hcl2

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Registry, Scope, Severity, Tier
from nightaudit_auditor.checks.selection import select
from nightaudit_auditor.manifests.types import Checks, SeverityOverride


def _ids(registry: Registry, **checks: object) -> set[str]:
    chosen = select(registry, Checks(**checks)).checks  # type: ignore[arg-type]
    return {check.id for check in chosen if not check.id.startswith("AUDIT_")}


class TestSelecting:
    def test_everything_that_is_on_by_default(self, registry: Registry) -> None:
        on = {c.id for c in registry.checks.values() if c.enabled and not c.id.startswith("AUDIT_")}
        assert _ids(registry) == on

    def test_globs_over_ids(self, registry: Registry) -> None:
        chosen = _ids(registry, include=("KMS_*",), exclude=("*_PUBLIC",))
        assert chosen == {"KMS_KEY_CROSS_ACCOUNT", "KMS_KEY_PENDING_DELETION", "KMS_ROTATION_OFF"}

    def test_cloudmapper_s_names(self, registry: Registry) -> None:
        assert _ids(registry, include=("ROOT_USER_*",)) == {"IAM_ROOT_ACCESS_KEY", "IAM_ROOT_NO_MFA"}

    def test_a_minimum_keeps_what_a_condition_may_raise_to_it(self, registry: Registry) -> None:
        chosen = _ids(registry, minimum_severity="High", include=("S3_*",))
        assert "S3_BUCKET_PUBLIC_GETOBJECT" in chosen
        assert "S3_BUCKET_NO_TLS_DENY" not in chosen

    def test_an_override_counts_for_the_minimum(self, registry: Registry) -> None:
        raised = (SeverityOverride(check="S3_BUCKET_NO_TLS_DENY", severity="Critical"),)
        selection = select(registry, Checks(minimum_severity="Critical", include=("S3_*",), severity_overrides=raised))
        tls = registry.checks["S3_BUCKET_NO_TLS_DENY"]
        assert tls in selection.checks
        assert selection.severity(tls, Severity.LOW) is Severity.CRITICAL

    def test_the_audit_speaks_of_itself_whatever_is_selected(self, registry: Registry) -> None:
        selection = select(
            registry, Checks(include=("KMS_*",), exclude=("AUDIT_CHECK_ERROR",), minimum_severity="Critical")
        )
        assert {c.id for c in selection.checks} >= {
            "AUDIT_ACCOUNT_UNREACHABLE",
            "AUDIT_CHECK_ERROR",
            "AUDIT_COLLECTION_DENIED",
        }


class TestTheCatalogue:
    def test_loading_twice_changes_nothing(self, registry: Registry) -> None:
        assert load() is registry

    def test_ids_and_aliases_are_told_apart(self, registry: Registry) -> None:
        aliases = [alias for check in registry.checks.values() for alias in check.aliases]
        assert registry.checks.keys().isdisjoint(aliases)

    def test_what_is_kept_of_all_accounts_is_needed(self, registry: Registry) -> None:
        for check in registry.checks.values():
            assert set(check.facts) <= {*check.kind.needs, *check.needs}, check.id
            assert check.scope is Scope.ORGANIZATION or not check.facts, check.id

    def test_every_check_says_what_it_is_why_it_matters_and_what_to_do(self, registry: Registry) -> None:
        for check in registry.checks.values():
            assert check.title, check.id
            assert len(check.description) > 20, check.id
            assert len(check.risk) > 20, check.id
            assert len(check.remediation) > 20, check.id
            assert all(reference.startswith("https://") for reference in check.references), check.id

    def test_controls_of_a_standard_are_written_in_one_form(self, registry: Registry) -> None:
        """CIS-AWS-x.y:n.n, AWS-FSBP:Service.n (as Security Hub has them) or PCI-DSS-4.0:n.n; a patch release of a standard keeps
        its numbers, so only major and minor are named."""
        form = re.compile(r"CIS-AWS-[34567]\.0:\d+(\.\d+)+|AWS-FSBP:[A-Z][A-Za-z0-9]+\.\d+|PCI-DSS-4\.0:\d+(\.\d+)+")
        for check in registry.checks.values():
            assert [control for control in check.compliance if not form.fullmatch(control)] == [], check.id
            assert len(set(check.compliance)) == len(check.compliance), check.id

    def test_every_check_that_alerts_has_a_fragment_of_terraform(self, registry: Registry) -> None:
        alerting = (c for c in registry.checks.values() if c.tier is Tier.A and not c.id.startswith("AUDIT_"))
        assert [check.id for check in alerting if not check.terraform] == []

    def test_every_fragment_is_terraform_or_a_comment_that_says_why_there_is_none(self, registry: Registry) -> None:
        for check in registry.checks.values():
            if check.terraform:
                blocks = hcl2.loads(check.terraform + "\n").keys() & {"resource", "module", "data"}
                assert blocks or re.search(r"^# .*(Terraform|aws_)", check.terraform), check.id
