"""What moto says differently from AWS, put right inside the server's process.

Each correction replaces or adds one attribute of moto 5.2; `apply` is called before the first request.
"""

from __future__ import annotations

from moto.moto_api._internal.models import moto_api_backend

from demo.aws.corrections import identity, last_accessed, services
from demo.aws.corrections.identity import age
from demo.aws.corrections.services import function_urls

__all__ = ["age", "apply", "function_urls", "reset"]


def apply() -> None:
    """Put moto right, and create the auditor's own user."""
    for owner, name, correction in (*identity.corrections(), *last_accessed.corrections(), *services.corrections()):
        setattr(owner, name, correction)
    identity.create_auditor()


def reset() -> None:
    """Empty all accounts, as at the start."""
    moto_api_backend.reset()
    apply()
