"""The data in the page: whole, bounded, and unable to end the element it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.findings.bounds import clip
from nightaudit_auditor.findings.model import AccountRef, ExceptionRef, Finding, ResourceRef, State, Status
from nightaudit_auditor.report import CheckText, ReportModel
from nightaudit_auditor.report.payload import payload

MakeFinding = Callable[..., Finding]
MakeReport = Callable[..., ReportModel]


def data(report: ReportModel) -> dict[str, Any]:
    return json.loads("".join(payload(report)))


class TestSafety:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(text=st.text(alphabet=st.one_of(st.sampled_from("<>&!-/\u2028\u2029\ud800"), st.characters()), max_size=60))
    def test_no_text_can_end_the_element(self, finding: MakeFinding, report: MakeReport, text: str) -> None:
        name = f"</script><!--{text}"
        one = finding(
            resource=ResourceRef(arn=name, type=name, name=f"n{name}", tags={name: name}), detail=name, title=name,
            evidence={name: [name]}, remediation=name, region=name, check=name, account=AccountRef(id=name, name=name),
        )  # fmt: skip
        whole = "".join(payload(report(one, namespace=name)))
        assert whole.isascii()
        assert not set(whole) & set("<>&")
        assert json.loads(whole)["findings"][0]["detail"] == name

    def test_what_json_does_not_know_is_text(self, finding: MakeFinding, report: MakeReport) -> None:
        one = finding(evidence={"when": {1, 2}})
        assert data(report(one))["findings"][0]["evidence"] == {"when": "{1, 2}"}


class TestContent:
    def test_of_a_run_without_findings_is_empty(self, report: MakeReport) -> None:
        assert data(report()) == {
            "namespace": "security", "expiry": "2026-04-02T00:00:00Z", "checks": [], "accounts": [], "findings": [],
        }  # fmt: skip

    def test_says_each_checks_and_accounts_text_once(self, finding: MakeFinding, report: MakeReport) -> None:
        found = [finding(number, remediation="Close it.", compliance=("CIS 1",)) for number in range(3)]
        texts = (
            CheckText(id="S3_BUCKET_PUBLIC_POLICY", risk="Leaks.", description="Looks.", references=("https://a",)),
        )
        made = data(report(*found, checks=texts))
        assert made["checks"] == [
            {
                "id": "S3_BUCKET_PUBLIC_POLICY",
                "title": "Anyone can read the bucket",
                "remediation": "Close it.",
                "compliance": ["CIS 1"],
                "description": "Looks.",
                "risk": "Leaks.",
                "references": ["https://a"],
            }
        ]
        assert made["accounts"] == [{"id": "111111111111", "name": "production"}]
        assert [row["name"] for row in made["findings"]] == ["bucket-0", "bucket-1", "bucket-2"]
        assert "title" not in made["findings"][0]

    def test_takes_the_remediation_from_whichever_finding_has_it(
        self, finding: MakeFinding, report: MakeReport
    ) -> None:
        carried = finding(1, status=Status.UNKNOWN)
        made = data(report(carried, finding(2, remediation="Close it.")))
        assert made["checks"][0]["remediation"] == "Close it."

    def test_keeps_a_title_that_differs(self, finding: MakeFinding, report: MakeReport) -> None:
        made = data(report(finding(1), finding(2, title="Another")))
        assert made["findings"][1]["title"] == "Another"

    def test_holds_the_resolved_ones_too(self, finding: MakeFinding, report: MakeReport) -> None:
        made = data(report(finding(1), resolved=(finding(2, state=State.RESOLVED),)))
        assert [row["state"] for row in made["findings"]] == ["OPEN", "RESOLVED"]

    def test_names_the_exception(self, finding: MakeFinding, report: MakeReport) -> None:
        exception = ExceptionRef(name="x", effect="Exclude", reason="because", owner="o", ticket="t", expiry_time="e")
        made = data(report(finding(state=State.EXCEPTED, exception=exception)))
        assert made["findings"][0]["exception"] == {
            "name": "x", "effect": "Exclude", "reason": "because", "owner": "o", "ticket": "t", "expires": "e",
        }  # fmt: skip


class TestLimits:
    def test_long_values_are_cut_with_a_note(self, finding: MakeFinding, report: MakeReport) -> None:
        long = "x" * 1_000_000
        one = finding(
            detail=long, evidence={"blob": long},
            resource=ResourceRef(arn=f"arn:{long}", type="T", name=long, tags={long: long}),
        )  # fmt: skip
        whole = "".join(payload(report(one)))
        assert len(whole) < 30_000
        row = json.loads(whole)["findings"][0]
        assert row["cut"] is True
        assert row["detail"].endswith("… (cut: 1,000,000 characters)")
        assert "(cut: 1,000," in row["evidence"]
        assert all("(cut: 1,000,000 characters)" in text for tag in row["tags"].items() for text in tag)

    def test_many_tags_are_counted(self, finding: MakeFinding, report: MakeReport) -> None:
        tags = {f"tag-{number:04d}": "v" for number in range(1000)}
        row = data(report(finding(resource=ResourceRef(arn="a", type="T", name="n", tags=tags))))["findings"][0]
        assert row["tags"]["…"] == "941 more tags"

    def test_short_text_is_left_alone(self) -> None:
        assert clip("abc", 3) == "abc"
        assert clip("abcd", 3) == "abc… (cut: 4 characters)"
