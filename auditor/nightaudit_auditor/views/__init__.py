"""Views over a snapshot: what it holds, what the Internet reaches, who is administrator, whom it trusts, what nobody uses; the
policy that collecting it needs (`policy`); the pages of checks (`catalogue`). Pure, no I/O, on the models of the checks."""

from nightaudit_auditor.views.inventory import InventoryCount, inventory

__all__ = ["InventoryCount", "inventory"]
