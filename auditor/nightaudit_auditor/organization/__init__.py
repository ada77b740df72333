"""AWS Organizations: what its recorded answers say of accounts and units, and which of the accounts a schedule means."""

from nightaudit_auditor.organization.facts import Facts, Member, facts_of, state_of, units_of
from nightaudit_auditor.organization.roster import Discovery, LeftOut, Roster, Trouble, select_accounts

__all__ = [
    "Discovery",
    "Facts",
    "LeftOut",
    "Member",
    "Roster",
    "Trouble",
    "facts_of",
    "select_accounts",
    "state_of",
    "units_of",
]
