"""Checks of API Gateway, REST APIs (apigateway) and HTTP and WebSocket APIs (apigatewayv2)."""

from nightaudit_auditor.checks.apigateway import authorization

__all__ = ["authorization"]
