"""The operator's configuration: a mistake is named, with its place and its mending."""

from __future__ import annotations

import json

import pytest

from nightaudit_operator.api.config import ConfigurationError, read

GOOD = {
    "namespaces": ["security"],
    "auditor": {
        "image": "auditor:1", "imagePullPolicy": "IfNotPresent", "imagePullSecrets": [], "serviceAccountName": "a",
        "resources": {}, "env": [{"name": "AWS_REGION", "value": "eu-1"}], "nodeSelector": {}, "tolerations": [],
        "affinity": {}, "priorityClassName": "", "podLabels": {}, "podAnnotations": {},
    },
    "slackAPIURL": "https://slack.com/api/",
    "reportURLTemplate": "https://c/{bucket}/{key}?{region}&{uri}",
    "resyncSeconds": 300,
}  # fmt: skip


def write(folder, content):
    path = folder / "config.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_chart_s_file_is_read(tmp_path):
    config = read(write(tmp_path, GOOD))
    assert config.namespaces == ("security",)
    assert (config.health_port, config.metrics_port) == (8080, 8081)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"namespaces": []}, "namespaces"),
        ({"resyncSeconds": 0}, "resyncSeconds"),
        ({"resyncSecond": 1}, "resyncSecond"),
        ({"auditor": {"image": "x"}}, "serviceAccountName"),
        ({"reportURLTemplate": "https://{host}"}, "host"),
        ({"reportURLTemplate": "https://{"}, "placeholder"),
        ({"auditor": GOOD["auditor"] | {"env": [{"name": "NIGHTAUDIT_RUN", "value": "x"}]}}, "NIGHTAUDIT_RUN"),
        ({"auditor": GOOD["auditor"] | {"env": [{"name": "HOME", "value": "x"}]}}, "HOME"),
    ],
)
def test_a_mistake_is_named(tmp_path, change, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        read(write(tmp_path, GOOD | change))
    assert "config.json" in str(caught.value)


def test_a_file_that_is_not_there_or_not_json(tmp_path):
    with pytest.raises(ConfigurationError, match="NIGHTAUDIT_CONFIG"):
        read(tmp_path / "absent.json")
    with pytest.raises(ConfigurationError, match="not a valid configuration"):
        read(write(tmp_path, "{"))
