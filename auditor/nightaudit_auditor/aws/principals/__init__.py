"""Users, groups and roles with the policies that apply to them, and who of them is an administrator in effect."""

from nightaudit_auditor.aws.principals.admin import Power, allows, effective_power, policy_power
from nightaudit_auditor.aws.principals.authorization import (
    Authorization,
    Identity,
    ManagedPolicy,
    PolicyRef,
    authorization,
    policies_of,
)

__all__ = [
    "Authorization",
    "Identity",
    "ManagedPolicy",
    "PolicyRef",
    "Power",
    "allows",
    "authorization",
    "effective_power",
    "policies_of",
    "policy_power",
]
