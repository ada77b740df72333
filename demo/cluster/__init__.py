"""A real single-node Kubernetes on this machine, for the demo and for the tests."""

from __future__ import annotations

from demo.cluster.cluster import Cluster, Status
from demo.cluster.errors import ClusterError

__all__ = ["Cluster", "ClusterError", "Status"]
