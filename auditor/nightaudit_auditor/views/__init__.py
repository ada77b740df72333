"""Views over a snapshot: what it holds, and the policy that collecting it needs (`policy`); the pages of docs/checks (`catalogue`).
Pure, no I/O."""

from nightaudit_auditor.views.inventory import InventoryCount, inventory

__all__ = ["InventoryCount", "inventory"]
