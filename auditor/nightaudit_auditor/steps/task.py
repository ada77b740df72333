"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from nightaudit_auditor.manifests import AuditException, AuditSchedule
from nightaudit_auditor.manifests.types import Notification
from nightaudit_auditor.storage import Layout


@dataclass(frozen=True, kw_only=True)
class Task:
    """One run of one schedule.

    `run` is its name, unique per attempt. `deadline_seconds` counts from `started`; the run stops collecting in good time
    before it. `token` gives a notification's Slack token, or an empty string if its Secret is missing.
    `report_url_template` turns the report's place into a link: `{bucket}`, `{key}`, `{region}` and `{uri}` are filled in.
    """

    schedule: AuditSchedule
    exceptions: tuple[AuditException, ...]
    exceptions_digest: str
    run: str
    started: datetime
    token: Callable[[Notification], str]
    slack_api_url: str
    storage: str | None = None
    deadline_seconds: float | None = None
    report_url_template: str = ""
    image: str = ""

    @property
    def layout(self) -> Layout:
        return Layout(self.schedule.metadata.namespace, self.schedule.metadata.name)

    @property
    def folder(self) -> str:
        """The key of the run's folder."""
        return self.layout.folder(self.run, self.started)

    @property
    def collecting_seconds(self) -> float | None:
        """How long collecting may take: a fifth of the deadline, between 60 s and 10 min, stays for the rest."""
        if self.deadline_seconds is None:
            return None
        return self.deadline_seconds - min(600.0, max(60.0, self.deadline_seconds / 5))

    def report_link(self, uri: str) -> str:
        """The link for people; empty without a template."""
        if not self.report_url_template or not uri:
            return ""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        link = self.report_url_template
        values = {"bucket": bucket, "key": key, "region": self.schedule.spec.storage.s3.region, "uri": uri}
        for name, value in values.items():
            link = link.replace("{" + name + "}", quote(value, safe="/:"))
        return link


def timestamp(time: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
