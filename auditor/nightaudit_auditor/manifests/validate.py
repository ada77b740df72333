"""Manifests checked offline, as the API server would and, where it cannot judge, as the operator would."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nightaudit_auditor.manifests.crds import KINDS
from nightaudit_auditor.manifests.problems import Problem
from nightaudit_auditor.manifests.types import API_VERSION


def validate(document: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with an object as it was read from YAML or JSON; an empty list when it is valid.

    What the CRD says is asked first (unknown fields, the schema, the CEL rules), then what only a look at the clock's and
    calendar's tables can tell: that the cron expression has due times, and that the time zone exists.
    """
    from nightaudit_auditor.manifests.schema import schema_problems  # noqa: PLC0415 - 0.1 s that `--help` must not take

    if document.get("apiVersion") != API_VERSION:
        return [Problem("apiVersion", f"must be {API_VERSION}")]
    kind = document.get("kind")
    if kind not in KINDS:
        return [Problem("kind", f"must be one of {', '.join(KINDS)}")]
    body = without_nulls(document)
    problems, blocked = schema_problems(kind, body)
    if not blocked:
        from nightaudit_auditor.manifests.rules import rule_problems  # noqa: PLC0415 - the CEL runtime, as above

        problems += rule_problems(kind, body)
    if kind == "AuditSchedule" and not problems:
        problems += _time_problems(body["spec"])
    return problems


def without_nulls(value: Any) -> Any:
    """The value without the fields that are null: Kubernetes takes them for fields that were not given."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def _time_problems(spec: Mapping[str, Any]) -> list[Problem]:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only a schedule needs it

    problems = []
    try:
        zoneinfo.ZoneInfo(spec.get("timeZone", "UTC"))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(Problem("spec.timeZone", "must be a time zone of the IANA database, such as Europe/Berlin"))
    if not spec["schedule"].startswith("@"):
        try:
            next(CronSim(spec["schedule"], datetime.now(UTC)))
        except CronSimError as error:
            problems.append(Problem("spec.schedule", f"must have due times, but cannot be read: {error}"))
    return problems
