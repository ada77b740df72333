"""Redshift and Redshift Serverless: what the Internet reaches, and who may restore snapshots."""

from nightaudit_auditor.checks.redshift import public, snapshots

__all__ = ["public", "snapshots"]
