"""What a caller can and cannot make a request say (IAM User Guide, "AWS global condition context keys").

A stranger chooses everything that is not tied to who he is: headers, tags of his own roles, his network. He cannot claim
our accounts, our organization, our VPCs or a service's word for our resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nightaudit_auditor.aws.policy.addresses import INTERNET
from nightaudit_auditor.aws.policy.evaluate import ANONYMOUS, Caller
from nightaudit_auditor.aws.policy.facts import MISSING, Alternatives, Facts

ALIEN_ACCOUNT = "000000000000"
"""Stands for an account that no policy names; AWS gives it to nobody."""

_ALIEN_ORGANIZATION = f"o-{33 * '0'}"
"""Longer than any that AWS gives out, so that it cannot be the resource's, of which no more is known than its form."""
_ORGANIZATIONS = tuple(f"o-{length * '?'}" for length in range(10, 33))
_ACCOUNTS = re.compile(r"[0-9*?]*[*?][0-9*?]*")
_NO: Alternatives = (("false",),)
_UNTAKEN = "\ue002"
"""Makes a name in an ARN without an account (of a bucket, a hosted zone) one that no policy spells out: a stranger can take
any name that a wildcard leaves open."""


def _organization(id_: str, *, certain: bool) -> tuple[Alternatives, Alternatives]:
    ids: Alternatives = ((id_,),)
    paths: Alternatives = ((f"{id_}/*",),) if certain else ((f"{id_}/r-0000/ou-0000-00000000/",),)
    return (ids, paths) if certain else ((None, *ids), (None, *paths))


def _acting(account: str) -> dict[str, Alternatives]:
    """What a service says of the resource for which it acts, when the caller has it act for a resource of `account`."""
    unowned = f"arn:*:*:*::*{_UNTAKEN}*"
    return {
        "aws:sourceaccount": (None, (account,)),
        "aws:sourceowner": (None, (account,)),
        "aws:sourcearn": (None, (f"arn:*:*:*:{account}:*",), (unowned,)),
        "s3:dataaccesspointaccount": (None, (account,)),
        "s3:dataaccesspointarn": (None, (f"arn:*:s3:*:{account}:accesspoint/*",)),
    }


def caller_facts(account: str, own: str, organization: str = "", principal: str = "", *, alien: bool = False) -> Facts:
    """The request of an AWS principal in `account` to a resource of the account `own`.

    `organization`: the id of its organization if that is what is known of it; `principal`: its ARN, else any in the account.
    An `alien` caller comes over the Internet, or through a VPC of his own.
    """
    ids, paths = _organization(organization or _ALIEN_ORGANIZATION, certain=bool(organization))
    known: dict[str, Alternatives] = {
        "aws:principalaccount": ((account,),),
        "kms:calleraccount": ((account,),),
        "aws:principalorgid": ids,
        "aws:principalorgpaths": paths,
        "aws:sourceorgid": (None, *ids),
        "aws:sourceorgpaths": (None, *paths),
        "aws:principalarn": ((principal,),) if principal else ((f"arn:*:iam::{account}:*",),),
        "aws:principalisawsservice": _NO,
        "aws:principalservicename": MISSING,
        "aws:principalservicenameslist": MISSING,
        "aws:userid": (("AIDA00000000000000000",), ("AROA00000000000000000:*",)),
        "aws:resourceaccount": ((own,),),
        "s3:resourceaccount": ((own,),),
        "lambda:eventsourcetoken": MISSING,
        **_acting(account),
    }
    if not principal:
        known["aws:principaltype"] = (("User",), ("AssumedRole",), ("Account",))
    if alien:
        known["aws:resourceorgid"] = (None, *((id_,) for id_ in _ORGANIZATIONS))
        known["aws:resourceorgpaths"] = (None, *((f"{id_}/*",) for id_ in _ORGANIZATIONS))
        known["aws:sourceip"] = (None, (INTERNET,))
        known["aws:sourcevpc"] = (None, ("vpc-00000000000000000",))
        known["aws:sourcevpce"] = (None, ("vpce-00000000000000000",))
        known["aws:sourcevpcarn"] = (None, (f"arn:*:ec2:*:{account}:vpc/*",))
        known["aws:vpceaccount"] = (None, (account,))
        known["aws:vpceorgid"] = (None, (_ALIEN_ORGANIZATION,))
        known["aws:vpceorgpaths"] = (None, (f"{_ALIEN_ORGANIZATION}/r-0000/ou-0000-00000000/",))
    return Facts(known)


def stranger(own: str, accounts: Iterable[str] = ()) -> tuple[tuple[Caller, Facts], ...]:
    """Callers who have nothing to do with us: one without credentials, one with any AWS account of his own, and one in each of
    the `accounts` that somebody may come to have."""
    known = caller_facts(ALIEN_ACCOUNT, own, alien=True)
    nobody = dict.fromkeys(("aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths"), MISSING)
    nobody |= dict.fromkeys(("aws:principalarn", "aws:username", "kms:calleraccount"), MISSING)
    anonymous = Facts(
        {**known.known, **nobody, "aws:userid": (("anonymous",),), "aws:principaltype": (("Anonymous",),)}
    )
    lucky = tuple((Caller("AWS", account), caller_facts(account, own, alien=True)) for account in accounts)
    return (ANONYMOUS, anonymous), (Caller("AWS", ALIEN_ACCOUNT), known), *lucky


def account_within(pattern: str, own: str) -> str:
    """An account other than `own` that a pattern of account ids leaves open; empty if it leaves none open.

    AWS gives out ids at random: who opens accounts often enough has one that begins as he wishes.
    """
    literal = pattern.replace("*", "")
    missing = 12 - len(literal)
    if not _ACCOUNTS.fullmatch(pattern) or missing < 0 or ("*" not in pattern and missing):
        return ""
    filled = (pattern.replace("*", digit * missing, 1).replace("*", "").replace("?", digit) for digit in "01")
    return next((account for account in filled if account not in (own, pattern.replace("*", ""))), "")


def service_facts(service: str, own: str, account: str = ALIEN_ACCOUNT, organization: str = "") -> Facts:
    """The request of an AWS service that acts for a resource of a stranger (a confused deputy), or of a certain account or
    organization."""
    known = caller_facts(account, own, organization, alien=True).known
    unset = {key: MISSING for key in known if key.startswith(("aws:principal", "kms:"))}
    return Facts(
        {
            **known,
            **unset,
            "aws:principalisawsservice": (("true",),),
            "aws:principalservicename": ((service,),),
            "aws:principalservicenameslist": ((service,),),
        }
    )
