"""Slack: one parent message a run, the details in its thread, within Slack's limits and with nothing lost."""

from nightaudit_auditor.notify.slack.deliver import announce, deliver

__all__ = ["announce", "deliver"]
