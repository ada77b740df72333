"""Tell people: every notification hears what it missed and what is new; the errors topic hears of the run's own troubles."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import boto3

from nightaudit_auditor.documents.summary import TopicOutcome
from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.notify.model import Delivery, News, Notice, ResultName
from nightaudit_auditor.notify.slack import announce, deliver
from nightaudit_auditor.notify.sns import ErrorMessage, publish
from nightaudit_auditor.report.visible import visible
from nightaudit_auditor.steps.task import Task, timestamp

log = logging.getLogger(__name__)


def tell(task: Task, news: News, missed: dict[str, tuple[Change, ...]]) -> tuple[Delivery, ...]:
    """Deliver the news to each notification of the schedule; a failed one never disturbs the next."""
    deliveries = []
    for notification in task.schedule.spec.notifications:
        delivery = deliver(
            news, missed.get(notification.name, ()), notification, task.token(notification), task.slack_api_url
        )
        fields = {"notification": notification.name, "reason": delivery.reason, "delivered": delivery.delivered}
        log.log(
            logging.INFO if delivery.delivered else logging.ERROR,
            "notification %s: %s %s",
            notification.name,
            delivery.reason,
            delivery.message,
            extra={"fields": fields},
        )
        deliveries.append(delivery)
    return tuple(deliveries)


def alarm(task: Task, errors: tuple[str, ...], result: ResultName, report_uri: str = "") -> TopicOutcome | None:
    """Publish the run's own errors to the SNS topic; None if there is no topic or nothing to say."""
    if task.schedule.spec.errors is None or not errors:
        return None
    schedule = task.schedule.metadata
    message = ErrorMessage(
        schedule=schedule.name,
        namespace=schedule.namespace,
        run=task.run,
        result=result,
        time=timestamp(datetime.now(UTC)),
        errors=tuple(visible(error) for error in errors),
        report_uri=report_uri,
    )
    subject = (
        f"Night Audit {schedule.namespace}/{schedule.name}: {result}, {len(errors)} error{'s' * (len(errors) != 1)}"
    )
    published = publish(task.schedule.spec.errors.sns.topic_arn, subject, message, boto3.Session())
    if not published.delivered:
        log.error("errors topic: %s", published.message)
    return TopicOutcome(published.delivered, visible(published.message))


def announce_death(task: Task, reason: str, message: str) -> tuple[Delivery, ...]:
    """Say that a run died, and why, to every notification that is not switched off."""
    schedule = task.schedule.metadata
    notice = Notice(schedule=schedule.name, namespace=schedule.namespace, run=task.run, reason=reason, message=message)
    return tuple(
        announce(notice, notification, task.token(notification), task.slack_api_url)
        for notification in task.schedule.spec.notifications
    )
