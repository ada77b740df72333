"""Lightsail: whether it is used at all."""

from nightaudit_auditor.checks.lightsail import use

__all__ = ["use"]
