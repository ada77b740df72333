"""OpenSearch, domains and serverless collections: who on the Internet may search."""

from nightaudit_auditor.checks.opensearch import collections, domains

__all__ = ["collections", "domains"]
