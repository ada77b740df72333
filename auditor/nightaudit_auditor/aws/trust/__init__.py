"""Who is trusted: own accounts, the organization, the schedule's list, well-known vendors; all others are strangers."""

from nightaudit_auditor.aws.trust.accounts import Classified, Relation, TrustModel, build_trust
from nightaudit_auditor.aws.trust.oidc import Unscoped, issuer_of, unscoped_issuers
from nightaudit_auditor.aws.trust.organizations import OPERATIONS
from nightaudit_auditor.aws.trust.roles import RoleTrust, role_trust

__all__ = [
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
