"""Label selectors select as Kubernetes' do."""

from __future__ import annotations

import msgspec
import pytest

from nightaudit_auditor.manifests import selects
from nightaudit_auditor.manifests.types import LabelSelector

LABELS = {"team": "web", "env": "prod"}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        (None, True),
        ({}, True),
        ({"matchLabels": {"team": "web"}}, True),
        ({"matchLabels": {"team": "web", "env": "stage"}}, False),
        ({"matchExpressions": [{"key": "env", "operator": "In", "values": ["prod", "stage"]}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["prod"]}]}, False),
        ({"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["prod"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["prod"]}]}, True),
        ({"matchExpressions": [{"key": "env", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "env", "operator": "DoesNotExist"}]}, False),
        ({"matchLabels": {"team": "web"}, "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_selects(selector: dict[str, object] | None, selected: bool) -> None:
    typed = msgspec.convert(selector, LabelSelector | None)
    assert selects(typed, LABELS) is selected
