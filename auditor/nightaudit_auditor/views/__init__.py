"""Views: what a snapshot holds, the policy that collecting it needs (`policy`), the pages of checks (`catalogue`). Pure, no I/O."""

from nightaudit_auditor.views.inventory import InventoryCount, inventory

__all__ = ["InventoryCount", "inventory"]
