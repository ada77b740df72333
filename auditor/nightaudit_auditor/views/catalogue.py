"""The catalogue of checks as pages of Markdown: one for each check, and the index of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.manifests.parameters import parameter

_TIERS = {"A": "A (told when it is new)", "B": "B (in the report)", "C": "C (in the report)"}
_CLI = re.compile(r" (?=CLI(?: \(.*?\))?: )")
_CODE = re.compile(r"(`[^`]*`)")
_SPECIAL = re.compile(r"([*<\[\]|\\])")
_INDEX = "README.md"


def catalogue_pages(checks: Mapping[str, Check]) -> dict[str, str]:
    """File name → Markdown, for the index and every check of `checks` (by id)."""
    ordered = [checks[id_] for id_ in sorted(checks)]
    return {_INDEX: index_page(ordered), **{f"{check.id}.md": check_page(check) for check in ordered}}


def index_page(checks: Iterable[Check]) -> str:
    """The table of all checks, with a link to the page of each."""
    rows = [
        (f"[{check.id}]({check.id}.md)", _severity(check), check.tier.value, service(check), markdown(check.title))
        for check in checks
    ]
    text = (
        "What each check judges, why that matters, what to do, and which fields of an AuditSchedule it honours. "
        "`nightaudit checks show ID` says the same."
    )
    table = markdown_table(("id", "severity", "tier", "service", "title"), rows)
    return f"# The checks\n{text}\n\n{table}\n"


def check_page(check: Check) -> str:
    """All there is to say of one check."""
    before, *cli = _CLI.split(check.remediation, maxsplit=1)
    sections = [
        ("", markdown_table(("", ""), list(_facts(check)))),
        ("What is judged", markdown(check.description)),
        ("Why it matters", markdown(check.risk)),
        ("What to do", "\n\n".join(map(markdown, (before, *cli)))),
        ("Terraform", f"```hcl\n{check.terraform}\n```" if check.terraform else ""),
        ("Parameters", _parameters(check)),
        ("References", "\n".join(f"- <{reference}>" for reference in check.references)),
    ]
    parts = [f"## {name}\n{text}" if name else text for name, text in sections if text]
    return f"# {check.id}\n{markdown(check.title)}.\n\n" + "\n\n".join(parts) + "\n"


def service(check: Check) -> str:
    """The service that the check belongs to: the folder that it is in."""
    return check.evaluate.__module__.split(".")[2].removeprefix("aws")


def markdown(text: str) -> str:
    """Prose with what Markdown would read as its own escaped; what stands between backticks is code already."""
    return "".join(part if part.startswith("`") else _SPECIAL.sub(r"\\\1", part) for part in _CODE.split(text))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ("---",) * len(head), *rows))


def _facts(check: Check) -> Iterable[tuple[str, str]]:
    operations = sorted({*check.kind.needs, *check.needs})
    facts = (
        ("severity", _severity(check)),
        ("tier", _TIERS[check.tier]),
        ("scope", check.scope.value),
        ("resource", check.kind.type),
        ("runs", "by default" if check.enabled else "only if `checks.include` names it"),
        ("CloudMapper calls it", _codes(check.aliases)),
        ("controls", ", ".join(check.compliance)),
        ("operations that it needs", _codes(operations)),
    )
    return [fact for fact in facts if fact[1]]


def _severity(check: Check) -> str:
    return f"{check.severity}, at worst {check.worst}" if check.worst else check.severity.value


def _parameters(check: Check) -> str:
    found = map(parameter, check.parameters)
    rows = [(f"`spec.{p.path}`", p.form, f"`{p.default}`" if p.default else "", markdown(p.meaning)) for p in found]
    return markdown_table(("field", "type", "default", "meaning"), rows) if rows else ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
