"""Findings: their identity, the exceptions that cover them, and the memory that tells new from known."""
