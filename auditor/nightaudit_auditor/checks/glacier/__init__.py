"""Glacier: whom the policies of vaults let in."""

from nightaudit_auditor.checks.glacier import vaults

__all__ = ["vaults"]
