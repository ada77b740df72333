"""Checks of CloudFront: the TLS that distributions speak, and the origins that they trust."""

from nightaudit_auditor.checks.cloudfront import distributions

__all__ = ["distributions"]
