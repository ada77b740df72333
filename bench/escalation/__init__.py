"""Who can become an administrator: what the auditor and principalmapper say of the same generated accounts."""
