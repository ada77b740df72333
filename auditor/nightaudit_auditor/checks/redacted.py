"""Values that may hold secrets: the snapshot has only what a detector said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nightaudit_auditor.checks.registry import Fail, Result, Unknown


def examined(value: Any) -> bool:
    """Whether a detector has seen the value, so that it is known what it holds."""
    return isinstance(value, dict) and "unexamined" not in value


def secret_results(values: Iterable[tuple[str, Any]], detail: str) -> Iterator[Result]:
    """A Fail for each value that has the form of a secret, discriminated by its name; then an Unknown if one was not examined.

    `values` are (name, value as the snapshot has it); `detail` is formatted with the name and the detector.
    """
    unexamined: list[str] = []
    for name, value in values:
        if not examined(value):
            unexamined.append(name)
        elif detector := value.get("detector"):
            evidence = {"name": name, "detector": detector, "digest": value.get("digest", "")}
            yield Fail(detail.format(name=name, detector=detector), name, evidence)
    if unexamined:
        yield Unknown(f"{unexamined[0]} was not examined for secrets")
