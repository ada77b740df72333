"""Deliver the news of a run to one channel: select, render, post, and say exactly what did not arrive."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.manifests.types import Notification
from nightaudit_auditor.notify.model import Delivery, News, Notice
from nightaudit_auditor.notify.select import split, wanted
from nightaudit_auditor.notify.slack.blocks import announcement, parent
from nightaudit_auditor.notify.slack.client import PATIENCE_SECONDS, Client, Failure
from nightaudit_auditor.notify.slack.limits import THREAD_MESSAGES
from nightaudit_auditor.notify.slack.thread import groups, listing, messages


def deliver(
    news: News,
    missed: tuple[Change, ...],
    notification: Notification,
    token: str | None,
    api_url: str,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Tell one notification's channel what changed, what earlier runs `missed` first.

    `token` is None when the Secret or its key is missing. A failure is an answer, never an exception: `undelivered` then
    holds each change that is not known to be in the channel, for the next run to send.
    """
    owed, added = split(news, missed, notification)
    if not wanted(news, owed, added, notification):
        return Delivery(notification.name, delivered=True, reason="NothingToSend")
    left = [*owed, *added]
    if not token:
        return _secret_missing(notification, tuple(left))
    try:
        client = Client(token, api_url, patience_seconds, sleep)
        text, blocks = parent(news, owed, added)
        channel, thread = client.post(notification.slack.channel, text, blocks)
        details = groups(owed, added, news.remediation)
        replies = messages(details)
        if len(replies) > THREAD_MESSAGES:
            filename = re.sub(r"[^A-Za-z0-9._-]", "-", f"nightaudit-{news.schedule}-{news.run}")[:120] + ".txt"
            client.attach(channel, thread, filename, listing(details), f"All {len(left)} changes are in this file.")
        else:
            for reply in replies:
                client.post(channel, reply.text, reply.blocks, thread)
                told = {_key(change) for change in reply.told}
                left = [change for change in left if _key(change) not in told]
    except Failure as failure:
        return Delivery(
            notification.name, delivered=False, reason=failure.reason, message=failure.message, undelivered=tuple(left)
        )
    return Delivery(notification.name, delivered=True, reason="Sent")


def announce(
    notice: Notice,
    notification: Notification,
    token: str | None,
    api_url: str,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Tell one notification's channel that a run died before it could speak. Only the policy Never keeps it quiet."""
    if notification.policy == "Never":
        return Delivery(notification.name, delivered=True, reason="NothingToSend")
    if not token:
        return _secret_missing(notification, ())
    try:
        Client(token, api_url, patience_seconds, sleep).post(notification.slack.channel, *announcement(notice))
    except Failure as failure:
        return Delivery(notification.name, delivered=False, reason=failure.reason, message=failure.message)
    return Delivery(notification.name, delivered=True, reason="Sent")


def _key(change: Change) -> tuple[str, str, str]:
    return change.fingerprint, change.kind, change.run


def _secret_missing(notification: Notification, undelivered: tuple[Change, ...]) -> Delivery:
    where = notification.slack.token_secret_ref
    message = f"no token: the Secret {where.name} with the key {where.key} is missing or empty"
    return Delivery(
        notification.name, delivered=False, reason="SecretMissing", message=message, undelivered=undelivered
    )
