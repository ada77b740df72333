"""Whom AWS calls when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import GLOBAL, Gone

_GET: Final = "account.get_alternate_contact"
_WITHOUT: Final = ("aws-us-gov",)


@check(
    "ACCOUNT_NO_SECURITY_CONTACT",
    kind=ACCOUNT,
    title="The account has no contact for security",
    severity=Severity.LOW,
    tier=Tier.B,
    needs=(_GET,),
    risk="AWS's warnings of abuse and leaked keys go to the root user's mailbox, which nobody may read.",
    remediation=(
        "Console: Account > Alternate contacts > Security. CLI: aws account put-alternate-contact "
        "--alternate-contact-type SECURITY --name NAME --title TITLE --email-address MAIL --phone-number NUMBER"
    ),
    compliance=(
        "CIS-AWS-3.0:1.2",
        "CIS-AWS-4.0:1.2",
        "CIS-AWS-5.0:1.2",
        "CIS-AWS-6.0:2.2",
        "CIS-AWS-7.0:2.3",
        "AWS-FSBP:Account.1",
    ),
    references=("https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html",),
)
def no_security_contact(_resource: Resource, context: Context) -> Iterator[Fail]:
    """AWS says that the account has no alternate contact of type SECURITY. GovCloud has no such contacts: there the check is out
    of scope."""
    if context.data.account.partition in _WITHOUT:
        raise Gone(GLOBAL)
    if context.data.answer(_GET) is None:
        yield Fail("no alternate contact for security is set")
