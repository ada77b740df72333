"""What a naive check of the ways to administrators gets wrong: who is judged, what is sure, and what a path says of itself."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import NO_ORGANIZATION, REGION, Case, account, denied
from tests.unit.checks.iam.build import (
    ADMINISTRATOR_ACCESS,
    allow,
    attached,
    details,
    inline,
    no_workloads,
    role,
    trusting,
    user,
)
from tests.unit.checks.iam.escalation_cases import (
    ACCOUNT_WIDE,
    ALL,
    BOSS_ROLE,
    CHAIN,
    EXPECTED,
    LAMBDA,
    MFA,
    OURS,
    PASS,
    PASSROLE,
    PRIVESC,
    RUNNER,
    SELF,
    UNLISTED,
    Accounts,
    ann,
    boss,
    worker,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

LINKED = {"path": "/aws-service-role/x/"}
NOVELTY = {"StringEquals": {"iam:Novelty": "x"}}
UNREAD_POLICY = {"AttachedManagedPolicies": [attached(OURS)]}
"""Nobody knows whether who has it is an administrator: its document is not in the answer."""
GAPS = (UNLISTED, denied("glue.get_jobs", REGION))
BECOME = allow("sts:AssumeRole", BOSS_ROLE)


def _world(*entities: dict[str, Any], records: tuple[Record, ...] = ()) -> Accounts:
    known = (details(*entities, ADMINISTRATOR_ACCESS), *no_workloads(REGION), *records, *NO_ORGANIZATION)
    return (account(*known),)


def _boss_of_users(**has: Any) -> dict[str, Any]:
    """A role that users assume, and no service."""
    return role(ACCOUNT_WIDE, name="boss", **(has or ALL))


# -- through IAM --
IAM_CASES = [
    hardened(PRIVESC, "a service's own role, which may change an administrator's trust", _world(
        boss(), worker(allow("iam:UpdateAssumeRolePolicy"), **LINKED))),
    planted(PRIVESC, "PutUserPolicy on itself, and functions that were not listed", _world(ann(allow("iam:PutUserPolicy", SELF)), records=(UNLISTED,))),
]  # fmt: skip

# -- workloads --
WORKLOAD_CASES = [
    hardened(PASSROLE, "a service's own role, which may pass an administrator's", _world(boss(), worker(PASS, allow(LAMBDA), **LINKED)), settings=EXPECTED),
    hardened(PASSROLE, "an administrator, who may pass another's role", _world(boss(), user(**ALL))),
    planted(PASSROLE, "a new function, only with MFA", _world(boss(), ann(allow("iam:PassRole", Condition=MFA), allow(LAMBDA)))),
    *(planted(PASSROLE, f"the role trusts {service}", _world(boss(service), ann(PASS, allow(actions)))) for service, actions in (
        ("states.eu-central-1.amazonaws.com", ["states:CreateStateMachine", "states:StartExecution"]), ("lambda.amazonaws.com.cn", LAMBDA))),
    unreadable(PASSROLE, "the role may be an administrator's: its policy was not read", _world(boss(**UNREAD_POLICY), ann(PASS, allow(LAMBDA)))),
    unreadable(PASSROLE, "the role may be an administrator's, and two kinds of workloads were not listed", _world(boss(**UNREAD_POLICY), ann(RUNNER), records=GAPS)),
]  # fmt: skip

# -- chains --
HOP = role(trusting({"Service": "lambda.amazonaws.com"}), name="hop", RolePolicyList=[inline("own", BECOME)])
CHAIN_CASES = [
    planted(CHAIN, "surely by assuming a role, and perhaps through IAM", _world(_boss_of_users(), ann(BECOME, allow("iam:PutUserPolicy", SELF, Condition=NOVELTY)))),
    planted(CHAIN, "assume a role, only with MFA", _world(_boss_of_users(), ann(BECOME | {"Condition": MFA}))),
    planted(CHAIN, "assume a role, and functions that were not listed", _world(_boss_of_users(), ann(BECOME), records=(UNLISTED,))),
    unreadable(CHAIN, "the role may be an administrator's: its policy was not read", _world(_boss_of_users(**UNREAD_POLICY), ann(BECOME))),
    unreadable(CHAIN, "through a workload to a role that may be an administrator's, and two kinds of workloads were not listed", _world(
        _boss_of_users(**UNREAD_POLICY), HOP, ann(RUNNER), records=GAPS)),
]  # fmt: skip

CASES: list[Case] = [*IAM_CASES, *WORKLOAD_CASES, *CHAIN_CASES]
