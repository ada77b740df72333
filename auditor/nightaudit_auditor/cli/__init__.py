"""The `nightaudit` command: options in, exit status out; what happens in between lives in the rooms below."""

from nightaudit_auditor.cli.main import main

__all__ = ["main"]
