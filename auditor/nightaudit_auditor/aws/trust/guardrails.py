"""What an organization's policies leave of an account's permissions (AWS Organizations User Guide, "SCP evaluation", "RCP
evaluation"): each level from the root down to the account must allow, and no level may deny.

The management account and service-linked roles are spared from service control policies, and the management account's
resources from resource control policies, which know a few services only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.aws.policy import PolicyError, PolicyText
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Outcome, Unreadable

_SCPS, _RCPS = "organizations.list_service_control_policies", "organizations.list_resource_control_policies"
_TARGETS, _DESCRIBE = "organizations.list_targets_for_policy", "organizations.describe_policy"
_ROOTS = "organizations.list_roots"
OPERATIONS = (_SCPS, _RCPS, _TARGETS, _DESCRIBE)
"""What is read here, beside the organization's accounts and units."""
_LINKED = ":role/aws-service-role/"
_EVERYTHING: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_OF_AWS: Mapping[str, PolicyText] = {
    "p-FullAWSAccess": PolicyText({"Version": "2012-10-17", "Statement": [_EVERYTHING]}),
    "p-RCPFullAWSAccess": PolicyText({"Version": "2012-10-17", "Statement": [{**_EVERYTHING, "Principal": "*"}]}),
}
"""AWS's own policies, which nobody can change, by id; customers' ids are lower case (AWS Organizations User Guide, "SCP
evaluation", "RCP evaluation"; API Reference, PolicySummary)."""

RCP_SERVICES = frozenset({"aoss", "ecr", "kms", "s3", "secretsmanager", "sqs", "sts"})
"""The services to whose resources resource control policies apply, as of June 2025 (AWS Organizations User Guide, "List of AWS
services that support RCPs"). One that is missing here is judged as if it had no such policy: that hides no problem."""

Levels = tuple[tuple[PolicyText, ...], ...]


@dataclass(frozen=True)
class Guardrails:
    """The organization's policies that apply to one account, root first; no levels at all: the account is spared."""

    service: Levels = ()
    resource: Levels = ()

    def levels_for(self, principal: str) -> Levels:
        """The service control policies for a principal, by its ARN."""
        return () if _LINKED in principal else self.service

    def levels_on(self, action: str) -> Levels:
        """The resource control policies for an action on a resource of the account."""
        return self.resource if action.partition(":")[0].lower() in RCP_SERVICES else ()


def guardrails_of(data: AccountData) -> dict[str, Guardrails]:
    """Account → its guardrails, as far as `data`'s account (the management or a delegated account) could read them.

    An account of which a level, a policy or its own place is not known is left out: nobody may then say what it may not do.
    """
    if data.record(_SCPS) is None and data.record(_RCPS) is None:
        return {}
    parents = _parents(data)
    try:
        described = (data.answer("organizations.describe_organization") or {}).get("Organization", {})
        scps = _attached(data, _SCPS) if _is_on(data, "SERVICE_CONTROL_POLICY") else None
        rcps = _attached(data, _RCPS) if _is_on(data, "RESOURCE_CONTROL_POLICY") else None
    except (Unreadable, PolicyError):
        return {}
    management = str(described.get("MasterAccountId", ""))
    found = {management: Guardrails()} if management else {}
    for account in parents:
        path = _path(account, parents)
        service, resource = _levels(path, scps), _levels(path, rcps)
        # While a kind is on, AWS leaves no place without a policy: where none is found, one has changed while it was read.
        if account != management and account.isdigit() and path and all(service) and all(resource):
            found[account] = Guardrails(service, resource)
    return found


def _levels(path: tuple[str, ...], attached: Mapping[str, list[PolicyText]] | None) -> Levels:
    """Where a kind of policy is switched off, nothing is asked of it."""
    return () if attached is None else tuple(tuple(attached.get(place, ())) for place in path)


def _path(account: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The root, the organizational units and the account itself; empty if the way up is not known."""
    path = [account]
    while not path[-1].startswith("r-"):
        parent = parents.get(path[-1], "")
        if not parent or parent in path:
            return ()
        path.append(parent)
    return tuple(reversed(path))


def _parents(data: AccountData) -> dict[str, str]:
    found: dict[str, str] = {}
    for operation, member in (
        ("organizations.list_organizational_units_for_parent", "OrganizationalUnits"),
        ("organizations.list_accounts_for_parent", "Accounts"),
    ):
        for record in data.records(operation):
            for child in (record.answer or {}).get(member, []):
                found[str(child["Id"])] = record.parameters.get("ParentId", "")
    return found


def _is_on(data: AccountData, kind: str) -> bool:
    """Whether the root lets policies of a kind apply. AWS's own is listed either way, and attached nowhere while the kind is off
    (API reference, Root). Raises Unreadable if nobody can say."""
    roots = (data.answer(_ROOTS) or {}).get("Roots", [])
    types = [root.get("PolicyTypes") for root in roots]
    states = {str(one.get("Status")) for known in types for one in known or () if one.get("Type") == kind}
    if None in types or states - {"ENABLED"}:
        raise Unreadable(_ROOTS, GLOBAL, Outcome.OK, message=f"whether {kind} is on is not known")
    return bool(states)


def _attached(data: AccountData, operation: str) -> dict[str, list[PolicyText]] | None:
    """Place → the policies attached there; None if there are none of this kind. Raises Unreadable, PolicyError."""
    listed = data.answer(operation)
    if listed is None:
        return None
    found: dict[str, list[PolicyText]] = {}
    for policy in listed.get("Policies", []):
        parameters = {"PolicyId": str(policy["Id"])}
        try:
            content = _OF_AWS.get(parameters["PolicyId"]) or _content(data.answer(_DESCRIBE, parameters=parameters))
            targets = (data.answer(_TARGETS, parameters=parameters) or {}).get("Targets", [])
        except Gone:
            continue
        for place in _places(targets):
            found.setdefault(place, []).append(content)
    return found


def _content(answer: Mapping[str, Any] | None) -> PolicyText:
    text = PolicyText((answer or {}).get("Policy", {}).get("Content"))
    text.document  # noqa: B018 - raises PolicyError here rather than in every check
    return text


def _places(targets: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (str(target["TargetId"]) for target in targets)
