"""How fast and how small the auditor is, beside boto3, over generated accounts: `make bench` (docs/performance.md)."""
