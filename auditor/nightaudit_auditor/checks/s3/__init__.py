"""S3: public and foreign access to buckets, Block Public Access, transport encryption."""

from nightaudit_auditor.checks.s3 import account, foreign, public, transport

__all__ = ["account", "foreign", "public", "transport"]
