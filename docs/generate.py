"""Write what follows from the code: the tables of docs/api.md, docs/schemas/, docs/checks/, the audit role in deploy/aws/, and the
names of checks that the operator knows.

`python docs/generate.py` writes, and deletes the pages of checks that are no more; with `--check` it does neither and exits with 1
if anything has drifted.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import msgspec
import yaml

from nightaudit_auditor.aws.actions import expand
from nightaudit_auditor.checks.catalogue import load as load_checks
from nightaudit_auditor.checks.registry import AUDIT_PREFIX, Check
from nightaudit_auditor.checks.selection import gravest
from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.documents.manifest import RunManifest
from nightaudit_auditor.documents.summary import RunSummary
from nightaudit_auditor.findings.latest import Latest
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.snapshot.format import Header, Trailer
from nightaudit_auditor.snapshot.record import Record
from nightaudit_auditor.views.catalogue import catalogue_pages, markdown_table
from nightaudit_auditor.views.policy import (
    DENY_DATA,
    ORGANIZATION,
    Document,
    characters,
    cloudformation,
    role_policies,
    terraform,
)
from nightaudit_auditor.views.policy.data import DATA_READS

ROOT = Path(__file__).parents[1]
KINDS = ("AuditSchedule", "AuditException", "AuditRun")
PARTS = ("columns", "spec", "status")
DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "run-summary": RunSummary,
    "run-manifest": RunManifest,
    "latest": Latest,
    "finding": Finding,
    "snapshot-header": Header,
    "snapshot-record": Record,
    "snapshot-trailer": Trailer,
}

Json = dict[str, Any]

_NO_LIMIT = 100_000
"""Bounds from here on keep a number sane and are nobody's limit."""


def schema(name: str) -> str:
    """The JSON Schema of a document, as msgspec derives it from the type that writes it."""
    found = msgspec.json.schema(DOCUMENTS[name])
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=2) + "\n"


def check_names(checks: Mapping[str, Check]) -> str:
    """operator/nightaudit_operator/api/checks.json: what the operator knows of the catalogue, as `api.checks` reads it."""
    aliases = {id_: checks[id_].aliases for id_ in sorted(checks)}
    known = {
        "aliases": aliases,
        "alwaysRun": [id_ for id_ in aliases if id_.startswith(AUDIT_PREFIX)],
        "onRequest": [id_ for id_ in aliases if not checks[id_].enabled],
        "gravest": {id_: gravest(checks[id_]) for id_ in aliases},
    }
    return json.dumps(known, indent=1) + "\n"


def tables(kind: str, part: str) -> str:
    """One generated table of a kind: its `columns`, or the fields of its `spec` or `status`."""
    (version,) = yaml.safe_load((ROOT / "crds" / f"{kind.lower()}.yaml").read_text())["spec"]["versions"]
    if part == "columns":
        rows = [_column(column) for column in version["additionalPrinterColumns"]]
        return markdown_table(("column", "from", "shown"), rows)
    fields = version["schema"]["openAPIV3Schema"]["properties"][part]
    return markdown_table(("field", "type", "default", "meaning"), list(_fields(fields, part)))


def api_page(text: str) -> str:
    """docs/api.md with every `<!-- generated: Kind part -->` filled in."""
    return filled(text, {f"{kind} {part}": tables(kind, part) for kind in KINDS for part in PARTS})


def role_page(text: str, policies: dict[str, Document]) -> str:
    """deploy/aws/README.md with its tables filled in: the policies, and what the last of them denies."""
    where = {ORGANIZATION: "where `ReadsOrganization` is true", DENY_DATA: "always, inside the role"}
    rows = [
        (f"`{name}`", where.get(name, "always"), str(_names(document)), f"{characters(document):,}")
        for name, document in policies.items()
    ]
    denied = [(what, ", ".join(f"`{pattern}`" for pattern in patterns)) for what, patterns in DATA_READS.items()]
    return filled(
        text,
        {
            "policies": markdown_table(("policy", "attached", "actions", "characters"), rows),
            "denied": markdown_table(("would read", "denied"), denied),
        },
    )


