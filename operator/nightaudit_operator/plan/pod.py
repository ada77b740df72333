"""The auditor's pod, as the CronJob and the notify Job need it."""

from __future__ import annotations

from collections.abc import Sequence

from nightaudit_operator.api import names
from nightaudit_operator.api.config import Config
from nightaudit_operator.api.manifests import Notification, ScheduleSpec
from nightaudit_operator.plan.metadata import Json, labels

DEADLINE_GRACE_SECONDS = 300
"""The pod's deadline is so much later than the auditor's own. The pod's clock starts when the kubelet accepts it, before
the image is pulled and the volumes are mounted; the auditor's when it starts. The auditor has to lose that race."""
TERMINATION_GRACE_SECONDS = 90
"""After SIGTERM the auditor stores and announces what it has; a spot instance gives two minutes."""
USER = 65532

_CONFIG_FOLDER = "/etc/nightaudit"
_TOKEN_FOLDER = "/etc/nightaudit-tokens"  # noqa: S105 — a folder


def template(
    config: Config,
    schedule: str,
    spec: ScheduleSpec,
    config_map: str,
    *,
    arguments: Sequence[str] = (),
    deadline: bool = True,
    extra_labels: dict[str, str] | None = None,
) -> Json:
    """A PodTemplateSpec that meets the Pod Security Standard "restricted".

    Everything whose default would suit is said all the same: what is said is owned, and what is owned is healed.
    """
    auditor = config.auditor
    pod: Json = {
        "restartPolicy": "Never",
        "serviceAccountName": auditor.service_account_name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": TERMINATION_GRACE_SECONDS,
        "hostNetwork": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(config, spec, arguments, deadline=deadline)],
        "volumes": _volumes(spec.notifications, config_map),
    }
    if deadline:
        pod["activeDeadlineSeconds"] = spec.run_deadline_seconds + DEADLINE_GRACE_SECONDS
    optional: Json = {
        "imagePullSecrets": list(auditor.image_pull_secrets),
        "nodeSelector": auditor.node_selector,
        "tolerations": list(auditor.tolerations),
        "affinity": auditor.affinity,
        "priorityClassName": auditor.priority_class_name,
    }
    pod |= {key: value for key, value in optional.items() if value}
    metadata: Json = {"labels": {**auditor.pod_labels, **labels(schedule), **(extra_labels or {})}}
    if auditor.pod_annotations:
        metadata["annotations"] = auditor.pod_annotations
    return {"metadata": metadata, "spec": pod}


def _container(config: Config, spec: ScheduleSpec, arguments: Sequence[str], *, deadline: bool) -> Json:
    files = ["-f", f"{_CONFIG_FOLDER}/{names.SCHEDULE_FILE}"]
    run = ["run", *files, "-x", f"{_CONFIG_FOLDER}/{names.EXCEPTIONS_FILE}"]
    mounts: list[Json] = [
        {"name": "config", "mountPath": _CONFIG_FOLDER, "readOnly": True},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 — the pod's own emptyDir
    ]
    if spec.notifications:
        mounts.append({"name": "tokens", "mountPath": _TOKEN_FOLDER, "readOnly": True})
    # A run that ran out of what its schedule grants is announced with what the installation grants.
    resources = config.auditor.resources if arguments or spec.resources is None else spec.resources
    return {
        "name": names.CONTAINER,
        "image": config.auditor.image,
        "imagePullPolicy": config.auditor.image_pull_policy,
        "args": ["announce", *files, *arguments] if arguments else run,
        "env": _environment(config, spec, deadline=deadline),
        "resources": resources,
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
    }


def _environment(config: Config, spec: ScheduleSpec, *, deadline: bool) -> list[Json]:
    fixed = {
        "NIGHTAUDIT_DEADLINE_SECONDS": str(spec.run_deadline_seconds) if deadline else "",
        "NIGHTAUDIT_TERMINATION_LOG": "/dev/termination-log",
        "NIGHTAUDIT_TOKEN_DIR": _TOKEN_FOLDER,
        "NIGHTAUDIT_SLACK_API_URL": config.slack_api_url,
        "NIGHTAUDIT_REPORT_URL_TEMPLATE": config.report_url_template,
        "NIGHTAUDIT_LOG_FORMAT": "json",
        "NIGHTAUDIT_IMAGE": config.auditor.image,
        "HOME": "/tmp",  # noqa: S108 — the pod's own emptyDir
    }
    name: Json = {
        "name": "NIGHTAUDIT_RUN",
        "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}},
    }
    chosen: list[Json] = [{"name": variable.name, "value": variable.value} for variable in config.auditor.env]
    ours: list[Json] = [{"name": key, "value": value} for key, value in fixed.items() if value]
    return [name, *ours, *chosen]


def _volumes(notifications: Sequence[Notification], config_map: str) -> list[Json]:
    volumes: list[Json] = [
        {"name": "config", "configMap": {"name": config_map}},
        {"name": "tmp", "emptyDir": {}},
    ]
    if notifications:
        volumes.append({"name": "tokens", "projected": {"sources": [_token(n) for n in notifications]}})
    return volumes


def _token(notification: Notification) -> Json:
    """One key of one Secret; optional, so that an absent Secret costs the message and not the audit."""
    reference = notification.slack.token_secret_ref
    item = {"key": reference.key, "path": notification.name}
    return {"secret": {"name": reference.name, "optional": True, "items": [item]}}
