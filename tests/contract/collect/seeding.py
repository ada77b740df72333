"""Runs the seeds in their order, and knows what the stand-in lacks."""

from __future__ import annotations

import pkgutil
from graphlib import TopologicalSorter
from importlib import import_module
from types import ModuleType

from tests.contract.collect import seeds

MODULES: dict[str, ModuleType] = {
    found.name: import_module(f"{seeds.__name__}.{found.name}") for found in pkgutil.iter_modules(seeds.__path__)
}
LACKS: set[str] = {operation for module in MODULES.values() for operation in getattr(module, "LACKS", ())}
"""Operations that moto does not have: it answers HTML to everybody."""


def seed_all() -> None:
    """Every module's seed, after those that it builds on."""
    order = {name: sorted(getattr(module, "AFTER", ())) for name, module in sorted(MODULES.items())}
    for name in TopologicalSorter(order).static_order():
        MODULES[name].seed()
