"""AWS Backup: whom the policies of vaults let in."""

from nightaudit_auditor.checks.backup import vaults

__all__ = ["vaults"]
