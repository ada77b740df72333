"""What the documentation says is so: examples are valid, names exist, and what is generated has not drifted."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import msgspec
import pytest
import yaml
from hypothesis import given, settings

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.documents.summary import RunSummary, encode
from nightaudit_auditor.manifests import Document, glob_matches, typed, validate
from nightaudit_operator.api import reasons

from .conftest import ROOT
from .test_summary import SUMMARIES

DOCS = ROOT / "docs"
DEPLOYED = [ROOT / "deploy" / "helm" / "nightaudit" / "README.md", ROOT / "deploy" / "aws" / "README.md"]
PAGES = sorted([*ROOT.glob("*.md"), *DEPLOYED, *DOCS.rglob("*.md")])
SOURCES = [*PAGES, *sorted((ROOT / "demo" / "manifests").glob("*.yaml"))]
GENERATED = ("docs", "deploy/aws", "operator/nightaudit_operator/api")
CONDITIONS = {
    reasons.READY, reasons.RECONCILING, reasons.STALLED, reasons.STALE, reasons.ACTIVE, reasons.SUCCEEDED,
    reasons.REPORT_STORED, reasons.NOTIFIED, reasons.CHECKS_RECOGNIZED,
}  # fmt: skip


def blocks(page: Path, *languages: str) -> Iterator[str]:
    """The fenced blocks of a page in these languages."""
    for language, text in re.findall(r"^ *```(\w*)\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
        if language in languages:
            yield text


def examples() -> Iterator[Any]:
    for page in PAGES:
        for text in blocks(page, "yaml"):
            for number, document in enumerate(yaml.load_all(text, Loader=yaml.BaseLoader)):
                if str((document or {}).get("apiVersion", "")).startswith("nightaudit.dev/"):
                    whole = list(yaml.load_all(text, Loader=yaml.CSafeLoader))[number]
                    name = f"{page.relative_to(ROOT)}:{document['kind']}:{document['metadata']['name']}"
                    yield pytest.param(whole, id=name)


def commands() -> Iterator[Any]:
    """Every command line in the blocks of the pages, continued lines joined."""
    for page in PAGES:
        for text in blocks(page, "console", "sh", "bash"):
            for line in text.replace("\\\n", " ").splitlines():
                for one in re.split(r"\||&&|;", line.strip().removeprefix("$ ")):
                    words = shlex.split(one, comments=True)
                    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                        words.pop(0)
                    if words:
                        yield pytest.param(words, id=f"{page.relative_to(ROOT)}:{' '.join(words)[:60]}")


def run_by(program: str) -> list[Any]:
    return [param for param in commands() if param.values[0][0] == program]


@pytest.mark.parametrize("example", list(examples()))
def test_every_example_is_a_valid_object(example: dict[str, Any]) -> None:
    assert validate(example) == []
    manifest = typed(Document("example", example))
    assert manifest is None or name_problems(load(), manifest) == ()


def test_every_kind_has_an_example() -> None:
    assert {param.values[0]["kind"] for param in examples()} == {"AuditSchedule", "AuditException", "AuditRun"}


@pytest.mark.parametrize("words", run_by("nightaudit"))
def test_every_nightaudit_command_exists_with_its_options(words: list[str]) -> None:
    command: click.Command = cli
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
    assert {word.split("=")[0] for word in rest if re.match(r"-{1,2}[a-z]", word)} <= known


@pytest.mark.parametrize("words", run_by("helm"))
def test_every_value_that_is_set_is_one_of_the_chart(words: list[str]) -> None:
    values = yaml.safe_load((ROOT / "deploy" / "helm" / "nightaudit" / "values.yaml").read_text())
    given_values = [words[n + 1] for n, word in enumerate(words) if word in {"--set", "--set-string", "--set-json"}]
    for one in given_values:
        node = values
        for key in re.split(r"(?<!\\)\.", one.partition("=")[0]):
            if node == {}:
                break  # a map that the installation fills
            node = node[key]


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"`make ([a-z-]+)`", page.read_text())}
    named |= {word for param in run_by("make") for word in param.values[0][1:] if "=" not in word}
    assert "docs" in named
    assert named <= targets


def test_every_check_that_is_named_exists() -> None:
    catalogue = load().checks.values()
    ids = {name for check in catalogue for name in (check.id, *check.aliases)}
    families = {name.split("_")[0] for name in ids if "_" in name}
    for source in SOURCES:
        for token in re.findall(r"(?<![\w/$.{-])[A-Z][A-Z0-9]+_[A-Z0-9_]*\*?(?![\w=])", source.read_text()):
            if token.split("_")[0] in families:
                assert any(glob_matches(token, name) for name in ids), f"{source.name} names {token}"


def test_every_reason_has_a_line_and_every_line_is_a_reason() -> None:
    section = (DOCS / "api.md").read_text().partition("## Conditions and reasons")[2]
    documented = set(re.findall(r"^\| `(\w+)` \| (?:True|False|Unknown)", section, re.MULTILINE))
    constants = {value for name, value in vars(reasons).items() if name.isupper()}
    assert documented == (constants - CONDITIONS) | {reasons.ACTIVE}
    assert all(f"`{condition}`" in section for condition in CONDITIONS)


def test_every_reason_of_trouble_has_advice() -> None:
    advice = (DOCS / "operations.md").read_text().partition("## Troubleshooting")[2]
    api = (DOCS / "api.md").read_text().partition("## Conditions and reasons")[2]
    troubled = set(re.findall(r"^\| `(\w+)` \| (?:False|Unknown, then False)", api, re.MULTILINE)) - {"OnTime"}
    troubled |= {"MissedRuns", "Partial", "PodNotCreated", "PodUnschedulable"}
    assert {name for name in troubled if f"`{name}`" not in advice} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        goal = page.parent / path if path else page
        assert goal.exists(), target
        assert not anchor or anchor in anchors(goal), target


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", str(DOCS / "generate.py"), *arguments]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)


class TestWhatIsGenerated:
    def test_has_not_drifted(self) -> None:
        done = generate("--check")
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("file", "old", "new"),
        [
            ("docs/api.md", "| `spec.schedule` | string |", "| `spec.schedule` | number |"),
            ("docs/schemas/finding.json", "{", "["),
            ("docs/checks/README.md", "| High |", "| Low |"),
            ("docs/checks/IAM_ROOT_USED.md", "1 to 3650", "1 to 365"),
            ("operator/nightaudit_operator/api/checks.json", '"KMS_KEY_PUBLIC"', '"KMS_KEYS_PUBLIC"'),
            ("deploy/aws/README.md", "| `read-1` | always |", "| `read-1` | never |"),
            ("deploy/aws/cloudformation.yaml", "- ec2:DescribeVpcs", "- ec2:*"),
            ("deploy/aws/terraform/main.tf", '"ec2:DescribeVpcs"', '"ec2:*"'),
        ],
    )
    def test_is_noticed_when_it_drifts_and_mended(self, file: str, old: str, new: str, tmp_path: Path) -> None:
        for folder in GENERATED:
            shutil.copytree(ROOT / folder, tmp_path / folder)
        page = tmp_path / file
        page.write_text(page.read_text().replace(old, new, 1))
        noticed = generate("--check", str(tmp_path))
        assert noticed.returncode == 1
        assert str(page) in noticed.stderr
        assert generate(str(tmp_path)).returncode == 0
        assert page.read_text() == (ROOT / file).read_text()

    def test_has_no_page_of_a_check_that_is_no_more(self, tmp_path: Path) -> None:
        for folder in GENERATED:
            shutil.copytree(ROOT / folder, tmp_path / folder)
        page = tmp_path / "docs" / "checks" / "NO_SUCH_CHECK.md"
        page.write_text("# NO_SUCH_CHECK")
        noticed = generate("--check", str(tmp_path))
        assert (noticed.returncode, page.exists()) == (1, True)
        assert str(page) in noticed.stderr
        assert generate(str(tmp_path)).returncode == 0
        assert not page.exists()


@settings(max_examples=25)
@given(SUMMARIES)
def test_a_run_summary_is_what_its_schema_says(summary: RunSummary) -> None:
    schema = msgspec.json.decode((DOCS / "schemas" / "run-summary.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(encode(summary)))


@pytest.mark.parametrize("path", sorted((DOCS / "schemas").glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_one(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(msgspec.json.decode(path.read_bytes()))
