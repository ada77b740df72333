"""Findings to compare: one builder, every coordinate with a default."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nightaudit_auditor.findings.model import AccountRef, Finding, ResourceRef, Status, fingerprint

Make = Callable[..., Finding]


@pytest.fixture
def make() -> Make:
    return make_finding


def make_finding(
    check: str = "S3_BUCKET_PUBLIC_ACL",
    *,
    account: str = "111111111111",
    region: str = "eu-central-1",
    arn: str = "arn:aws:s3:::logs",
    discriminator: str = "",
    status: Status = Status.FAIL,
    labels: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Finding:
    return Finding(
        fingerprint=fingerprint(check, account, region, arn, discriminator),
        check=check,
        severity="High",
        tier="A",
        status=status,
        account=AccountRef(id=account, name="production", labels=labels or {}),
        region=region,
        resource=ResourceRef(arn=arn, type="AWS::S3::Bucket", name=arn.rsplit(":", 1)[-1], tags=tags or {}),
        title="a title",
        detail="a detail",
        discriminator=discriminator,
    )
