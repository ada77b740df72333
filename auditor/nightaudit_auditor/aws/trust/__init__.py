"""Who is trusted: own accounts, the organization, the schedule's list, well-known vendors; all others are strangers."""

from nightaudit_auditor.aws.trust.accounts import Classified, Relation, TrustModel, build_trust

__all__ = ["Classified", "Relation", "TrustModel", "build_trust"]
