"""Who is trusted: own accounts, the organization, the schedule's list, well-known vendors; all others are strangers."""

from nightaudit_auditor.aws.trust.accounts import Classified, Relation, TrustModel, build_trust
from nightaudit_auditor.aws.trust.guardrails import OPERATIONS as GUARDRAILS
from nightaudit_auditor.aws.trust.known import IMAGE_PUBLISHERS
from nightaudit_auditor.aws.trust.oidc import Unscoped, issuer_of, unscoped_issuers
from nightaudit_auditor.aws.trust.organizations import OPERATIONS as ORGANIZATION
from nightaudit_auditor.aws.trust.roles import RoleTrust, role_trust

OPERATIONS = (*ORGANIZATION, *GUARDRAILS)
"""What the trust model reads of every account."""

__all__ = [
    "IMAGE_PUBLISHERS",
    "OPERATIONS",
    "Classified",
    "Relation",
    "RoleTrust",
    "TrustModel",
    "Unscoped",
    "build_trust",
    "issuer_of",
    "role_trust",
    "unscoped_issuers",
]
