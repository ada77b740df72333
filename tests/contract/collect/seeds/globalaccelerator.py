"""Global Accelerator, which moto does not have."""

from __future__ import annotations

LACKS = {
    "globalaccelerator.list_accelerators",
    "globalaccelerator.list_endpoint_groups",
    "globalaccelerator.list_listeners",
}


def seed() -> None:
    """There is nothing to make."""
