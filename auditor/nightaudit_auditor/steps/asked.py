"""What of a schedule decides how its checks judge, as rows of the report."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from nightaudit_auditor.manifests.types import ScheduleSpec, SeverityOverride
from nightaudit_auditor.report import SettingRow

_DAYS = "Days"


def settings_of(spec: ScheduleSpec) -> tuple[SettingRow, ...]:
    """Every field of `regions`, `checks`, `trust` and `expect`, said or not, in the order of the API."""
    parts = {"regions": spec.regions, "checks": spec.checks, "trust": spec.trust, "expect": spec.expect}
    return tuple(row for name, part in parts.items() for row in _rows(part, name))


def _rows(part: msgspec.Struct, path: str) -> Iterator[SettingRow]:
    for field in msgspec.structs.fields(part):
        value, here = getattr(part, field.name), f"{path}.{field.encode_name}"
        if isinstance(value, msgspec.Struct):
            yield from _rows(value, here)
        else:
            yield SettingRow(path=here, values=_words(value, field.encode_name), default=value == field.default)


def _words(value: object, name: str) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(f"{v.check}: {v.severity}" if isinstance(v, SeverityOverride) else str(v) for v in value)
    if isinstance(value, bool):
        return (str(value).lower(),)
    return (f"{value} days" if name.endswith(_DAYS) else str(value),)
