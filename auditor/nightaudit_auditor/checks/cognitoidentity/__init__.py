"""Cognito identity pools: whom they let in."""

from nightaudit_auditor.checks.cognitoidentity import pools

__all__ = ["pools"]
