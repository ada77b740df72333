"""Which exceptions a schedule selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nightaudit_operator.api.manifests import LabelSelector, Requirement
from nightaudit_operator.api.objects import AuditException


def matches(selector: LabelSelector | None, labels: Mapping[str, str]) -> bool:
    """Whether a metav1.LabelSelector selects these labels; no selector selects everything."""
    if selector is None:
        return True
    exact = all(labels.get(key) == value for key, value in selector.match_labels.items())
    return exact and all(_meets(requirement, labels) for requirement in selector.match_expressions)


def select(selector: LabelSelector | None, exceptions: Iterable[AuditException]) -> tuple[AuditException, ...]:
    """The selected exceptions, sorted by name."""
    return tuple(sorted((e for e in exceptions if matches(selector, e.labels)), key=lambda e: e.name))


def _meets(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    present = requirement.key in labels
    # As Kubernetes judges it: NotIn also selects objects that lack the key.
    return {
        "In": present and labels.get(requirement.key) in requirement.values,
        "NotIn": labels.get(requirement.key) not in requirement.values,
        "Exists": present,
        "DoesNotExist": not present,
    }[requirement.operator]
