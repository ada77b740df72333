"""What can go wrong with the demonstration cluster."""

from __future__ import annotations


class ClusterError(RuntimeError):
    """A part of the cluster could not be built, started, reached or used; the message says which and what to do."""
