"""The pages of docs/checks: all of a check, as Markdown that shows what was written."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.views.catalogue import catalogue_pages, check_page, markdown

CHECKS = load().checks
ROOT_USED = CHECKS["IAM_ROOT_USED"]
BARE = replace(ROOT_USED, terraform="", parameters=(), references=(), aliases=(), compliance=(), needs=())


def headings(page: str) -> list[str]:
    return re.findall(r"^## (.+)$", page, re.MULTILINE)


def test_there_is_a_page_for_every_check_and_a_link_to_it() -> None:
    pages = catalogue_pages(CHECKS)
    linked = re.findall(r"^\| \[\w+\]\((\w+\.md)\)", pages["README.md"], re.MULTILINE)
    assert linked == [f"{id_}.md" for id_ in sorted(CHECKS)]
    assert {*linked, "README.md"} == pages.keys()


def test_a_page_says_all_there_is_to_say() -> None:
    page = check_page(replace(ROOT_USED, aliases=("OLD_NAME",)))
    names = ["What is judged", "Why it matters", "What to do", "Terraform", "Parameters", "References"]
    assert headings(page) == names
    for told in (ROOT_USED.title, ROOT_USED.description, ROOT_USED.risk, ROOT_USED.terraform, "`OLD_NAME`",
                 *ROOT_USED.compliance, *ROOT_USED.references, *(f"`{o}`" for o in ROOT_USED.needs)):  # fmt: skip
        assert told in page
    assert "\n\nCLI: aws cloudtrail" in page
    assert "| `spec.checks.parameters.rootUsedDays` | integer, 1 to 3650 | `7` |" in page


def test_a_page_leaves_out_what_there_is_not() -> None:
    page = check_page(BARE)
    assert headings(page) == ["What is judged", "Why it matters", "What to do"]
    assert "controls" not in page
    assert "CloudMapper" not in page


def test_a_page_says_how_bad_it_can_get_and_whether_it_has_to_be_asked_for() -> None:
    page = check_page(replace(ROOT_USED, severity=Severity.LOW, worst=Severity.HIGH, enabled=False))
    assert "| severity | Low, at worst High |" in page
    assert "| runs | only if `checks.include` names it |" in page


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("repo:ORG/*", r"repo:ORG/\*"),
        ("Rules=[{a}] <ID>", r"Rules=\[{a}\] \<ID>"),
        ("`arn:*` and a|b", r"`arn:*` and a\|b"),
    ],
)
def test_prose_is_shown_as_it_was_written(text: str, written: str) -> None:
    assert markdown(text) == written