def filled(text: str, parts: dict[str, str]) -> str:
    """The page with every `<!-- generated: name -->` … `<!-- end -->` filled in. Raises KeyError for an unknown name."""

    def fill(match: re.Match[str]) -> str:
        return f"{match[1]}\n{parts[match[2]]}\n{match[3]}"

    return re.sub(r"(<!-- generated: ([\w ]+) -->)\n.*?(<!-- end -->)", fill, text, flags=re.DOTALL)


def pages(root: Path) -> dict[Path, str]:
    """Every file below `root` that is generated, wholly or in part, and what it must say."""
    docs, role = root / "docs", root / "deploy" / "aws"
    api, readme = docs / "api.md", role / "README.md"
    checks = load_checks().checks
    policies = role_policies(load_catalogue(Models(botocore.session.get_session().get_component("data_loader"))))
    return {
        api: api_page(api.read_text()),
        **{docs / "schemas" / f"{name}.json": schema(name) for name in DOCUMENTS},
        **{docs / "checks" / name: text for name, text in catalogue_pages(checks).items()},
        root / "operator" / "nightaudit_operator" / "api" / "checks.json": check_names(checks),
        readme: role_page(readme.read_text(), policies),
        role / "cloudformation.yaml": cloudformation(policies),
        role / "terraform" / "main.tf": terraform(policies),
    }


def drifted(root: Path, wanted: dict[Path, str]) -> list[Path]:
    """The files that do not say what they must, and the pages of checks that nobody wants."""
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    return wrong + sorted(set((root / "docs" / "checks").glob("*")) - wanted.keys())


def _names(document: Document) -> int:
    """How many actions the document names, those behind wildcards counted."""
    patterns = [pattern for statement in document["Statement"] for pattern in statement["Action"]]
    return len({action for pattern in patterns for action in expand(pattern) or (pattern,)})


def _column(column: Json) -> tuple[str, str, str]:
    wide = "with `-o wide`" if column.get("priority") else "always"
    return column["name"].upper(), f"`{column['jsonPath'].removeprefix('.')}`", wide


def _fields(schema: Json, path: str) -> Iterator[tuple[str, str, str, str]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        if name == "conditions":
            yield f"`{here}`", "list of conditions", "", "See [conditions and reasons](#conditions-and-reasons)."
            continue
        default = (
            "**required**" if name in required else f"`{json.dumps(field['default'])}`" if "default" in field else ""
        )
        yield f"`{here}`", _type(field), default, " ".join(field.get("description", "").split()).replace("|", "\\|")
        if field.get("items", {}).get("type") == "object":
            yield from _fields(field["items"], f"{here}[]")
        else:
            yield from _fields(field, here)


def _type(field: Json) -> str:
    if field.get("x-kubernetes-int-or-string"):
        return "integer or string"
    if "enum" in field:
        return " \\| ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    if "additionalProperties" in field:
        return "map of strings"
    form = {"date-time": "time", "cidr": "CIDR"}.get(field.get("format", ""), str(field.get("type", "")))
    least, most = field.get("minimum"), field.get("maximum")
    return f"{form}, {least} to {most}" if isinstance(most, int) and most < _NO_LIMIT else form


def main() -> None:
    """Exit status: 0 written, or nothing has drifted; 1 something has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if anything has drifted")
    parser.add_argument(
        "root", nargs="?", type=Path, default=ROOT, help="the folder with docs/, deploy/aws/ and operator/ in it"
    )
    options = parser.parse_args()
    wanted = pages(options.root)
    stale = drifted(options.root, wanted)
    if options.check:
        sys.stderr.writelines(f"{path} is not what the code says: run `make docs`\n" for path in stale)
        sys.exit(1 if stale else 0)
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path])
        else:
            path.unlink()
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
