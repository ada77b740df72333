"""The page: self-contained, strict, and whole whatever the run is like."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from nightaudit_auditor.findings.model import Finding, State
from nightaudit_auditor.organization import LeftOut
from nightaudit_auditor.report import AccountRow, ExceptionRow, ReportModel, SettingRow, render

MakeFinding = Callable[..., Finding]
MakeReport = Callable[..., ReportModel]


class Parsed(HTMLParser):
    """The elements with their attributes, and the text inside style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"}:
            self.inline.append((self._open, data))

    def handle_endtag(self, _: str) -> None:
        self._open = ""

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(report: ReportModel) -> str:
    return "".join(render(report))


class TestPolicy:
    def test_allows_the_pages_own_script_and_style_and_nothing_else(self, report: MakeReport) -> None:
        parsed = Parsed(page(report()))
        (policy,) = [
            each["content"] for each in parsed.named("meta") if each.get("http-equiv") == "Content-Security-Policy"
        ]
        directives = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
        texts = {name: text for name, text in parsed.inline if not text.startswith("{")}
        hashes = {
            name: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for name, text in texts.items()
        }
        assert directives == {
            "default-src": "'none'",
            "script-src": hashes["script"],
            "style-src": hashes["style"],
            "base-uri": "'none'",
            "form-action": "'none'",
            "require-trusted-types-for": "'script'",
        }

    def test_is_not_in_need_of_exceptions(self, report: MakeReport) -> None:
        for _, attributes in Parsed(page(report())).elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")]

    def test_nothing_is_fetched(self, report: MakeReport) -> None:
        parsed = Parsed(page(report()))
        for _, attributes in parsed.elements:
            for name in ("src", "href", "action", "data", "poster", "srcset"):
                assert (attributes.get(name) or "#").startswith("#")
        assert not parsed.named("link")
        assert "@import" not in page(report())
        assert "url(" not in page(report())


class TestEscaping:
    NAME = "\"><script>alert(1)</script>{{ 7*7 }}{% raw %}\u202e'&"

    def test_holds_in_every_field(self, finding: MakeFinding, report: MakeReport) -> None:
        name = self.NAME
        model = report(
            finding(check=name, title=name, detail=name, region=name),
            schedule=name, namespace=name, run=name, version=name, image=name, catalogue=name, errors=(name,),
            exceptions=(
                ExceptionRow(
                    name=name, match={name: [name, {name: name}]}, reason=name, effect="Acknowledge", state="Active",
                    matched=1, category=name, owner=name, ticket=name, expiry_time=name,
                ),
            ),
            accounts=(
                AccountRow(id=name, name=name, reachable=False, error=name, regions=(name,) * 5, calls={name: 1}),
            ),
            settings=(SettingRow(path=name, values=(name,) * 9, default=False),), not_run=(name,),
        )  # fmt: skip
        whole = page(model)
        parsed = Parsed(whole)
        assert len(parsed.named("script")) == 2
        assert "\u202e" not in whole
        assert "alert(1)</script>" not in whole
        assert "49" not in re.findall(r"<h1>.*?</h1>", whole, re.DOTALL)[0]


class TestWhole:
    def test_the_data_is_in_it(self, finding: MakeFinding, report: MakeReport) -> None:
        parsed = Parsed(page(report(finding(1), finding(2, state=State.NEW))))
        (text,) = [text for name, text in parsed.inline if text.startswith("{")]
        assert [row["id"] for row in json.loads(text)["findings"]] == ["0" * 16] * 2

    @pytest.mark.parametrize("result", ["Clean", "Findings", "Partial", "Error"])
    def test_of_a_run_in_which_nothing_was_found_is_made(self, report: MakeReport, result: str) -> None:
        assert page(report(result=result)).rstrip().endswith("</html>")

    def test_of_an_account_that_was_not_reached_shows_no_zeros(self, report: MakeReport) -> None:
        whole = page(report(accounts=(AccountRow(id="1", name="legacy", reachable=False, error="AccessDenied"),)))
        (row,) = [each for each in re.findall(r"<tr>.*?</tr>", whole, re.DOTALL) if "legacy" in each]
        assert ">0<" not in row
        assert "not known" in row

    def test_of_exceptions_shows_the_dead_ones_first(self, report: MakeReport) -> None:
        made: dict[str, Any] = {"match": {}, "reason": "r", "effect": "Exclude", "matched": None}
        rows = tuple(
            ExceptionRow(name=f"is-{state}", state=state, **made) for state in ("Active", "Expired", "Expiring")
        )
        whole = page(report(exceptions=rows))
        assert whole.index("is-Expired") < whole.index("is-Expiring") < whole.index("is-Active")
        assert ">unknown</td>" in whole

    def test_comes_in_pieces(self, finding: MakeFinding, report: MakeReport) -> None:
        pieces = list(render(report(*(finding(number) for number in range(2000)))))
        assert max(map(len, pieces)) < 60_000
        assert len(pieces) > 2000


class TestAccountsOfTheOrganization:
    def test_that_were_not_audited_are_listed_with_the_reason(self, report: MakeReport) -> None:
        text = page(report(left_out=(LeftOut("222222222222", "old <shop>", "Suspended", "AWS says SUSPENDED"),)))
        assert "Accounts of the organization that were not audited" in text
        assert "old &lt;shop&gt;" in text
        assert "222222222222" in text
        assert "AWS says SUSPENDED" in text

    def test_are_not_spoken_of_if_all_were(self, report: MakeReport) -> None:
        assert "that were not audited" not in page(report())


class TestSettings:
    def test_are_shown_with_what_nobody_said_marked(self, report: MakeReport) -> None:
        rows = (
            SettingRow(path="checks.parameters.unusedDays", values=("60 days",), default=False),
            SettingRow(path="checks.minimumSeverity", values=("Info",), default=True),
            SettingRow(path="expect.domains", values=(), default=True),
        )
        whole = page(report(settings=rows))
        shown = {
            path: " ".join(re.sub(r"<[^>]+>", " ", value).split())
            for path, value in re.findall(
                r'<th scope="row" class="mono">(.*?)</th>\s*<td class="text">(.*?)</td>', whole
            )
        }
        assert shown == {
            "checks.parameters.unusedDays": "60 days",
            "checks.minimumSeverity": "Info (default)",
            "expect.domains": "not said",
        }

    def test_of_many_values_are_folded_and_whole(self, report: MakeReport) -> None:
        ranges = tuple(f"10.{number}.0.0/16" for number in range(200))
        whole = page(report(settings=(SettingRow(path="expect.knownCIDRs", values=ranges, default=False),)))
        assert "<summary>200</summary>" in whole
        assert all(f">{each}<" in whole for each in ranges)

    def test_say_which_checks_did_not_run_however_many(self, report: MakeReport) -> None:
        ids = tuple(f"CHECK_{number:04}" for number in range(200))
        whole = page(report(ran=ids[:150], not_run=ids[150:]))
        assert "150 of 200 checks ran" in whole
        assert "Checks that did not run: 50" in whole
        assert all(id_ in whole for id_ in ids[150:])

    def test_of_checks_that_all_ran_name_none(self, report: MakeReport) -> None:
        assert "did not run" not in page(report(ran=("A", "B")))
