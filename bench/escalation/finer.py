"""What principalmapper asks and the auditor does not: changes after which the auditor has asked it too."""

from __future__ import annotations

from bench.escalation.accounts import Account, Statement
from bench.escalation.details import Details, changed, listed, only
from nightaudit_auditor.snapshot import AccountData


def with_tags_of_workloads(data: AccountData, _: Account) -> AccountData:
    """Nothing in the corpus that runs as a role has a tag: what is allowed on tagged ones only is allowed on none."""

    def change(details: Details) -> None:
        for principal in details.principals:
            for document in details.documents(principal):
                only(document, lambda statement: not _wants_tagged_workload(statement))

    return changed(data, change)


def _wants_tagged_workload(statement: Statement) -> bool:
    keys = {key.lower() for asked in statement.get("Condition", {}).values() for key in asked}
    actions = listed(statement.get("Action", []))
    on_workloads = not any(action.startswith(("iam:", "sts:")) for action in actions)
    return statement["Effect"] == "Allow" and on_workloads and any(key.startswith("aws:resourcetag/") for key in keys)
