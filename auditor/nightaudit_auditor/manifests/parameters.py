"""What the CRD says of the fields of an AuditSchedule that checks honour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.manifests.crds import definition

_DEFAULT: Final = re.compile(r" Default (\S+?)\.$")


@dataclass(frozen=True)
class Parameter:
    """A field of a schedule's spec: `path` as a user writes it (`checks.parameters.unusedDays`), `form` its type with its bounds.

    `meaning` names the unit. `default` is empty for a list: nothing is in it unless the schedule says so.
    """

    path: str
    form: str
    default: str
    meaning: str

    def __str__(self) -> str:
        default = f"; default {self.default}" if self.default else ""
        return f"{self.path} ({self.form}{default}): {self.meaning}"


def parameter(path: str) -> Parameter:
    """The field at `path` below spec. Raises KeyError if the CRD has none there."""
    field: Mapping[str, Any] = definition("AuditSchedule").schema["properties"]["spec"]
    for name in path.split("."):
        field = field["properties"][name]
    words = str(field["description"])
    default = _DEFAULT.search(words)
    return Parameter(path, _form(field), default[1] if default else "", _DEFAULT.sub("", words))


def _form(field: Mapping[str, Any]) -> str:
    if field["type"] == "array":
        return f"list of {_form(field['items'])}, at most {field['maxItems']}"
    bounds = f", {field['minimum']} to {field['maximum']}" if "minimum" in field else ""
    return f"{field.get('format', field['type']).replace('int32', 'integer')}{bounds}"
