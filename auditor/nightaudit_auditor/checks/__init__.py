"""Checks: one folder a service, a registry and the engine that isolates them."""
