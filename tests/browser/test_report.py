"""The report in a real browser: what it shows agrees with the run, its filters work, and hostile names stay text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from nightaudit_auditor.findings.model import Finding, State, Status
from nightaudit_auditor.manifests import validate
from nightaudit_auditor.report import ReportModel

Open = Callable[[ReportModel], Page]
SEVERITIES = ("Critical", "High", "Medium", "Low", "Info")


def problems(report: ReportModel) -> list[Finding]:
    """What the list of findings shows when no filter is set."""
    return [each for each in report.findings if each.status is Status.FAIL and each.state is not State.EXCEPTED]


def rows(page: Page, section: str = "#findings") -> Locator:
    return page.locator(f"{section} .row")


def expect_findings(page: Page, expected: list[Finding]) -> None:
    """The rows are exactly these findings, and the count says so."""
    expect(page.locator("#count")).to_contain_text(f"{len(expected)} of ")
    expect(rows(page)).to_have_count(len(expected))
    shown = rows(page).evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert sorted(shown) == sorted(each.fingerprint[:16] for each in expected)


class TestChanges:
    def test_come_first_and_are_those_of_the_run(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        sections = page.locator("main > section[id]").evaluate_all("all => all.map(each => each.id)")
        assert sections == ["changes", "findings", "unknown", "exceptions", "accounts", "inventory", "settings"]
        for name, count in (("new", 3), ("reopened", 1), ("resolved", 1)):
            expect(page.locator(f"[data-list={name}] .row")).to_have_count(count)

    def test_of_a_baseline_are_none(self, open_report: Open, report: ReportModel) -> None:
        from msgspec.structs import replace

        calm = tuple(each for each in report.findings if each.state is State.OPEN)
        page = open_report(replace(report, baseline=True, findings=calm, resolved=()))
        expect(page.locator("#changes")).to_contain_text("it is the baseline")
        expect(rows(page, "#changes")).to_have_count(0)

    def test_of_a_quiet_night_are_said_to_be_none(self, open_report: Open, report: ReportModel) -> None:
        from msgspec.structs import replace

        page = open_report(
            replace(report, findings=(), resolved=(), exceptions=(), accounts=(), inventory=(), errors=())
        )
        expect(page.locator("#changes")).to_contain_text("Nothing is new, reopened or resolved")
        expect(page.locator("#count")).to_have_text("0 of 0 findings")
        expect(page.locator("#exceptions")).to_contain_text("selects no AuditException")


class TestTotals:
    def test_agree_with_the_run(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        counts = Counter(each.severity for each in problems(report))
        for severity in SEVERITIES:
            expect(page.locator(f".tile.sev-{severity.lower()} b")).to_have_text(str(counts[severity]))
            expect(page.locator(f"[data-count={severity}]")).to_have_text(str(counts[severity]))
        expect(page.locator(".tile", has_text="Unknown").locator("b")).to_have_text("4")
        expect(page.locator(".tile", has_text="Excepted").locator("b")).to_have_text("1")
        expect(page.locator(".tile", has_text="Passed").locator("b")).to_have_text("1,482")


class TestFilters:
    @pytest.fixture
    def page(self, open_report: Open, report: ReportModel) -> Page:
        return open_report(report)

    def test_without_any_all_but_the_excepted_are_shown(self, page: Page, report: ReportModel) -> None:
        expect_findings(page, problems(report))

    @pytest.mark.parametrize("severity", SEVERITIES)
    def test_by_severity(self, page: Page, report: ReportModel, severity: str) -> None:
        page.locator(f"input[name=severity][value={severity}]").uncheck()
        expect_findings(page, [each for each in problems(report) if each.severity != severity])

    def test_by_account(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("Account", exact=True).select_option(label="staging (222222222222)")
        expect_findings(page, [each for each in problems(report) if each.account.id == "222222222222"])

    @pytest.mark.parametrize("state", [State.NEW, State.REOPENED, State.OPEN, State.EXCEPTED])
    def test_by_state(self, page: Page, report: ReportModel, state: State) -> None:
        page.get_by_label("State", exact=True).select_option(state)
        expect_findings(page, [each for each in report.findings if each.status is Status.FAIL and each.state is state])

    def test_by_any_state(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("State", exact=True).select_option("ANY")
        expect_findings(page, [each for each in report.findings if each.status is Status.FAIL])

    def test_by_check(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("Check", exact=True).select_option("IAM_USER_KEY_OLD")
        expect_findings(page, [each for each in problems(report) if each.check == "IAM_USER_KEY_OLD"])

    def test_by_service(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("Service", exact=True).select_option("EC2")
        expect_findings(page, [each for each in problems(report) if each.resource.type.startswith("AWS::EC2::")])

    def test_by_region(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("Region", exact=True).select_option("global")
        expect_findings(page, [each for each in problems(report) if each.region == "global"])

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("volume-005", lambda each: each.resource.name.startswith("volume-005")),
            ("STAGING key", lambda each: each.account.name == "staging" and "KEY" in each.check),
            ("arn:aws:iam", lambda each: "arn:aws:iam" in each.resource.arn),
            ("no such thing", lambda each: False),  # noqa: ARG005 - a filter that nothing passes
        ],
    )
    def test_by_words(self, page: Page, report: ReportModel, words: str, found: Callable[[Finding], bool]) -> None:
        page.get_by_label("Search").fill(words)
        expect_findings(page, [each for each in problems(report) if found(each)])

    def test_together_and_taken_back(self, page: Page, report: ReportModel) -> None:
        page.get_by_label("Service", exact=True).select_option("IAM")
        page.get_by_label("Account", exact=True).select_option(label="production (111111111111)")
        page.locator("input[name=severity][value=High]").uncheck()
        expect_findings(
            page,
            [
                each
                for each in problems(report)
                if each.resource.type.startswith("AWS::IAM::")
                and each.account.name == "production"
                and each.severity != "High"
            ],
        )
        page.get_by_role("button", name="Reset").click()
        expect_findings(page, problems(report))

    def test_by_keyboard_alone(self, page: Page) -> None:
        page.get_by_label("Search").focus()
        page.keyboard.type("instance-0003")
        expect(rows(page)).to_have_count(1)
        rows(page).locator("summary").focus()
        page.keyboard.press("Enter")
        expect(rows(page).locator(".body")).to_be_visible()


class TestFinding:
    def test_shows_what_why_and_what_to_do(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        page.get_by_label("Search").fill("instance-0003")
        rows(page).locator("summary").click()
        body = rows(page).locator(".body")
        for text in (
            "Close port 22 in the security group",
            "whoever finds it first can use it",
            '"Principal": "*"',
            "CIS AWS 3.0 2.1.4",
            "arn:aws:ec2:eu-central-1:222222222222:instance-0003",
            "first seen 2026-01-01 03:20 UTC",
            "team = payments",
        ):
            expect(body).to_contain_text(text)

    def test_offers_an_exception_for_exactly_itself(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        page.get_by_label("Search").fill("instance-0003")
        rows(page).locator("summary").click()
        button = rows(page).get_by_role("button", name="Copy the exception for instance-0003")
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        document = yaml.safe_load(copied)
        assert validate(document) == []
        assert document["spec"]["match"] == {
            "checks": ["EC2_INSTANCE_REACHABLE_SSH"],
            "accounts": ["222222222222"],
            "resources": ["arn:aws:ec2:eu-central-1:222222222222:instance-0003"],
        }
        assert document["spec"]["expiryTime"] == "2026-04-02T00:00:00Z"
        assert document["metadata"]["namespace"] == "security"

    def test_of_every_row_offers_a_valid_exception(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        rows(page).evaluate_all("rows => rows.forEach(row => { row.open = true })")
        expect(page.locator("#findings .yaml")).to_have_count(len(problems(report)))
        arns = {each.resource.arn for each in problems(report)}
        for text in page.locator("#findings .yaml").all_text_contents():
            document = yaml.safe_load(text)
            assert validate(document) == []
            assert document["spec"]["match"]["resources"][0] in arns


class TestHostileNames:
    def test_are_text(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        page.get_by_label("Search").fill("owned")
        expect(rows(page)).to_have_count(1)
        expect(rows(page).locator(".name")).to_contain_text(
            "</script><script>document.title='owned'</script><img src=x"
        )
        assert page.title().startswith("Night Audit: security/nightly")
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 2

    def test_cannot_reverse_the_line(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        page.get_by_label("Search").fill("invoice")
        expect(rows(page).locator(".name .control").first).to_have_text("U+202E")
        assert "\u202e" not in rows(page).inner_text()

    def test_of_a_megabyte_are_cut_with_a_note(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        page.get_by_label("Search").fill("invoice")
        rows(page).locator("summary").click()
        expect(rows(page).locator(".tag")).to_contain_text("(cut: 1,000,000 characters)")

    def test_in_the_head_of_the_page_are_text(self, open_report: Open, report: ReportModel) -> None:
        from msgspec.structs import replace

        name = "</title><script>alert(1)</script>\u202e{{ 7*7 }}"
        page = open_report(
            replace(report, schedule=name, run=name, image=name, version=name, catalogue=name, errors=(name,))
        )
        assert page.locator("script").count() == 2
        expect(page.locator("h1")).to_contain_text("</title><script>alert(1)</script>⟨U+202E⟩{{ 7*7 }}")


class TestSections:
    def test_unknown_is_grouped_by_what_could_not_be_read(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        table = page.locator("#unknown tbody tr")
        expect(table).to_have_count(2)
        expect(table.nth(0)).to_contain_text("iam.get_account_authorization_details")
        expect(table.nth(0)).to_contain_text("sandbox")
        expect(table.nth(0)).to_contain_text("AccessDenied")
        table.nth(0).locator("summary").click()
        expect(table.nth(0).locator("li")).to_have_count(3)
        expect(table.nth(1)).to_contain_text("kms.list_keys")

    def test_exceptions_that_expired_or_match_nothing_stand_out(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        table = page.locator("#exceptions tbody tr")
        assert table.locator("th").all_inner_texts() == ["old-key", "nobody", "logs-are-public"]
        expect(table.nth(0).locator(".state-expired")).to_be_visible()
        expect(table.nth(0).locator(".state-idle")).to_have_text("no match")
        expect(table.nth(2)).to_contain_text("Static assets of the website")
        excepted = page.locator("[data-list=excepted] .row")
        excepted.locator("summary").click()
        expect(excepted).to_contain_text("logs-are-public")
        expect(excepted.locator(".yaml")).to_have_count(0)

    def test_accounts_agree_with_the_findings(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        for account in report.accounts:
            cells = page.locator("#accounts tbody tr", has_text=account.id).locator("td").all_inner_texts()
            counts = Counter(each.severity for each in problems(report) if each.account.id == account.id)
            expected = [str(counts[name]) if account.reachable else "\u2013" for name in SEVERITIES]
            assert cells[2:7] == expected
        legacy = page.locator("#accounts tbody tr", has_text="444444444444")
        expect(legacy).to_contain_text("not authorized to perform sts:AssumeRole")
        expect(legacy).to_contain_text("not known")

    def test_inventory_tells_unread_from_none(self, open_report: Open, report: ReportModel) -> None:
        page = open_report(report)
        row = page.locator("#inventory tbody tr", has_text="AWS::EC2::Instance").locator("td")
        assert row.all_inner_texts() == ["24", "24", "24 + unread"]
        row = page.locator("#inventory tbody tr", has_text="AWS::Lambda::Function").locator("td")
        assert row.all_inner_texts() == ["\u2013", "\u2013", "unread"]


class TestManyFindings:
    def test_are_shown_page_by_page_and_filtered(self, open_report: Open, many: ReportModel) -> None:
        page = open_report(many)
        expect(page.locator("#count")).to_have_text("20,000 of 20,000 findings")
        expect(rows(page)).to_have_count(100)
        pager = page.locator("#findings .pager")
        expect(pager).to_contain_text("1\u2013100 of 20,000")
        pager.get_by_role("button", name="Next").click()
        expect(pager).to_contain_text("101\u2013200 of 20,000")
        page.get_by_label("Search").fill("volume-0005")
        expect(page.locator("#count")).to_have_text("1 of 20,000 findings")
        page.get_by_label("Search").fill("")
        page.get_by_label("Check", exact=True).select_option("IAM_USER_KEY_OLD")
        kept = sum(each.check == "IAM_USER_KEY_OLD" for each in many.findings)
        expect(page.locator("#count")).to_have_text(f"{kept:,} of 20,000 findings")
        expect(page.locator("[data-list=new] .pager")).to_contain_text("of 200")
