"""MSK: clusters that the Internet reaches, or that ask nobody who he is."""

from nightaudit_auditor.checks.kafka import clusters

__all__ = ["clusters"]
