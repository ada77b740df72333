"""Users, groups and roles with the policies that apply to them: what they may do, who of them is an administrator in effect,
and who can become one."""

from nightaudit_auditor.aws.principals.admin import Power, allows, effective_power, policy_power, unnamed_ways
from nightaudit_auditor.aws.principals.authorization import (
    Authorization,
    Identity,
    ManagedPolicy,
    PolicyRef,
    authorization,
    policies_of,
)
from nightaudit_auditor.aws.principals.compute import WORKLOAD_LISTS, Workload, Workloads, workloads
from nightaudit_auditor.aws.principals.credentials import report_unread
from nightaudit_auditor.aws.principals.escalation import Escalation, Path
from nightaudit_auditor.aws.principals.methods import CREDENTIALS
from nightaudit_auditor.aws.principals.permissions import Permissions
from nightaudit_auditor.aws.principals.roster import Roster, is_linked
from nightaudit_auditor.aws.principals.services import COMPUTE_SERVICES
from nightaudit_auditor.aws.principals.step import Step

__all__ = [
    "COMPUTE_SERVICES",
    "CREDENTIALS",
    "WORKLOAD_LISTS",
    "Authorization",
    "Escalation",
    "Identity",
    "ManagedPolicy",
    "Path",
    "Permissions",
    "PolicyRef",
    "Power",
    "Roster",
    "Step",
    "Workload",
    "Workloads",
    "allows",
    "authorization",
    "effective_power",
    "is_linked",
    "policies_of",
    "policy_power",
    "report_unread",
    "unnamed_ways",
    "workloads",
]
