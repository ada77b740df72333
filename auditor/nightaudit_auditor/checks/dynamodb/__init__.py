"""DynamoDB: whom the policies of tables and streams let in."""

from nightaudit_auditor.checks.dynamodb import policies

__all__ = ["policies"]
