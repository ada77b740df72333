"""How somebody makes a role or a user, gives it an administrator's policy, and acts as it.

A role that one makes may trust its maker by name: in the same account he then needs no policy of his own to assume it (IAM User
Guide, "Policy evaluation for requests within a single account"). A new user has no credentials yet, so that there is room for any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from nightaudit_auditor.aws.policy import MISSING, PolicyError, PolicyText, Truth
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.principals.admin import confines
from nightaudit_auditor.aws.principals.authorization import Identity
from nightaudit_auditor.aws.principals.credentials import NO_CREDENTIALS
from nightaudit_auditor.aws.principals.methods import GRANTS, TAKEOVERS, UNBOUND
from nightaudit_auditor.aws.principals.permissions import FILLER, Permissions
from nightaudit_auditor.aws.principals.roster import ASSUME, TAGS, Roster, done_to
from nightaudit_auditor.aws.principals.step import Step, best
from nightaudit_auditor.aws.principals.takeovers import takes_over

Gives = Callable[[Permissions, Identity], Iterable[Step]]
"""How somebody puts an administrator's policy on somebody, if that makes one of it."""
_OTHER = f"another-{FILLER}"
_BOUNDARY = "iam:permissionsboundary"


class Makers:
    """The steps by which somebody makes an administrator; `harmless` gives the boundaries that bound nothing of use."""

    def __init__(self, roster: Roster, gives: Gives, harmless: Callable[[], Iterable[str]]) -> None:
        self.roster = roster
        self._gives = gives
        self._harmless = harmless
        self._confining: dict[str, bool] = {}

    def steps(self, who: Permissions) -> Iterator[Step]:
        """By a role or user that is not there yet. Raises PolicyError."""
        source = who.identity
        for made, truth, how in (*self._made(who, "Role"), *self._made(who, "User")):
            if (given := best(self._gives(who, made))) is not None and (being := self._being(who, made)) is not None:
                where = made.arn.replace(_OTHER, "*").replace(FILLER, "*")
                told = f"{how} + {given.how} + {being.how}"
                yield Step(source.arn, source.arn, told, min(truth, given.truth, being.truth), where)

    def _being(self, who: Permissions, made: Identity) -> Step | None:
        if made.type == "User":
            return takes_over(self.roster, who.identity, made, NO_CREDENTIALS)
        truth = self.roster.may_be_trusted(who.identity, made.arn, done_to(made, who.facts()))
        return best([Step(who.identity.arn, made.arn, ASSUME, truth)])

    def _made(self, who: Permissions, type_: str) -> Iterator[tuple[Identity, Truth, str]]:
        """Whom it may make, how surely, and by which actions: of every name, boundary and tags that its policies ask for."""
        create, tag = f"iam:Create{type_}", f"iam:Tag{type_}"
        giving = tuple(grant.action for grant in GRANTS if grant.of == type_)
        if who.silent(create) or all(map(who.silent, giving)):
            return
        actions = (create, *giving, *(way.action for way in TAKEOVERS[type_]))
        account = self.roster.account
        template = f"arn:{account.partition}:iam::{account.id}:{type_.lower()}/*"
        tags = _tags(who, actions)
        boundaries = self._boundaries(who, create)
        if all(map(who.silent, UNBOUND[type_])):
            boundaries = [boundary for boundary in boundaries if not self._confines(boundary)]
        for name in who.choices(actions, template):
            arn = self._free(name)
            for boundary in boundaries if arn not in self.roster.actors else ():
                truth = who.may(
                    create, arn, who.facts(iam__permissionsboundary=((boundary,),) if boundary else MISSING)
                )
                if truth is not Truth.NO:
                    yield _identity(type_, arn, boundary, {}), truth, create
                    if tags and (tagged := min(truth, who.may(tag, arn))) is not Truth.NO:
                        yield _identity(type_, arn, boundary, tags), tagged, f"{create} + {tag}"

    def _free(self, name: str) -> str:
        """Another name, if it has a choice and the first one is taken."""
        while name in self.roster.actors and FILLER in name:
            name = name.replace(FILLER, _OTHER)
        return name

    def _confines(self, boundary: str) -> bool:
        """Whether who is made with this boundary is no administrator, whatever it is given. One that cannot be read may let him."""
        if boundary not in self._confining:
            policy = self.roster.known.policies.get(boundary)
            try:
                self._confining[boundary] = policy is not None and confines(policy.reference.text, self.roster.account)
            except PolicyError:
                self._confining[boundary] = False
        return self._confining[boundary]

    def _boundaries(self, who: Permissions, create: str) -> list[str]:
        """None, those that leave an administrator one, and those that the policies name; a pattern if no policy is called so."""
        named = [value for c in who.conditions(create) if c.key == _BOUNDARY for value in c.values]
        known = self.roster.known.policies
        found = [[arn for arn in known if match(wild(name), arn) is Truth.YES] or [name] for name in named]
        return list(dict.fromkeys(("", *self._harmless(), *(arn for arns in found for arn in arns))))


def _tags(who: Permissions, actions: Iterable[str]) -> Mapping[str, str]:
    """The tags by which its policies know what it may change: it may choose those of what it makes."""
    found = (c for action in actions for c in who.conditions(action) if c.key.startswith(TAGS) and not c.negated)
    return {c.key.partition("/")[2]: c.values[0] for c in found if c.operator != "Null" and c.values}


def _identity(type_: str, arn: str, boundary: str, tags: Mapping[str, str]) -> Identity:
    """Somebody who has nothing yet."""
    way, _, name = arn.partition(f":{type_.lower()}")[2].rpartition("/")
    return Identity(type_, arn, name, f"{way}/", (), (), (), boundary, tags, {}, PolicyText(None))
