"""What is open to everybody in the end, once Block Public Access and object ownership have had their say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nightaudit_auditor.aws.buckets import (
    ACCOUNT_BLOCK,
    ACL,
    BUCKET_BLOCK,
    OWNERSHIP,
    POLICY,
    STATUS,
    ignores_public_acls,
    policy_exposure,
    policy_says_public,
    public_grants,
    restricts_public_policies,
)
from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.checks.registry import Unknown
from nightaudit_auditor.snapshot import AccountData, Unreadable

BY_POLICY = (POLICY, STATUS, BUCKET_BLOCK, ACCOUNT_BLOCK)
BY_ACL = (ACL, OWNERSHIP, BUCKET_BLOCK, ACCOUNT_BLOCK)
PUBLIC_OPERATIONS = tuple(dict.fromkeys((*BY_POLICY, *BY_ACL)))


def public_actions(data: AccountData, region: str, name: str) -> Iterator[frozenset[str] | Unknown]:
    """The actions that the bucket's policy opens to everybody, Block Public Access applied; nothing if there are none.

    S3's own verdict on the policy is asked too: if it differs from ours, one of the two is wrong, and nothing is certain.
    """
    unread: Unreadable | None = None
    try:
        if restricts_public_policies(data, region, name):
            return
    except Unreadable as problem:
        unread = problem
    exposed = policy_exposure(data, region, name)
    if exposed is None:
        return
    public = exposed.public
    try:
        verdict = bool(policy_says_public(data, region, name))
    except Unreadable:
        if not public:
            raise
        verdict = True  # what the policy says is proof enough of a problem
    if verdict is not bool(public):
        ours = "public" if public else "not public"
        yield Unknown(f"the policy looks {ours}, but Amazon S3 says the contrary (GetBucketPolicyStatus)", STATUS)
    elif public and unread is not None:
        raise unread
    elif public:
        yield public


def acl_grants(data: AccountData, region: str, name: str) -> tuple[str, ...]:
    """What the ACL grants to everybody with effect, as `group:permission`."""
    grants = public_grants(data, region, name)
    if not grants or ignores_public_acls(data, region, name):
        return ()
    return tuple(f"{grant.group}:{grant.permission}" for grant in grants)


@dataclass(frozen=True)
class Ways:
    """How everybody gets at a bucket, by policy and by ACL; `doubts` and `unread` say why there may be more ways."""

    actions: frozenset[str]
    grants: tuple[str, ...]
    doubts: tuple[Unknown, ...]
    unread: tuple[Unreadable | PolicyError, ...]


def public_ways(data: AccountData, region: str, name: str) -> Ways:
    """Both ways of a bucket. Raises Gone."""
    actions = frozenset[str]()
    grants: tuple[str, ...] = ()
    doubts: list[Unknown] = []
    unread: list[Unreadable | PolicyError] = []
    try:
        for found in public_actions(data, region, name):
            if isinstance(found, Unknown):
                doubts.append(found)
            else:
                actions = found
    except (Unreadable, PolicyError) as problem:
        unread.append(problem)
    try:
        grants = acl_grants(data, region, name)
    except Unreadable as problem:
        unread.append(problem)
    return Ways(actions, grants, tuple(doubts), tuple(unread))
