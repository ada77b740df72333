"""Views over a snapshot: what it holds, what the Internet reaches, who is administrator, whom it trusts, what nobody uses, and
the policy that collecting it needs (`policy`). Pure, no I/O, on the models that the checks judge with."""

from nightaudit_auditor.views.inventory import InventoryCount, inventory

__all__ = ["InventoryCount", "inventory"]
