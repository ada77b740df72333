"""Bedrock: gateways without authentication, calls of models that nobody logs."""

from nightaudit_auditor.checks.bedrock import gateways, invocations

__all__ = ["gateways", "invocations"]
