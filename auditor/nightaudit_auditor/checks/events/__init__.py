"""EventBridge: who may put events on a bus."""

from nightaudit_auditor.checks.events import buses

__all__ = ["buses"]
