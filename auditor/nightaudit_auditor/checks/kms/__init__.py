"""KMS: who may use keys, keys about to be deleted, rotation."""

from nightaudit_auditor.checks.kms import keys, policies

__all__ = ["keys", "policies"]
