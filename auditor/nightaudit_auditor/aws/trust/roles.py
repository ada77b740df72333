"""What a role's trust policy lets in: strangers, foreign accounts with or without an external id, services."""

from __future__ import annotations

from dataclasses import dataclass

from nightaudit_auditor.aws.policy import FREE, Document, Exposure, exposure

_PROBES = (("sts:AssumeRole", ""),)
_MADE_UP = "nightaudit-no-id-is-so"


@dataclass(frozen=True)
class RoleTrust:
    """`bare`: who may assume the role without an external id, or with whatever he makes up; `any_id`: who may if he names one.

    An external id keeps a vendor from being deceived about whom it acts for; it is no secret (IAM User Guide, "Access to AWS
    accounts owned by third parties"), so that everybody counts as able to name it.
    """

    bare: Exposure
    any_id: Exposure


def role_trust(document: Document, own: str) -> RoleTrust:
    """Analyse the AssumeRolePolicyDocument of a role of the account `own`."""
    bare = exposure(document, _PROBES, own, lambda facts: facts.but(sts__externalid=(None, (_MADE_UP,))))
    if not any(c.key == "sts:externalid" for s in document.statements for c in s.conditions):
        return RoleTrust(bare, bare)
    return RoleTrust(bare, exposure(document, _PROBES, own, lambda facts: facts.but(sts__externalid=FREE)))
