"""The Night Audit auditor: collects the metadata of AWS accounts, audits the copy, reports what changed."""
