"""A small run to report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nightaudit_auditor.findings.model import AccountRef, Finding, ResourceRef, State, Status
from nightaudit_auditor.report import ReportModel

MakeFinding = Callable[..., Finding]
MakeReport = Callable[..., ReportModel]


@pytest.fixture
def finding() -> MakeFinding:
    def make(number: int = 1, **given: Any) -> Finding:
        values: dict[str, Any] = {
            "fingerprint": f"{number:064x}",
            "check": "S3_BUCKET_PUBLIC_POLICY",
            "severity": "Critical",
            "tier": "A",
            "status": Status.FAIL,
            "account": AccountRef(id="111111111111", name="production"),
            "region": "eu-central-1",
            "resource": ResourceRef(
                arn=f"arn:aws:s3:::bucket-{number}", type="AWS::S3::Bucket", name=f"bucket-{number}"
            ),
            "title": "Anyone can read the bucket",
            "detail": "the policy allows s3:GetObject to everyone",
            "state": State.OPEN,
        }
        return Finding(**{**values, **given})

    return make


@pytest.fixture
def report() -> MakeReport:
    def make(*findings: Finding, **given: Any) -> ReportModel:
        values: dict[str, Any] = {
            "schedule": "nightly",
            "namespace": "security",
            "run": "nightly-2",
            "result": "Findings",
            "started": "2026-01-02T03:17:00Z",
            "completed": "2026-01-02T03:20:00Z",
            "findings": findings,
        }
        return ReportModel(**{**values, **given})

    return make
