"""The whole catalogue: importing a service's folder registers its checks."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from nightaudit_auditor import checks
from nightaudit_auditor.checks.registry import REGISTRY, Registry


def load() -> Registry:
    """Import every folder below `checks`, so that the registry is complete. Loading twice changes nothing."""
    for module in sorted(pkgutil.iter_modules(checks.__path__), key=lambda m: m.name):
        if module.ispkg:
            import_module(f"{checks.__name__}.{module.name}")
    return REGISTRY
