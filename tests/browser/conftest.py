"""A rendered report, and Debian's Chromium to open it in. Any console error, violation or request fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from nightaudit_auditor.findings.model import (
    AccountRef,
    ExceptionRef,
    Finding,
    ResourceRef,
    State,
    Status,
    fingerprint,
)
from nightaudit_auditor.report import (
    AccountRow,
    CheckText,
    ExceptionRow,
    InventoryRow,
    ReportModel,
    SettingRow,
    render,
)

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PRODUCTION = AccountRef(id="111111111111", name="production", labels={"env": "prod"})
STAGING = AccountRef(id="222222222222", name="staging")
SANDBOX = AccountRef(id="333333333333", name="sandbox")

HOSTILE_NAME = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"
REVERSED_NAME = "invoice\u202egnp.exe"

_CATALOGUE = {
    "S3_BUCKET_PUBLIC_POLICY": ("Critical", "AWS::S3::Bucket", "Bucket policy lets anyone in", "Turn on Block Public Access, then narrow the policy to the accounts that need it."),
    "EC2_INSTANCE_REACHABLE_SSH": ("Critical", "AWS::EC2::Instance", "Instance answers SSH from the Internet", "Close port 22 in the security group; use Session Manager."),
    "IAM_ROLE_TRUST_STRANGER": ("High", "AWS::IAM::Role", "Role can be assumed by an unknown account", "Name the account in spec.trust.accounts, or remove it from the trust policy."),
    "IAM_USER_KEY_OLD": ("Medium", "AWS::IAM::User", "Access key is older than 90 days", "Rotate the key, or better: use roles."),
    "KMS_KEY_ROTATION_OFF": ("Low", "AWS::KMS::Key", "Customer key is not rotated", "Turn on automatic rotation."),
    "EC2_VOLUME_UNENCRYPTED": ("Info", "AWS::EC2::Volume", "Volume is not encrypted", "Turn on EBS encryption by default, copy the volume."),
}  # fmt: skip


def finding(number: int, check: str, account: AccountRef = PRODUCTION, **given: object) -> Finding:
    severity, kind, title, remediation = _CATALOGUE[check]
    service = kind.split("::")[1].lower()
    region = "eu-central-1" if service in {"ec2", "kms"} else "global"
    name = f"{kind.rsplit('::', 1)[1].lower()}-{number:04d}"
    arn = f"arn:aws:{service}:{region if region != 'global' else ''}:{account.id}:{name}"
    base = Finding(
        fingerprint=fingerprint(check, account.id, region, arn, str(number)),
        check=check,
        severity=severity,
        tier="A",
        status=Status.FAIL,
        account=account,
        region=region,
        resource=ResourceRef(arn=arn, type=kind, name=name, tags={"team": "payments", "env": "prod"}),
        title=title,
        detail=f"{name}: what makes it a problem, number {number}",
        state=State.OPEN,
        evidence={"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}, "number": number},
        remediation=remediation,
        compliance=("CIS AWS 3.0 2.1.4", "PCI DSS 4.0 1.3.1"),
        first_seen="2026-01-01T03:20:00Z",
        last_seen="2026-01-02T03:20:00Z",
    )
    return msgspec.structs.replace(base, **given)


def bucket(name: str, number: int, **given: object) -> Finding:
    resource = ResourceRef(
        arn=f"arn:aws:s3:::{name}", type="AWS::S3::Bucket", name=name, tags={"note": "x" * 1_000_000}
    )
    return finding(number, "S3_BUCKET_PUBLIC_POLICY", resource=resource, detail=f"{name} is public", **given)


def world() -> ReportModel:
    exception = ExceptionRef(
        name="logs-are-public", effect="Acknowledge", reason="Static assets of the website, reviewed in January.",
        owner="web-team", ticket="SEC-17", expiry_time="2026-06-30T00:00:00Z",
    )  # fmt: skip
    findings = [
        bucket(HOSTILE_NAME, 1, state=State.NEW),
        bucket(REVERSED_NAME, 2, state=State.NEW),
        finding(3, "EC2_INSTANCE_REACHABLE_SSH", STAGING, state=State.NEW),
        finding(4, "IAM_ROLE_TRUST_STRANGER", state=State.REOPENED),
        finding(5, "S3_BUCKET_PUBLIC_POLICY", state=State.EXCEPTED, exception=exception),
        *(finding(number, "IAM_USER_KEY_OLD", (PRODUCTION, STAGING, SANDBOX)[number % 3]) for number in range(10, 28)),
        *(finding(number, "KMS_KEY_ROTATION_OFF", (PRODUCTION, STAGING)[number % 2]) for number in range(30, 41)),
        *(finding(number, "EC2_VOLUME_UNENCRYPTED", SANDBOX) for number in range(50, 57)),
        *(
            finding(
                number, "IAM_ROLE_TRUST_STRANGER", SANDBOX, status=Status.UNKNOWN, state=None,
                detail="not listed: AccessDenied: not authorized to perform iam:GetAccountAuthorizationDetails",
                evidence={"operation": "iam.get_account_authorization_details"},
            )
            for number in range(60, 63)
        ),
        finding(
            63, "KMS_KEY_ROTATION_OFF", STAGING, status=Status.UNKNOWN, state=None, region="eu-west-1",
            detail="the region did not answer in 5 s", evidence={"operation": "kms.list_keys"},
        ),
    ]  # fmt: skip
    return ReportModel(
        schedule="nightly",
        namespace="security",
        run="nightly-29412857-x7k2p",
        result="Partial",
        started="2026-01-02T03:17:04Z",
        completed="2026-01-02T03:20:41Z",
        version="0.1.0",
        image="ghcr.io/example/nightaudit-auditor:0.1.0",
        catalogue="5f1c0a9be3d24f7788aa",
        passed=1482,
        findings=tuple(findings),
        resolved=(finding(70, "EC2_INSTANCE_REACHABLE_SSH", state=State.RESOLVED),),
        checks=tuple(
            CheckText(id=id_, description=f"Looks at every {entry[1]}.", risk=f"{entry[2]}: whoever finds it first can use it.")
            for id_, entry in _CATALOGUE.items()
        ),
        exceptions=(
            ExceptionRow(
                name="logs-are-public", match={"checks": ["S3_BUCKET_PUBLIC_*"], "resources": ["arn:aws:s3:::logs-*"]},
                reason=exception.reason, effect="Acknowledge", state="Active", matched=1, category="RiskAccepted",
                owner="web-team", ticket="SEC-17", expiry_time="2026-06-30T00:00:00Z",
            ),
            ExceptionRow(
                name="old-key", match={"checks": ["IAM_USER_KEY_OLD"], "tags": [{"key": "team", "values": ["a"]}]},
                reason="The vendor rotates it in spring.", effect="Exclude", state="Expired", matched=0, owner="iam",
                expiry_time="2025-12-31T00:00:00Z",
            ),
            ExceptionRow(
                name="nobody", match={"checks": ["KMS_*"], "accountLabels": {"env": "prod"}},
                reason="Left over from the migration.", effect="Acknowledge", state="Expiring", matched=0,
                expiry_time="2026-01-10T00:00:00Z",
            ),
        ),
        accounts=(
            AccountRow(
                id="111111111111", name="production", reachable=True, regions=("eu-central-1", "eu-west-1"),
                calls={"ok": 412, "absent": 31, "denied": 2},
            ),
            AccountRow(
                id="222222222222", name="staging", reachable=True,
                regions=("eu-central-1", "eu-west-1", "us-east-1", "us-west-2"), calls={"ok": 377, "throttled": 1},
            ),
            AccountRow(id="333333333333", name="sandbox", reachable=True, regions=("eu-central-1",), calls={"ok": 97}),
            AccountRow(
                id="444444444444", name="legacy", reachable=False,
                error="AccessDenied: not authorized to perform sts:AssumeRole", calls={"skipped": 118},
            ),
        ),
        settings=(
            SettingRow(path="checks.parameters.unusedDays", values=("60 days",), default=False),
            SettingRow(path="checks.minimumSeverity", values=("Info",), default=True),
            SettingRow(path="expect.admins", values=(f"arn:aws:iam::*:role/{'Administrator' * 40}",), default=False),
            SettingRow(path="expect.knownCIDRs", values=tuple(f"10.{n}.0.0/16" for n in range(40)), default=False),
            SettingRow(path="expect.domains", values=(), default=True),
        ),
        ran=tuple(_CATALOGUE),
        not_run=("KMS_KEY_PUBLIC",),
        inventory=(
            *(
                InventoryRow(account=account, region=region, type=kind, count=count)
                for kind, count in (("AWS::EC2::Instance", 12), ("AWS::S3::Bucket", 44), ("AWS::KMS::Key", 0))
                for account in ("111111111111", "222222222222", "333333333333")
                for region in ("eu-central-1", "eu-west-1")
            ),
            InventoryRow(account="333333333333", region="us-east-1", type="AWS::EC2::Instance", count=None),
            InventoryRow(account="333333333333", region="us-east-1", type="AWS::Lambda::Function", count=None),
        ),
        errors=("444444444444 legacy: AccessDenied: not authorized to perform sts:AssumeRole",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def report() -> ReportModel:
    return world()


@pytest.fixture(scope="session")
def many() -> ReportModel:
    names = list(_CATALOGUE)
    findings = tuple(
        finding(number, names[number % len(names)], (PRODUCTION, STAGING, SANDBOX)[number % 3], state=State.NEW if number % 100 == 0 else State.OPEN)
        for number in range(20_000)
    )  # fmt: skip
    return msgspec.structs.replace(world(), findings=findings, resolved=())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Until the module ends, not longer: Playwright keeps an event loop, and no other test could run one of its own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


class Watched:
    """Everything that a report must not do: complain, violate its policy, or fetch anything but itself."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)


Open = Callable[[ReportModel], Page]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('violation of ' + e.violatedDirective))"
    )
    watched = Watched(page)
    file = tmp_path / "report.html"

    def run(model: ReportModel) -> Page:
        with file.open("w", encoding="utf-8") as out:
            out.writelines(render(model))
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    yield run
    context.close()
    assert watched.complaints == []
    assert watched.requests in ([], [file.as_uri()])
