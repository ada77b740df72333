"""How somebody takes over a user, by credentials of it, or a role, by its trust policy."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.credentials import Credentials, credentials_of
from nightaudit_auditor.aws.principals.methods import TAKEOVERS, Takeover
from nightaudit_auditor.aws.principals.roster import Roster, done_to, is_protected
from nightaudit_auditor.aws.principals.step import Step, best


def takes_over(
    roster: Roster, source: Identity, target: Identity, credentials: Credentials | None = None
) -> Step | None:
    """By a takeover of the target; `credentials` are what it has of them, None: what was reported. Raises PolicyError."""
    who = roster.permissions(source)
    ways = TAKEOVERS[target.type]
    if is_protected(target) or all(who.silent(way.action) for way in ways):
        return None
    has = credentials or credentials_of(roster.data, target.arn)
    return best(step for way in ways for step in _by(way, roster, source, target, has))


def _by(way: Takeover, roster: Roster, source: Identity, target: Identity, has: Credentials) -> Iterator[Step]:
    who = roster.permissions(source)
    facts = done_to(target, who.facts())
    truth = who.may(way.action, target.arn, facts)
    if truth is Truth.NO:
        return
    yield Step(source.arn, target.arn, way.action, min(truth, _is_there(way.wants, has)))
    if way.clears:
        cleared = min(truth, who.may(way.clears, target.arn, facts))
        yield Step(source.arn, target.arn, f"{way.clears} + {way.action}", cleared)


def _is_there(wants: str, has: Credentials) -> Truth:
    match wants:
        case "password":
            return has.password
        case "no password":
            return has.password.negated()
        case "room for a key":
            return has.both_keys.negated()
        case _:
            return Truth.YES
