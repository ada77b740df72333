"""S3: public and foreign access to buckets, Block Public Access, encryption at rest and on the way."""

from nightaudit_auditor.checks.s3 import account, acls, encryption, foreign, points, public, replication, transport

__all__ = ["account", "acls", "encryption", "foreign", "points", "public", "replication", "transport"]
