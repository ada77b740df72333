"""Names that users, the chart and the auditor see."""

from __future__ import annotations

from typing import Final

GROUP: Final = "nightaudit.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"

MANAGER: Final = "nightaudit-operator"
"""The field manager of server-side apply, the value of the managed-by label, and the source of Events."""

LABEL_NAME: Final = "app.kubernetes.io/name"
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
LABEL_SCHEDULE: Final = f"{GROUP}/schedule"
LABEL_RUN_UID: Final = f"{GROUP}/run-uid"
LABEL_PURPOSE: Final = f"{GROUP}/purpose"
PURPOSE_NOTIFY: Final = "notify"
ANNOUNCES: Final = f"{GROUP}/announces"
"""On a notify Job: the AuditRun whose death it announces."""
AUDITOR: Final = "nightaudit-auditor"
CONTAINER: Final = "auditor"

INSTANTIATE: Final = "cronjob.kubernetes.io/instantiate"
"""Set to `manual` by `kubectl create job --from=cronjob/x` and by Argo CD's "Create Job"."""
SCHEDULED_TIMESTAMP: Final = "batch.kubernetes.io/cronjob-scheduled-timestamp"
"""Set by the CronJob controller on the Jobs that it starts (Kubernetes ≥ 1.32)."""

SCHEDULE_FILE: Final = "schedule.json"
EXCEPTIONS_FILE: Final = "exceptions.json.gz"

MANAGED_SELECTOR: Final = f"{LABEL_MANAGED_BY}={MANAGER}"
