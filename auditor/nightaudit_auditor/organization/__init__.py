"""AWS Organizations: what its recorded answers say of accounts and units, and which of the accounts a schedule means."""

from nightaudit_auditor.organization.facts import Facts, Member, facts_of, state_of, units_of
from nightaudit_auditor.organization.known import Known, KnownMember, Listed, Listing, listings, missing
from nightaudit_auditor.organization.roster import Discovery, LeftOut, Roster, Trouble, select_accounts
from nightaudit_auditor.organization.speaker import with_speaker

__all__ = [
    "Discovery",
    "Facts",
    "Known",
    "KnownMember",
    "LeftOut",
    "Listed",
    "Listing",
    "Member",
    "Roster",
    "Trouble",
    "facts_of",
    "listings",
    "missing",
    "select_accounts",
    "state_of",
    "units_of",
    "with_speaker",
]
