"""Telling people: what changed, to Slack; the run's own errors, to SNS. A failed delivery is an answer, not an exception."""

from nightaudit_auditor.notify.model import Delivery, News, Notice

__all__ = ["Delivery", "News", "Notice"]
