"""Which IAM actions exist, and what each may do: AWS's Service Authorization Reference as a table (`table.json.gz`)."""

from nightaudit_auditor.aws.actions.table import AccessLevel, Source, access_level, expand, known, source

__all__ = ["AccessLevel", "Source", "access_level", "expand", "known", "source"]
