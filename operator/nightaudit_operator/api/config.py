"""The operator's configuration: one JSON file that the chart writes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

Json = dict[str, object]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]

DEFAULT_PATH = Path("/etc/nightaudit-operator/config.json")


class ConfigurationError(ValueError):
    """The configuration file cannot be used; the text names the file, the field and the fix."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A typing error in the file is refused, not ignored."""


class EnvironmentVariable(Strict, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
    value: str = ""


class AuditorConfig(Strict, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How auditor pods look: what whoever may create a schedule must not choose."""

    image: Annotated[str, msgspec.Meta(min_length=1)]
    service_account_name: Annotated[str, msgspec.Meta(min_length=1)]
    image_pull_policy: str = "IfNotPresent"
    image_pull_secrets: tuple[dict[str, str], ...] = ()
    resources: Json = {}
    env: tuple[EnvironmentVariable, ...] = ()
    node_selector: dict[str, str] = {}
    tolerations: tuple[Json, ...] = ()
    affinity: Json = {}
    priority_class_name: str = ""
    pod_labels: dict[str, str] = {}
    pod_annotations: dict[str, str] = {}


class Config(Strict, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    namespaces: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    auditor: AuditorConfig
    slack_api_url: str = msgspec.field(default="https://slack.com/api/", name="slackAPIURL")
    report_url_template: str = msgspec.field(default="", name="reportURLTemplate")
    resync_seconds: Annotated[int, msgspec.Meta(ge=10, le=86400)] = 300
    health_port: Port = 8080
    metrics_port: Port = 8081


def read(path: Path) -> Config:
    """The configuration in the file. Raises ConfigurationError."""
    try:
        config = msgspec.json.decode(path.read_bytes(), type=Config)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}): set NIGHTAUDIT_CONFIG to the file"
        ) from error
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{path} is not a valid configuration: {error}") from error
    ours = [variable.name for variable in config.auditor.env if variable.name.startswith("NIGHTAUDIT_")]
    if ours or any(variable.name == "HOME" for variable in config.auditor.env):
        raise ConfigurationError(f"{path}: auditor.env must not set {', '.join(ours) or 'HOME'}: the operator sets it")
    try:
        config.report_url_template.format(bucket="b", key="k", region="r", uri="u")
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigurationError(
            f"{path}: reportURLTemplate has a bad placeholder ({error}); use {{bucket}}, {{key}}, {{region}}, {{uri}}"
        ) from error
    return config
